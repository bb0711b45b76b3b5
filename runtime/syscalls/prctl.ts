// prctl(2): what a process or thread says of itself.

import {
  CAP,
  CAP_LAST,
  hasCapability,
  NO_CAPABILITIES,
  SECBIT,
  SECURE_ALL_BITS,
  SECURE_ALL_LOCKS,
} from '../abi/capability.ts';
import { EINVAL, EPERM } from '../abi/errno.ts';
import { changeAmbient, dropFromBounding, setAmbient, setSecurebits } from '../kernel/credentials.ts';
import { seccompMode } from '../kernel/seccomp-filter.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import { choice, partial, pointer, type Rows, sys } from './row.ts';
import { setSeccompMode } from './seccomp.ts';

const PR = {
  PR_SET_PDEATHSIG: 1,
  PR_GET_PDEATHSIG: 2,
  PR_GET_DUMPABLE: 3,
  PR_SET_DUMPABLE: 4,
  PR_GET_KEEPCAPS: 7,
  PR_SET_KEEPCAPS: 8,
  PR_SET_NAME: 15,
  PR_GET_NAME: 16,
  PR_GET_TIMING: 13,
  PR_SET_TIMING: 14,
  PR_GET_SECCOMP: 21,
  PR_SET_SECCOMP: 22,
  PR_CAPBSET_READ: 23,
  PR_CAPBSET_DROP: 24,
  PR_GET_SECUREBITS: 27,
  PR_SET_SECUREBITS: 28,
  PR_CAP_AMBIENT: 47,
  PR_GET_TSC: 25,
  PR_SET_TSC: 26,
  PR_GET_TIMERSLACK: 30,
  PR_SET_TIMERSLACK: 29,
  PR_SET_CHILD_SUBREAPER: 36,
  PR_GET_CHILD_SUBREAPER: 37,
  PR_SET_NO_NEW_PRIVS: 38,
  PR_GET_NO_NEW_PRIVS: 39,
} as const;
const DEFAULT_TIMER_SLACK = 50_000;
const PR_TSC_ENABLE = 1;

/** A thread's name: what comes after 15 bytes is cut off, not refused. */
function readName(task: Task, address: number): string {
  let name = '';
  while (name.length < 15) {
    const byte = task.memory.readU8(address + name.length);
    if (byte === 0) break;
    name += String.fromCharCode(byte);
  }
  return name;
}

/** PR_SET_SECUREBITS: a locked bit stays, and so does a lock. */
function changeSecurebits(task: Task, to: number): number {
  const { securebits } = task.credentials.capabilities;
  const locked = (securebits & SECURE_ALL_LOCKS) >> 1;
  if (((securebits ^ to) & locked) !== 0 || (securebits & SECURE_ALL_LOCKS & ~to) !== 0) throw EPERM;
  if ((to & ~(SECURE_ALL_BITS | SECURE_ALL_LOCKS)) !== 0) throw EPERM;
  if (!capable(task.credentials, CAP.CAP_SETPCAP)) throw EPERM;
  setSecurebits(task, to);
  return 0;
}

const PR_CAP_AMBIENT_IS_SET = 1;
const PR_CAP_AMBIENT_RAISE = 2;
const PR_CAP_AMBIENT_LOWER = 3;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;

function ambient(task: Task, what: number, [capability, ...zeros]: readonly number[]): number {
  if (zeros.some((word) => word !== 0)) throw EINVAL;
  if (what === PR_CAP_AMBIENT_CLEAR_ALL) {
    if (capability !== 0) throw EINVAL;
    setAmbient(task, NO_CAPABILITIES);
    return 0;
  }
  if (capability! > CAP_LAST) throw EINVAL;
  if (what === PR_CAP_AMBIENT_IS_SET)
    return hasCapability(task.credentials.capabilities.ambient, capability!) ? 1 : 0;
  if (what !== PR_CAP_AMBIENT_RAISE && what !== PR_CAP_AMBIENT_LOWER) throw EINVAL;
  changeAmbient(task, capability!, what === PR_CAP_AMBIENT_RAISE);
  return 0;
}

