// Where a process belongs and what binds it: process groups and sessions, limits, names of the machine.

import { CAP } from '../abi/capability.ts';
import { EACCES, EFAULT, EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { INIT_PID, RLIMIT } from '../abi/process.ts';
import type { Limit, Task, ThreadGroup } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import {
  bits,
  choice,
  int,
  partial,
  path,
  pid,
  pointer,
  type Rows,
  refused,
  size,
  sys,
  unsigned,
} from './row.ts';
import { input, randomOutput } from './shown.ts';
import { utsname } from './shown-process.ts';
import { rlimit, rlimit64 } from './shown-time.ts';

const resource = choice('resource', RLIMIT);
const randomFlags = bits('flags', { GRND_NONBLOCK: 1, GRND_RANDOM: 2, GRND_INSECURE: 4 });
const UTS_FIELD = 65;
const OLD_UTS_FIELD = 9;

// ---- process groups and sessions ----

/** The process `id` names for the caller; 0 is itself. */
function processOf(task: Task, id: number): ThreadGroup {
  const group = id === 0 ? task.group : task.kernel.groups.get(id);
  if (group === undefined) throw ESRCH;
  return group;
}

/** The machine's own init, which leads its group and its session. */
function isInit(task: Task, id: number): boolean {
  return id === INIT_PID && !task.kernel.groups.has(id);
}

function setpgid(task: Task, id: number, pgid: number): number {
  if ((pgid === 0 ? id : pgid) < 0) throw EINVAL;
  const group = processOf(task, id);
  if (group !== task.group) {
    if (group.parent !== task.group) throw ESRCH;
    if (group.sid !== task.group.sid) throw EPERM;
    if (group.execed) throw EACCES;
  }
  if (group.sid === group.pid) throw EPERM;
  const target = pgid === 0 ? group.pid : pgid;
  if (target !== group.pid) {
    const inSession = [...task.kernel.groups.values()].some(
      (g) => g.pgid === target && g.sid === task.group.sid,
    );
    if (!inSession) throw EPERM;
  }
  group.pgid = target;
  return 0;
}

function setsid(task: Task): number {
  const { group, kernel } = task;
  if ([...kernel.groups.values()].some((other) => other.pgid === group.pid)) throw EPERM;
  group.sid = group.pid;
  group.pgid = group.pid;
  return group.sid;
}

// ---- limits ----

const INFINITY_32 = 0xffffffff;
const word = (value: number): number => Math.min(value, INFINITY_32);

function limitOf(group: ThreadGroup, which: number): Limit {
  const limit = group.limits[which];
  if (limit === undefined) throw EINVAL;
  return limit;
}

function setLimit(task: Task, group: ThreadGroup, which: number, soft: number, hard: number): void {
  const limit = limitOf(group, which);
  if (soft > hard) throw EINVAL;
  if (hard > limit.hard && !capable(task.credentials, CAP.CAP_SYS_RESOURCE)) throw EPERM;
  if (which === RLIMIT.RLIMIT_NOFILE && hard > 1048576) throw EPERM;
  limit.soft = soft;
  limit.hard = hard;
  for (const member of group.tasks) if (member.hasMm) group.limitMemory(member.mm);
}

function prlimit64(task: Task, id: number, which: number, to: number, old: number): number {
  const { memory } = task;
  const group = processOf(task, id);
  const { soft, hard } = limitOf(group, which);
  const wanted = to === 0 ? null : [memory.readU64(to), memory.readU64(to + 8)];
  const ALL = 0xffffffffffffffffn;
  const number = (value: bigint): number => (value === ALL ? Infinity : Number(value));
  if (wanted !== null) setLimit(task, group, which, number(wanted[0]!), number(wanted[1]!));
  if (old !== 0) {
    const bytes = (value: number): bigint => (value === Infinity ? ALL : BigInt(value));
    memory.writeU64(old, bytes(soft));
    memory.writeU64(old + 8, bytes(hard));
  }
  return 0;
}

// ---- the machine ----

function writeField(task: Task, address: number, text: string): void {
  const bytes = new Uint8Array(UTS_FIELD);
  for (let i = 0; i < text.length && i < UTS_FIELD - 1; i++) bytes[i] = text.charCodeAt(i);
  task.memory.copyOut(address, bytes);
}

function uname(task: Task, address: number, fields: number): number {
  const { uts } = task.kernel;
  const all = [uts.sysname, uts.nodename, uts.release, uts.version, uts.machine, uts.domainname];
  for (let i = 0; i < fields; i++) writeField(task, address + i * UTS_FIELD, all[i]!);
  return 0;
}

function setName(task: Task, name: 'nodename' | 'domainname', address: number, length: number): number {
  if (!capable(task.credentials, CAP.CAP_SYS_ADMIN)) throw EPERM;
  if (length > 64) throw EINVAL;
  const bytes = task.memory.copyIn(address, length);
  task.kernel.uts[name] = String.fromCharCode(...bytes).replace(/\0.*$/s, '');
  return 0;
}

/** struct sysinfo: 64 bytes. */
function sysinfo(task: Task, address: number): number {
  const { kernel, memory } = task;
  const total = kernel.frames.limit * 4096;
  const LOAD_SHIFT = 65536;
  memory.zero(address, 64);
  memory.writeU32(address, Math.floor((kernel.now() - kernel.booted) / 1e9));
  for (const [i, load] of kernel.loadAverage.values.entries())
    memory.writeU32(address + 4 + 4 * i, Math.round(load * LOAD_SHIFT));
  memory.writeU32(address + 16, total);
  memory.writeU32(address + 20, Math.max(0, total - kernel.frames.inUse * 4096));
  memory.writeU16(address + 40, kernel.tasks.size);
  memory.writeU32(address + 52, 1);
  return 0;
}

/** struct rusage, 72 bytes, of the process, its children or this thread. */
function getrusage(task: Task, who: number, address: number): number {
  const { times } = task.group;
  let user: number;
  let system: number;
  if (who === 0) {
    user = times.user + task.group.tasks.reduce((sum, each) => sum + (each.hasMm ? each.userTime : 0), 0);
    system =
      times.system + task.group.tasks.reduce((sum, each) => sum + (each.hasMm ? each.systemTime : 0), 0);
  } else if (who === -1) [user, system] = [times.childrenUser, times.childrenSystem];
  else if (who === 1) [user, system] = [task.userTime, task.systemTime];
  else throw EINVAL;
  const { memory } = task;
  memory.zero(address, 72);
  [user, system].forEach((time, i) => {
    memory.writeU32(address + 8 * i, Math.floor(time / 1e9));
    memory.writeU32(address + 8 * i + 4, Math.floor((time % 1e9) / 1000));
  });
  const { peakPages, childrenPeakPages } = task.group;
  const pages = who === -1 ? childrenPeakPages : Math.max(peakPages, task.mm.peakPages);
  memory.writeU32(address + 16, pages * 4); // ru_maxrss, KiB
  return 0;
}

export const identityRows = {
  setpgid: sys(57, [pid, pid], setpgid),
  getpgid: sys(132, [pid], (task, id) => (isInit(task, id) ? INIT_PID : processOf(task, id).pgid)),
  getpgrp: sys(65, [], (task) => task.group.pgid),
  getsid: sys(147, [pid], (task, id) => (isInit(task, id) ? INIT_PID : processOf(task, id).sid)),
  setsid: sys(66, [], setsid),
  getrlimit: sys(76, [resource, rlimit.answer], (task, which, address) => {
    const { soft, hard } = limitOf(task.group, which);
    const old = (value: number): number => Math.min(value, 0x7fffffff);
    task.memory.writeU32(address, old(soft));
    task.memory.writeU32(address + 4, old(hard));
    return 0;
  }),
  ugetrlimit: sys(191, [resource, rlimit.answer], (task, which, address) => {
    const { soft, hard } = limitOf(task.group, which);
    task.memory.writeU32(address, word(soft));
    task.memory.writeU32(address + 4, word(hard));
    return 0;
  }),
  setrlimit: sys(75, [resource, rlimit.given], (task, which, address) => {
    const read = (at: number): number => {
      const value = task.memory.readU32(at);
      return value === INFINITY_32 ? Infinity : value;
    };
    setLimit(task, task.group, which, read(address), read(address + 4));
    return 0;
  }),
  prlimit64: sys(340, [pid, resource, rlimit64.given, rlimit64.answer], prlimit64),
  getrusage: sys(77, [int, pointer], getrusage, partial('times and ru_maxrss')),
  uname: sys(122, [utsname], (task, address) => uname(task, address, 6)),
  oldolduname: sys(59, [pointer], (task, address) => {
    // struct oldold_utsname: five fields of nine bytes.
    const { uts } = task.kernel;
    const fields = [uts.sysname, uts.nodename, uts.release, uts.version, uts.machine];
    task.memory.zero(address, fields.length * OLD_UTS_FIELD);
    for (const [i, text] of fields.entries()) {
      const bytes = Uint8Array.from(text.slice(0, OLD_UTS_FIELD - 1), (c) => c.charCodeAt(0));
      task.memory.copyOut(address + i * OLD_UTS_FIELD, bytes);
    }
    return 0;
  }),
  olduname: sys(109, [pointer], (task, address) => uname(task, address, 5)),
  sethostname: sys(74, [input(1), size], (task, address, length) =>
    setName(task, 'nodename', address, length),
  ),
  setdomainname: sys(121, [input(1), size], (task, address, length) =>
    setName(task, 'domainname', address, length),
  ),
  sysinfo: sys(116, [pointer], sysinfo),
  getrandom: sys(355, [randomOutput, size, randomFlags], (task, address, length, how) => {
    if ((how & ~7) !== 0 || (how & 6) === 6) throw EINVAL;
    const bytes = new Uint8Array(Math.min(length, 0x1ffffff));
    for (let at = 0; at < bytes.length; at += 65536) task.kernel.host.random(bytes.subarray(at, at + 65536));
    if (bytes.length > 0 && address === 0) throw EFAULT;
    task.memory.copyOut(address, bytes);
    return bytes.length;
  }),
  reboot: sys(
    88,
    [unsigned, unsigned, unsigned, pointer],
    () => {
      throw EPERM;
    },
    refused('EPERM'),
  ),
  acct: sys(
    51,
    [path],
    () => {
      throw EPERM;
    },
    refused('EPERM'),
  ),
  vhangup: sys(
    111,
    [],
    () => {
      throw EPERM;
    },
    refused('EPERM'),
  ),
  syslog: sys(
    103,
    [int, pointer, int],
    () => {
      throw EPERM;
    },
    refused('EPERM: there is no kernel log'),
  ),
} satisfies Rows;
