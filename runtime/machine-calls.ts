// The system call table of a machine: the areas, those that need parts of the machine, and what host
// patches add.

import { AnonymousFs } from './fs/anonymous.ts';
import { QueueFs } from './fs/posix-queue.ts';
import type { SocketFamilies } from './fs/socket.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { Task } from './kernel/task.ts';
import type { HostPatch } from './skas/patch.ts';
import { credentialRows } from './syscalls/credentials.ts';
import { directoryRows } from './syscalls/directory.ts';
import { eventRows } from './syscalls/event.ts';
import { fileRows } from './syscalls/file.ts';
import { futexRows } from './syscalls/futex.ts';
import { identityRows } from './syscalls/identity.ts';
import { inotifyRows } from './syscalls/inotify.ts';
import { ipcRows } from './syscalls/ipc.ts';
import { memoryRows } from './syscalls/memory.ts';
import { namespaceRows } from './syscalls/namespace.ts';
import { pidfdRows } from './syscalls/pidfd.ts';
import { pollRows } from './syscalls/poll.ts';
import { posixQueueRows } from './syscalls/posix-queue.ts';
import { prctlRows } from './syscalls/prctl.ts';
import { processRows } from './syscalls/process.ts';
import { processMemoryRows } from './syscalls/process-memory.ts';
import { ptraceCall } from './syscalls/ptrace.ts';
import { refusedRows } from './syscalls/refused.ts';
import { schedulingRows } from './syscalls/scheduling.ts';
import { seccompRows } from './syscalls/seccomp.ts';
import { signalRows } from './syscalls/signal.ts';
import { socketRows } from './syscalls/socket.ts';
import { spliceRows } from './syscalls/splice.ts';
import { SystemCallTable } from './syscalls/table.ts';
import { timeRows } from './syscalls/time.ts';
import type { Result } from './wait.ts';

/** `device`: makes numbers for file systems without a device. */
export function machineCalls(
  kernel: Kernel,
  device: () => number,
  patches: readonly HostPatch[],
  families: SocketFamilies,
): SystemCallTable {
  const realtime = (): bigint => kernel.realtime();
  const anonymous = new AnonymousFs(device(), realtime);
  const patched = patches.map(({ calls }) => {
    const call = (task: Task, number: number, words: readonly number[]): Result =>
      table.invokeWith(task, number, words);
    return calls?.({ anonymous: anonymous.root, call }) ?? {};
  });
  const taken = new Set(patched.flatMap((rows) => Object.values(rows).map(({ number }) => number)));
  const own = [
    credentialRows,
    directoryRows,
    eventRows(anonymous),
    fileRows,
    futexRows,
    identityRows,
    inotifyRows(anonymous),
    ipcRows,
    memoryRows,
    namespaceRows,
    pollRows,
    pidfdRows,
    posixQueueRows(new QueueFs(device(), realtime)),
    prctlRows,
    processMemoryRows,
    processRows,
    ptraceCall(patches.map(({ ptrace }) => ptrace ?? {})),
    refusedRows,
    schedulingRows,
    seccompRows(anonymous),
    signalRows,
    socketRows(families),
    spliceRows,
    timeRows,
  ].map((rows) => Object.fromEntries(Object.entries(rows).filter(([, { number }]) => !taken.has(number))));
  const table: SystemCallTable = new SystemCallTable([...own, ...patched]);
  return table;
}
