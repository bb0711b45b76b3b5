// CPU time of a process and all its descendants while they still run, from proc(5).

import { readdirSync, readFileSync } from 'node:fs';

/** Fields of /proc/PID/stat that count here; times are seconds. */
export interface ProcessTimes {
  readonly parent: number;
  readonly session: number;
  /** Its own, with that of threads that have ended. */
  readonly own: number;
  /** Of children that were waited for. */
  readonly children: number;
}

/** USER_HZ: what proc(5) counts in, on every architecture that Node runs on. */
const TICKS = 100;

/** The name, second field, stands in parentheses and may hold any character. */
export function parseStat(text: string): ProcessTimes {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const at = (number: number): number => fields[number - 3]!; // fields are counted from 1 as in proc(5)
  return {
    parent: at(4),
    session: at(6),
    own: (at(14) + at(15)) / TICKS,
    children: (at(16) + at(17)) / TICKS,
  };
}

/** Sum over the threads that live, exact to the nanosecond where ticks are coarse. */
function threads(pid: number): number {
  let sum = 0;
  for (const tid of readdirSync(`/proc/${pid}/task`))
    sum += Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'latin1').split(' ')[0]) / 1e9;
  return sum;
}

/** Seconds that `root`, its descendants and the members of its session have used up to now. */
export function treeTime(root: number): number {
  const all = new Map<number, ProcessTimes>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      all.set(Number(name), parseStat(readFileSync(`/proc/${name}/stat`, 'latin1')));
    } catch {
      // It ended while we looked.
    }
  }
  const belongs = (pid: number): boolean => {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (at === root) return true;
    return all.get(pid)?.session === root;
  };
  let sum = 0;
  for (const [pid, times] of all) {
    if (!belongs(pid)) continue;
    let own = times.own;
    try {
      own = Math.max(own, threads(pid));
    } catch {
      // Likewise.
    }
    sum += own + times.children;
  }
  return sum;
}
