// The areas of the system call table that a machine has; a host patch may add its own.

import { directoryRows } from './syscalls/directory.ts';
import { fileRows } from './syscalls/file.ts';
import { futexes } from './syscalls/futex.ts';
import { identityRows } from './syscalls/identity.ts';
import { memoryRows } from './syscalls/memory.ts';
import { processRows } from './syscalls/process.ts';
import type { Rows } from './syscalls/row.ts';
import { signals } from './syscalls/signal.ts';

import { time } from './syscalls/time.ts';

export const systemCallAreas: readonly Rows[] = [
  fileRows,
  directoryRows,
  futexes,
  identityRows,
  memoryRows,
  processRows,
  signals,
  time,
];
