// The processes of a machine as ps(1) would list them, for whoever embeds it: Machine.processes(), and the
// table that `--ps-on` prints.

import { Errno } from './abi/errno.ts';
import { parentPid, stateOf, systemTime, threads, userTime } from './fs/proc-task-text.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { Task, ThreadGroup } from './kernel/task.ts';
import { Blocked } from './wait.ts';

/** One process, threads included; zombies too, until they are waited for. */
export interface ProcessView {
  readonly pid: number;
  /** 1: the machine's own init, which has no process. */
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Real user id. */
  readonly uid: number;
  /** As /proc/PID/comm: at most 15 bytes. */
  readonly name: string;
  /** argv as the process holds it now, byte strings; empty for a zombie. */
  readonly command: readonly string[];
  /** R runs or could, S sleeps, D sleeps through signals, T stopped, t stopped by a tracer, Z zombie. */
  readonly state: string;
  readonly threads: number;
  /** Of the thread that traces it (ptrace), 0 when none does. */
  readonly tracer: number;
  /** Bytes of address space, and of it what is present. */
  readonly size: number;
  readonly resident: number;
  /** Nanoseconds of processor time of all threads. */
  readonly userTime: number;
  readonly systemTime: number;
  /** Monotonic nanoseconds at its fork. */
  readonly started: number;
}

function commandOf(task: Task): string[] {
  if (!task.hasMm) return [];
  const { argStart, argEnd } = task.mm;
  try {
    const bytes = task.memory.forceRead(argStart, argEnd - argStart);
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    return text.replace(/\0$/, '').split('\0');
  } catch (thrown) {
    // The guest has unmapped its arguments, or they are still on their way from the host.
    if (thrown instanceof Errno || thrown instanceof Blocked) return [];
    throw thrown;
  }
}

function viewOf(group: ThreadGroup): ProcessView {
  const { leader } = group;
  // A leader may have ended before its threads.
  const task = group.tasks.find(({ hasMm }) => hasMm) ?? leader;
  const mm = task.hasMm ? task.mm : null;
  return {
    pid: group.pid,
    parent: parentPid(group),
    group: group.pgid,
    session: group.sid,
    uid: leader.credentials.uid,
    name: task.comm,
    command: commandOf(task),
    state: task.kernel.running === task && task.state === 'ready' ? 'R' : stateOf(task)[0],
    threads: threads(group),
    tracer: task.tracing?.tracer.tid ?? 0,
    size: (mm?.totalPages ?? 0) * 4096,
    resident: (mm?.residentPages() ?? 0) * 4096,
    userTime: userTime(group),
    systemTime: systemTime(group),
    started: group.started,
  };
}

/** In the order of their ids. */
export function processesOf(kernel: Kernel): ProcessView[] {
  return [...kernel.groups.values()].sort((a, b) => a.pid - b.pid).map(viewOf);
}

function clock(nanoseconds: number): string {
  const seconds = nanoseconds / 1e9;
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(2).padStart(5, '0')}`;
}

/** A line for the head and one for each process, columns under each other. */
export function formatProcesses(processes: readonly ProcessView[]): string {
  const head = ['PID', 'PPID', 'PGID', 'S', 'THR', 'SIZE', 'RSS', 'TIME', 'COMMAND'];
  const rows = processes.map((each) => [
    String(each.pid),
    String(each.parent),
    String(each.group),
    each.state,
    String(each.threads),
    `${each.size / 1024}K`,
    `${each.resident / 1024}K`,
    clock(each.userTime + each.systemTime),
    each.command.length === 0 ? `[${each.name}]` : each.command.join(' '),
  ]);
  const table = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  return table
    .map((row) => row.map((text, i) => (i === row.length - 1 ? text : text.padStart(widths[i]!))).join(' '))
    .map((line) => `${line}\n`)
    .join('');
}
