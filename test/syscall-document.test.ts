// docs/SYSCALLS.md is what the rows of a whole machine say. BLESS=1 rewrites it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SocketFamilies } from '../runtime/fs/socket.ts';
import { createFakeHost } from '../runtime/host/fake.ts';
import { Machine } from '../runtime/machine.ts';
import { callTable } from '../runtime/syscalls/document.ts';
import type { NamedRow, Rows } from '../runtime/syscalls/row.ts';
import { socketCalls } from '../runtime/syscalls/socket.ts';
import { requests } from '../runtime/trace/ptrace.ts';

const file = join(import.meta.dirname, '../docs/SYSCALLS.md');

const named = (rows: Rows): NamedRow[] => Object.entries(rows).map(([name, row]) => ({ ...row, name }));

test('docs/SYSCALLS.md is not stale', () => {
  const cpu = readFileSync(join(import.meta.dirname, '../dist/cpu.wasm'));
  const machine = Machine.create({ host: createFakeHost(), cpu });
  const text = callTable({
    calls: machine.calls.rows.filter((row) => row !== undefined),
    socketcall: named(socketCalls(new SocketFamilies())),
    ptrace: named(requests),
  });
  if (process.env.BLESS) writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});
