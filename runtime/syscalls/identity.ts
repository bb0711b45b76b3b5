// Who and where: user and group ids, process groups and sessions, limits, names of the machine.

import { EACCES, EFAULT, EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { RLIMIT } from '../abi/process.ts';
import type { Limit, Task, ThreadGroup } from '../kernel/task.ts';
import type { Credentials } from '../vfs/caller.ts';
import {
  choice,
  flags,
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

const resource = choice('resource', RLIMIT);
const OVERFLOW_ID = 65534;
const NO_CHANGE = 0xffffffff;
const UTS_FIELD = 65;
const OLD_UTS_FIELD = 9;

/** 16-bit ids of the old calls: -1 stays -1. */
const wide = (id: number): number => ((id & 0xffff) === 0xffff ? NO_CHANGE : id & 0xffff);
const narrow = (id: number): number => (id > 0xffff ? OVERFLOW_ID : id);

function change(task: Task, to: Partial<Credentials>): number {
  task.credentials = { ...task.credentials, ...to };
  task.group.dumpable = 1;
  return 0;
}

// ---- users and groups, credentials(7); the same rules for both with other fields ----

function setId(task: Task, kind: 'u' | 'g', id: number): number {
  const c = task.credentials;
  const all =
    kind === 'u' ? { uid: id, euid: id, suid: id, fsuid: id } : { gid: id, egid: id, sgid: id, fsgid: id };
  const effective = kind === 'u' ? { euid: id, fsuid: id } : { egid: id, fsgid: id };
  if (c.euid === 0) return change(task, all);
  const allowed = kind === 'u' ? [c.uid, c.suid] : [c.gid, c.sgid];
  if (!allowed.includes(id)) throw EPERM;
  return change(task, effective);
}

function setReId(task: Task, kind: 'u' | 'g', real: number, effective: number): number {
  const c = task.credentials;
  const [r, e, s] = kind === 'u' ? [c.uid, c.euid, c.suid] : [c.gid, c.egid, c.sgid];
  if (c.euid !== 0) {
    if (real !== NO_CHANGE && real !== r && real !== e) throw EPERM;
    if (effective !== NO_CHANGE && effective !== r && effective !== e && effective !== s) throw EPERM;
  }
  const newReal = real === NO_CHANGE ? r : real;
  const newEffective = effective === NO_CHANGE ? e : effective;
  const saved = real !== NO_CHANGE || (effective !== NO_CHANGE && effective !== r) ? newEffective : s;
  return setAll(task, kind, newReal, newEffective, saved);
}

function setResId(task: Task, kind: 'u' | 'g', real: number, effective: number, saved: number): number {
  const c = task.credentials;
  const [r, e, s] = kind === 'u' ? [c.uid, c.euid, c.suid] : [c.gid, c.egid, c.sgid];
  if (c.euid !== 0)
    for (const id of [real, effective, saved])
      if (id !== NO_CHANGE && id !== r && id !== e && id !== s) throw EPERM;
  const or = (id: number, old: number): number => (id === NO_CHANGE ? old : id);
  return setAll(task, kind, or(real, r), or(effective, e), or(saved, s));
}

function setAll(task: Task, kind: 'u' | 'g', real: number, effective: number, saved: number): number {
  return change(
    task,
    kind === 'u'
      ? { uid: real, euid: effective, suid: saved, fsuid: effective }
      : { gid: real, egid: effective, sgid: saved, fsgid: effective },
  );
}

function setFsId(task: Task, kind: 'u' | 'g', id: number): number {
  const c = task.credentials;
  const old = kind === 'u' ? c.fsuid : c.fsgid;
  const own = kind === 'u' ? [c.uid, c.euid, c.suid, c.fsuid] : [c.gid, c.egid, c.sgid, c.fsgid];
  if (id !== NO_CHANGE && (c.euid === 0 || own.includes(id)))
    change(task, kind === 'u' ? { fsuid: id } : { fsgid: id });
  return old;
}

function getGroups(task: Task, count: number, list: number, bytes: 2 | 4): number {
  const { groups } = task.credentials;
  if (count < 0) throw EINVAL;
  if (count === 0) return groups.length;
  if (count < groups.length) throw EINVAL;
  groups.forEach((group, i) => {
    if (bytes === 2) task.memory.writeU16(list + 2 * i, narrow(group));
    else task.memory.writeU32(list + 4 * i, group);
  });
  return groups.length;
}

function setGroups(task: Task, count: number, list: number, bytes: 2 | 4): number {
  if (task.credentials.euid !== 0) throw EPERM;
  if (count < 0 || count > 65536) throw EINVAL;
  const groups = Array.from({ length: count }, (_, i) =>
    bytes === 2 ? task.memory.readU16(list + 2 * i) : task.memory.readU32(list + 4 * i),
  );
  // Kept in ascending order, as Linux's groups_sort leaves them.
  return change(task, { groups: groups.sort((a, b) => a - b) });
}

// ---- process groups and sessions ----

/** The process `id` names for the caller; 0 is itself. */
function processOf(task: Task, id: number): ThreadGroup {
  const group = id === 0 ? task.group : task.kernel.groups.get(id);
  if (group === undefined) throw ESRCH;
  return group;
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
  if (hard > limit.hard && task.credentials.euid !== 0) throw EPERM;
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
  if (task.credentials.euid !== 0) throw EPERM;
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

const CAPABILITY_VERSIONS = new Map([
  [0x19980330, 1],
  [0x20071026, 2],
  [0x20080522, 2],
]);

function capget(task: Task, header: number, data: number): number {
  const { memory } = task;
  const words = CAPABILITY_VERSIONS.get(memory.readU32(header));
  if (words === undefined) {
    memory.writeU32(header, 0x20080522);
    if (data === 0) return 0;
    throw EINVAL;
  }
  if (data === 0) return 0;
  const all = task.credentials.euid === 0 ? [0xffffffff, 0x1ff] : [0, 0];
  for (let i = 0; i < words; i++) {
    memory.writeU32(data + 12 * i, all[i]!);
    memory.writeU32(data + 12 * i + 4, all[i]!);
    memory.writeU32(data + 12 * i + 8, 0);
  }
  return 0;
}

const narrowWrites = (task: Task, addresses: readonly number[], values: readonly number[]): number => {
  for (const [i, address] of addresses.entries()) task.memory.writeU16(address, narrow(values[i]!));
  return 0;
};
const wideWrites = (task: Task, addresses: readonly number[], values: readonly number[]): number => {
  for (const [i, address] of addresses.entries()) task.memory.writeU32(address, values[i]!);
  return 0;
};

export const identityRows = {
  getuid: sys(24, [], (task) => narrow(task.credentials.uid)),
  getgid: sys(47, [], (task) => narrow(task.credentials.gid)),
  geteuid: sys(49, [], (task) => narrow(task.credentials.euid)),
  getegid: sys(50, [], (task) => narrow(task.credentials.egid)),
  setuid: sys(23, [unsigned], (task, id) => setId(task, 'u', id & 0xffff)),
  setgid: sys(46, [unsigned], (task, id) => setId(task, 'g', id & 0xffff)),
  setreuid: sys(70, [unsigned, unsigned], (task, r, e) => setReId(task, 'u', wide(r), wide(e))),
  setregid: sys(71, [unsigned, unsigned], (task, r, e) => setReId(task, 'g', wide(r), wide(e))),
  getgroups: sys(80, [int, pointer], (task, count, list) => getGroups(task, count, list, 2)),
  setgroups: sys(81, [int, pointer], (task, count, list) => setGroups(task, count, list, 2)),
  setfsuid: sys(138, [unsigned], (task, id) => setFsId(task, 'u', wide(id))),
  setfsgid: sys(139, [unsigned], (task, id) => setFsId(task, 'g', wide(id))),
  setresuid: sys(164, [unsigned, unsigned, unsigned], (t, r, e, s) =>
    setResId(t, 'u', wide(r), wide(e), wide(s)),
  ),
  getresuid: sys(165, [pointer, pointer, pointer], (task, r, e, s) =>
    narrowWrites(task, [r, e, s], [task.credentials.uid, task.credentials.euid, task.credentials.suid]),
  ),
  setresgid: sys(170, [unsigned, unsigned, unsigned], (t, r, e, s) =>
    setResId(t, 'g', wide(r), wide(e), wide(s)),
  ),
  getresgid: sys(171, [pointer, pointer, pointer], (task, r, e, s) =>
    narrowWrites(task, [r, e, s], [task.credentials.gid, task.credentials.egid, task.credentials.sgid]),
  ),
  getuid32: sys(199, [], (task) => task.credentials.uid),
  getgid32: sys(200, [], (task) => task.credentials.gid),
  geteuid32: sys(201, [], (task) => task.credentials.euid),
  getegid32: sys(202, [], (task) => task.credentials.egid),
  setreuid32: sys(203, [unsigned, unsigned], (task, r, e) => setReId(task, 'u', r, e)),
  setregid32: sys(204, [unsigned, unsigned], (task, r, e) => setReId(task, 'g', r, e)),
  getgroups32: sys(205, [int, pointer], (task, count, list) => getGroups(task, count, list, 4)),
  setgroups32: sys(206, [int, pointer], (task, count, list) => setGroups(task, count, list, 4)),
  setresuid32: sys(208, [unsigned, unsigned, unsigned], (t, r, e, s) => setResId(t, 'u', r, e, s)),
  getresuid32: sys(209, [pointer, pointer, pointer], (task, r, e, s) =>
    wideWrites(task, [r, e, s], [task.credentials.uid, task.credentials.euid, task.credentials.suid]),
  ),
  setresgid32: sys(210, [unsigned, unsigned, unsigned], (t, r, e, s) => setResId(t, 'g', r, e, s)),
  getresgid32: sys(211, [pointer, pointer, pointer], (task, r, e, s) =>
    wideWrites(task, [r, e, s], [task.credentials.gid, task.credentials.egid, task.credentials.sgid]),
  ),
  setuid32: sys(213, [unsigned], (task, id) => setId(task, 'u', id)),
  setgid32: sys(214, [unsigned], (task, id) => setId(task, 'g', id)),
  setfsuid32: sys(215, [unsigned], (task, id) => setFsId(task, 'u', id)),
  setfsgid32: sys(216, [unsigned], (task, id) => setFsId(task, 'g', id)),
  setpgid: sys(57, [pid, pid], setpgid),
  getpgid: sys(132, [pid], (task, id) => processOf(task, id).pgid),
  getpgrp: sys(65, [], (task) => task.group.pgid),
  getsid: sys(147, [pid], (task, id) => processOf(task, id).sid),
  setsid: sys(66, [], setsid),
  getrlimit: sys(76, [resource, pointer], (task, which, address) => {
    const { soft, hard } = limitOf(task.group, which);
    const old = (value: number): number => Math.min(value, 0x7fffffff);
    task.memory.writeU32(address, old(soft));
    task.memory.writeU32(address + 4, old(hard));
    return 0;
  }),
  ugetrlimit: sys(191, [resource, pointer], (task, which, address) => {
    const { soft, hard } = limitOf(task.group, which);
    task.memory.writeU32(address, word(soft));
    task.memory.writeU32(address + 4, word(hard));
    return 0;
  }),
  setrlimit: sys(75, [resource, pointer], (task, which, address) => {
    const read = (at: number): number => {
      const value = task.memory.readU32(at);
      return value === INFINITY_32 ? Infinity : value;
    };
    setLimit(task, task.group, which, read(address), read(address + 4));
    return 0;
  }),
  prlimit64: sys(340, [pid, resource, pointer, pointer], prlimit64),
  getrusage: sys(77, [int, pointer], getrusage, partial('times and ru_maxrss')),
  uname: sys(122, [pointer], (task, address) => uname(task, address, 6)),
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
  sethostname: sys(74, [pointer, size], (task, address, length) =>
    setName(task, 'nodename', address, length),
  ),
  setdomainname: sys(121, [pointer, size], (task, address, length) =>
    setName(task, 'domainname', address, length),
  ),
  sysinfo: sys(116, [pointer], sysinfo),
  capget: sys(184, [pointer, pointer], capget, partial('all for uid 0, none for others')),
  capset: sys(
    185,
    [pointer, pointer],
    (task, header) => {
      if (!CAPABILITY_VERSIONS.has(task.memory.readU32(header))) throw EINVAL;
      return 0;
    },
    partial('accepted, not enforced'),
  ),
  getrandom: sys(355, [pointer, size, flags], (task, address, length, how) => {
    if ((how & ~7) !== 0) throw EINVAL;
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
