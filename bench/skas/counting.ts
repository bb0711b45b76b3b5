// How often the host is asked, and stops a process, while a work is done: a machine in this process, whose system
// calls are counted by kind as they are entered. Counts do not depend on how fast the machine is.

import { createNodeMachine } from '../../runtime/command-machine.ts';
import type { CallObserver } from '../../runtime/kernel/kernel.ts';
import type { Task } from '../../runtime/kernel/task.ts';
import { commandOf, type System, type Work } from './rows.ts';

/**
 * Kinds of host calls, by what they cost a real host. `stop`: a traced process goes on and stops again, with the wait
 * for it. `map`: a mapping is changed, in one's own space or another. `signal`: a handler's frame, made and taken.
 */
export const KINDS = ['call', 'ptrace', 'stop', 'map', 'signal', 'process'] as const;
export type Kind = (typeof KINDS)[number];

export interface Counts {
  /** All calls of the host. */
  readonly calls: number;
  readonly kinds: Readonly<Record<Kind, number>>;
  /** Processes that were made, and the most that there were at once. */
  readonly made: number;
  readonly peak: number;
}

const RESUMING = new Set([7 /* CONT */, 24 /* SYSCALL */, 31 /* SYSEMU */, 32 /* SYSEMU_SINGLESTEP */]);
const BY_NAME: Readonly<Record<string, Kind>> = {
  mmap2: 'map',
  munmap: 'map',
  mprotect: 'map',
  mm_indirect: 'map',
  sigreturn: 'signal',
  rt_sigreturn: 'signal',
  clone: 'process',
  fork: 'process',
  vfork: 'process',
};

/** Options of createNodeMachine for the root of root.ts. */
export const machineFlags = (root: string, cache: string) => ({
  memory: 2 ** 31,
  patch: 'skas3,skas4',
  root,
  cache,
});

class CallCounter implements CallObserver {
  readonly kinds: Record<Kind, number> = { call: 0, ptrace: 0, stop: 0, map: 0, signal: 0, process: 0 };
  calls = 0;
  peak = 0;
  readonly #nameOf: (number: number) => string;

  constructor(nameOf: (number: number) => string) {
    this.#nameOf = nameOf;
  }

  enter(task: Task, number: number): void {
    this.calls++;
    this.kinds[this.#kind(task, this.#nameOf(number))]++;
    this.peak = Math.max(this.peak, task.kernel.groups.size);
  }
  #kind(task: Task, name: string): Kind {
    if (name === 'ptrace') return RESUMING.has(task.registers.ebx) ? 'stop' : 'ptrace';
    if (name === 'write' && task.files.get(task.registers.ebx).path === '/proc/mm') return 'map';
    return BY_NAME[name] ?? 'call';
  }
  wait(): void {}
  leave(): void {}
  stop(): void {}
  signal(): void {}
  exit(): void {}
}

/** Does an amount of a work in a system. Throws an Error when it fails there. */
async function countOnce(
  system: System,
  work: Work,
  amount: number,
  root: string,
  cache: string,
): Promise<Counts> {
  const machine = await createNodeMachine(machineFlags(root, cache));
  const counter = new CallCounter((number) => machine.calls.rows[number]?.name ?? '');
  const command = commandOf(system, work.command(amount));
  const group = machine.spawn({
    path: '/bin/sh',
    argv: ['sh', '-c', 'exec "$@" >/dev/null', 'sh', ...command],
    environment: { PATH: '/usr/bin:/bin' },
    cwd: '/',
    uid: 0,
    gid: 0,
  });
  if ('reason' in group) throw new Error(group.message);
  machine.kernel.observer = counter;
  const status = await machine.run(group);
  machine.close();
  if (status !== 0) throw new Error(`${work.name} in ${system.name} ended with status ${status}`);
  return { calls: counter.calls, kinds: counter.kinds, made: counter.kinds.process, peak: counter.peak };
}

/** Of `amount` of a work alone: what the same run without it needs is subtracted, but for the processes' peak. */
export async function countWork(
  system: System,
  work: Work,
  amount: number,
  root: string,
  cache: string,
): Promise<Counts> {
  const less = await countOnce(system, work, 0, root, cache);
  const more = await countOnce(system, work, amount, root, cache);
  const kinds = { ...more.kinds };
  for (const kind of KINDS) kinds[kind] -= less.kinds[kind];
  return { calls: more.calls - less.calls, kinds, made: more.made, peak: more.peak };
}
