// Users, groups and capabilities: set*id(2), setgroups(2), capget(2). What a change does to the rest of the
// identity is kernel/credentials.ts.

import { ALL_CAPABILITIES, CAP, intersection } from '../abi/capability.ts';
import { EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { changeFileUser, changeIds, setCapabilities } from '../kernel/credentials.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import { int, pointer, type Rows, sys, unsigned } from './row.ts';

const OVERFLOW_ID = 65534;
const NO_CHANGE = 0xffffffff;
/** Which capability lets one take any id. */
const CHANGES = { u: CAP.CAP_SETUID, g: CAP.CAP_SETGID } as const;

/** 16-bit ids of the old calls: -1 stays -1. */
const wide = (id: number): number => ((id & 0xffff) === 0xffff ? NO_CHANGE : id & 0xffff);
const narrow = (id: number): number => (id > 0xffff ? OVERFLOW_ID : id);

// ---- users and groups, credentials(7); the same rules for both with other fields ----

function setId(task: Task, kind: 'u' | 'g', id: number): number {
  const c = task.credentials;
  const all =
    kind === 'u' ? { uid: id, euid: id, suid: id, fsuid: id } : { gid: id, egid: id, sgid: id, fsgid: id };
  const effective = kind === 'u' ? { euid: id, fsuid: id } : { egid: id, fsgid: id };
  if (capable(c, CHANGES[kind])) return changeIds(task, all);
  const allowed = kind === 'u' ? [c.uid, c.suid] : [c.gid, c.sgid];
  if (!allowed.includes(id)) throw EPERM;
  return changeIds(task, effective);
}

function setReId(task: Task, kind: 'u' | 'g', real: number, effective: number): number {
  const c = task.credentials;
  const [r, e, s] = kind === 'u' ? [c.uid, c.euid, c.suid] : [c.gid, c.egid, c.sgid];
  if (!capable(c, CHANGES[kind])) {
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
  if (!capable(c, CHANGES[kind]))
    for (const id of [real, effective, saved])
      if (id !== NO_CHANGE && id !== r && id !== e && id !== s) throw EPERM;
  const or = (id: number, old: number): number => (id === NO_CHANGE ? old : id);
  return setAll(task, kind, or(real, r), or(effective, e), or(saved, s));
}

function setAll(task: Task, kind: 'u' | 'g', real: number, effective: number, saved: number): number {
  return changeIds(
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
  if (id === NO_CHANGE || (!capable(c, CHANGES[kind]) && !own.includes(id))) return old;
  if (kind === 'u') changeFileUser(task, id);
  else changeIds(task, { fsgid: id });
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
  if (!capable(task.credentials, CAP.CAP_SETGID)) throw EPERM;
  if (count < 0 || count > 65536) throw EINVAL;
  const groups = Array.from({ length: count }, (_, i) =>
    bytes === 2 ? task.memory.readU16(list + 2 * i) : task.memory.readU32(list + 4 * i),
  );
  // Kept in ascending order, as Linux's groups_sort leaves them.
  return changeIds(task, { groups: groups.sort((a, b) => a - b) });
}

// ---- capabilities ----

/** Words of a set, by the version in the header. */
const CAPABILITY_VERSIONS: ReadonlyMap<number, number> = new Map([
  [0x19980330, 1],
  [0x20071026, 2],
  [0x20080522, 2],
]);
const CURRENT_VERSION = 0x20080522;
const WORD = 2 ** 32;
/** struct __user_cap_data_struct: three words for 32 capabilities. */
const SET_SIZE = 12;

/** Words of a set, or null where the header's version is unknown; the header then tells the current one. */
function versionOf(task: Task, header: number): number | null {
  const words = CAPABILITY_VERSIONS.get(task.memory.readU32(header));
  if (words === undefined) task.memory.writeU32(header, CURRENT_VERSION);
  return words ?? null;
}

function capget(task: Task, header: number, data: number): number {
  const { memory, kernel } = task;
  const words = versionOf(task, header);
  if (words === null) {
    if (data === 0) return 0;
    throw EINVAL;
  }
  if (data === 0) return 0;
  const id = memory.readU32(header + 4) | 0;
  if (id < 0) throw EINVAL;
  const target = id === 0 ? task : kernel.tasks.get(id);
  if (target === undefined) throw ESRCH;
  const { effective, permitted, inheritable } = target.credentials.capabilities;
  for (let i = 0; i < words; i++)
    for (const [n, set] of [effective, permitted, inheritable].entries())
      memory.writeU32(data + SET_SIZE * i + 4 * n, i === 0 ? set % WORD : Math.floor(set / WORD));
  return 0;
}

function capset(task: Task, header: number, data: number): number {
  const { memory } = task;
  const words = versionOf(task, header);
  if (words === null) throw EINVAL;
  const id = memory.readU32(header + 4);
  if (id !== 0 && id !== task.tid) throw EPERM;
  const read = (n: number): number => {
    const low = memory.readU32(data + 4 * n);
    const high = words === 2 ? memory.readU32(data + SET_SIZE + 4 * n) : 0;
    return intersection(low + high * WORD, ALL_CAPABILITIES);
  };
  setCapabilities(task, { effective: read(0), permitted: read(1), inheritable: read(2) });
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

export const credentialRows = {
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
  capget: sys(184, [pointer, pointer], capget),
  capset: sys(185, [pointer, pointer], capset),
} satisfies Rows;