function prctl(task: Task, option: number, argument: number, ...rest: number[]): number {
  const { group, memory } = task;
  const { securebits, bounding } = task.credentials.capabilities;
  switch (option) {
    case PR.PR_SET_PDEATHSIG:
      if (argument > 64) throw EINVAL;
      task.parentDeathSignal = argument;
      return 0;
    case PR.PR_GET_PDEATHSIG:
      memory.writeU32(argument, task.parentDeathSignal);
      return 0;
    case PR.PR_GET_DUMPABLE:
      return group.dumpable;
    case PR.PR_SET_DUMPABLE:
      if (argument > 1) throw EINVAL;
      group.dumpable = argument;
      return 0;
    case PR.PR_GET_KEEPCAPS:
      return (securebits & SECBIT.SECBIT_KEEP_CAPS) === 0 ? 0 : 1;
    case PR.PR_SET_KEEPCAPS:
      if (argument > 1) throw EINVAL;
      if ((securebits & (SECBIT.SECBIT_KEEP_CAPS << 1)) !== 0) throw EPERM;
      setSecurebits(
        task,
        argument === 1 ? securebits | SECBIT.SECBIT_KEEP_CAPS : securebits & ~SECBIT.SECBIT_KEEP_CAPS,
      );
      return 0;
    case PR.PR_GET_SECUREBITS:
      return securebits;
    case PR.PR_SET_SECUREBITS:
      return changeSecurebits(task, argument);
    case PR.PR_CAPBSET_DROP:
      if (argument > CAP_LAST) throw EINVAL;
      dropFromBounding(task, argument);
      return 0;
    case PR.PR_CAP_AMBIENT:
      return ambient(task, argument, rest);
    case PR.PR_GET_TIMING:
      return 0;
    case PR.PR_SET_TIMING:
      if (argument !== 0) throw EINVAL;
      return 0;
    case PR.PR_GET_TSC:
      memory.writeU32(argument, PR_TSC_ENABLE);
      return 0;
    case PR.PR_SET_TSC:
      if (argument !== PR_TSC_ENABLE) throw EINVAL;
      return 0;
    case PR.PR_SET_NAME:
      task.comm = readName(task, argument);
      return 0;
    case PR.PR_GET_NAME: {
      const bytes = new Uint8Array(16);
      for (let i = 0; i < task.comm.length; i++) bytes[i] = task.comm.charCodeAt(i);
      memory.copyOut(argument, bytes);
      return 0;
    }
    case PR.PR_CAPBSET_READ:
      if (argument > CAP_LAST) throw EINVAL;
      return hasCapability(bounding, argument) ? 1 : 0;
    case PR.PR_GET_SECCOMP:
      return seccompMode(task);
    case PR.PR_SET_SECCOMP:
      return setSeccompMode(task, argument, rest[0]!);
    case PR.PR_GET_TIMERSLACK:
      return task.timerSlack;
    case PR.PR_SET_TIMERSLACK:
      task.timerSlack = argument === 0 ? DEFAULT_TIMER_SLACK : argument;
      return 0;
    case PR.PR_SET_CHILD_SUBREAPER:
      group.subreaper = argument !== 0;
      return 0;
    case PR.PR_GET_CHILD_SUBREAPER:
      memory.writeU32(argument, group.subreaper ? 1 : 0);
      return 0;
    case PR.PR_SET_NO_NEW_PRIVS:
      if (argument !== 1 || rest.some((word) => word !== 0)) throw EINVAL;
      group.noNewPrivileges = true;
      return 0;
    case PR.PR_GET_NO_NEW_PRIVS:
      if (argument !== 0 || rest.some((word) => word !== 0)) throw EINVAL;
      return group.noNewPrivileges ? 1 : 0;
    default:
      throw EINVAL;
  }
}

export const prctlRows = {
  prctl: sys(
    172,
    [choice('option', PR), pointer, pointer, pointer, pointer],
    prctl,
    partial('names, death signal, dumpable, subreaper, no_new_privs, seccomp'),
  ),
} satisfies Rows;
