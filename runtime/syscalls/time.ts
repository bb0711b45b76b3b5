// Clocks and timers: clock_gettime, nanosleep, setitimer, timer_create and their older forms. Calls with
// a time in them exist twice, with a 32-bit and with a 64-bit time_t.

import { CAP } from '../abi/capability.ts';
import { EINVAL, EOPNOTSUPP, EPERM, ERESTART_RESTARTBLOCK, ERESTARTNOHAND, Errno } from '../abi/errno.ts';
import { NSIG, SIGALRM, SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD_ID, sigevent } from '../abi/signal.ts';
import {
  CLOCK,
  COARSE,
  ITIMER,
  SECOND,
  STA_UNSYNC,
  TIME_ERROR,
  TIMER_ABSTIME,
  TIMEX32_SIZE,
  timex32,
  timex64,
  tms,
  USER_HZ,
} from '../abi/time.ts';
import {
  type IntervalValue,
  type PosixTimer,
  type ProcessTimers,
  processTime,
} from '../kernel/process-timers.ts';
import type { Task } from '../kernel/task.ts';
import { capable } from '../vfs/caller.ts';
import { Blocked, type Result } from '../wait.ts';
import { bits, choice, int, partial, pointer, type Rows, sys, unsigned } from './row.ts';
import { number } from './shown.ts';
import {
  itimerspec,
  itimerspec64,
  itimer as itimerval,
  timespec,
  timespecs64,
  timeval,
} from './shown-time.ts';
import {
  type ReadTime,
  readTimespec32,
  readTimespec64,
  readTimeval,
  type WriteTime,
  writeTimespec32,
  writeTimespec64,
  writeTimeval,
} from './timespec.ts';

const clock = choice('clock', CLOCK);
const itimer = choice('itimer', ITIMER);
const sleepFlags = bits('flags', { TIMER_ABSTIME });
const TICK = SECOND / USER_HZ;

// ---- clocks ----

/** A clock id of clock_getcpuclockid(3): the complement of a tid, and which time in the low three bits. */
function readCpuClock(task: Task, id: number): number {
  const tid = ~(id >> 3);
  const found = tid === 0 ? task : task.kernel.tasks.get(tid);
  const ofThread = (id & 4) !== 0;
  if (found === undefined || (id & 3) === 3 || (ofThread && found.group !== task.group)) throw EINVAL;
  const user = ofThread ? found.userTime : userTime(found);
  const all = ofThread ? found.userTime + found.systemTime : processTime(found.group);
  return (id & 3) === 1 ? user : all;
}
function userTime(task: Task): number {
  return task.group.tasks.reduce((sum, other) => sum + other.userTime, task.group.times.user);
}
function systemTime(task: Task): number {
  return task.group.tasks.reduce((sum, other) => sum + other.systemTime, task.group.times.system);
}

function coarse(nanoseconds: number): number {
  return nanoseconds - (nanoseconds % COARSE);
}

function readClock(task: Task, id: number): number | bigint {
  const { kernel } = task;
  if (id < 0) return readCpuClock(task, id);
  switch (id) {
    case CLOCK.CLOCK_REALTIME:
    case CLOCK.CLOCK_REALTIME_ALARM:
    case CLOCK.CLOCK_TAI:
      return kernel.realtime();
    case CLOCK.CLOCK_REALTIME_COARSE: {
      const now = kernel.realtime();
      return now - (now % BigInt(COARSE));
    }
    case CLOCK.CLOCK_MONOTONIC:
    case CLOCK.CLOCK_MONOTONIC_RAW:
    case CLOCK.CLOCK_BOOTTIME:
    case CLOCK.CLOCK_BOOTTIME_ALARM:
      return kernel.now();
    case CLOCK.CLOCK_MONOTONIC_COARSE:
      return coarse(kernel.now());
    case CLOCK.CLOCK_PROCESS_CPUTIME_ID:
      return processTime(task.group);
    case CLOCK.CLOCK_THREAD_CPUTIME_ID:
      return task.userTime + task.systemTime;
    default:
      throw EINVAL;
  }
}

const getTime =
  (write: WriteTime) =>
  (task: Task, id: number, address: number): number => {
    write(task.memory, address, readClock(task, id));
    return 0;
  };

const getResolution =
  (write: WriteTime) =>
  (task: Task, id: number, address: number): number => {
    readClock(task, id);
    const isCoarse = id === CLOCK.CLOCK_REALTIME_COARSE || id === CLOCK.CLOCK_MONOTONIC_COARSE;
    if (address !== 0) write(task.memory, address, isCoarse ? COARSE : 1);
    return 0;
  };

function setRealtime(task: Task, nanoseconds: number): void {
  if (!capable(task.credentials, CAP.CAP_SYS_TIME)) throw EPERM;
  task.kernel.realtimeOffset += BigInt(Math.round(nanoseconds)) - task.kernel.realtime();
}
const setTime =
  (read: ReadTime) =>
  (task: Task, id: number, address: number): number => {
    if (id !== CLOCK.CLOCK_REALTIME) throw EINVAL;
    setRealtime(task, read(task.memory, address));
    return 0;
  };

function gettimeofday(task: Task, address: number, zone: number): number {
  if (address !== 0) writeTimeval(task.memory, address, task.kernel.realtime());
  if (zone !== 0) task.memory.zero(zone, 8);
  return 0;
}
function settimeofday(task: Task, address: number): number {
  if (address !== 0) setRealtime(task, readTimeval(task.memory, address));
  else if (!capable(task.credentials, CAP.CAP_SYS_TIME)) throw EPERM;
  return 0;
}

function times(task: Task, address: number): number {
  if (address !== 0) {
    const { childrenUser, childrenSystem } = task.group.times;
    const ticks = (time: number): number => Math.floor(time / TICK);
    const image = tms.pack({
      utime: ticks(userTime(task)),
      stime: ticks(systemTime(task)),
      cutime: ticks(childrenUser),
      cstime: ticks(childrenSystem),
    });
    task.memory.copyOut(address, image);
  }
  return Math.floor(task.kernel.now() / TICK) | 0;
}

/** adjtimex(2): the clock runs by itself, unsynchronized, and cannot be steered. */
function timexAnswer(task: Task): {
  status: number;
  tick: bigint;
  tolerance: bigint;
  sec: bigint;
  usec: bigint;
} {
  const now = task.kernel.realtime();
  return {
    status: STA_UNSYNC,
    tick: 10_000n,
    tolerance: 32_768_000n,
    sec: now / BigInt(SECOND),
    usec: (now % BigInt(SECOND)) / 1000n,
  };
}
function adjtimex(task: Task, address: number): number {
  if (task.memory.readU32(address) !== 0 && !capable(task.credentials, CAP.CAP_SYS_TIME)) throw EPERM;
  const { status, tick, tolerance, sec, usec } = timexAnswer(task);
  const image = new Uint8Array(TIMEX32_SIZE);
  timex32.write(new DataView(image.buffer), 0, {
    status,
    tick: Number(tick),
    tolerance: Number(tolerance),
    sec: Number(sec),
    usec: Number(usec),
    precision: 1,
  });
  task.memory.copyOut(address, image);
  return TIME_ERROR;
}
function adjtimex64(task: Task, id: number, address: number): number {
  if (id !== CLOCK.CLOCK_REALTIME) throw EOPNOTSUPP;
  if (task.memory.readU32(address) !== 0 && !capable(task.credentials, CAP.CAP_SYS_TIME)) throw EPERM;
  task.memory.copyOut(address, timex64.pack({ ...timexAnswer(task), precision: 1n }));
  return TIME_ERROR;
}

// ---- sleeping ----

/** Sleeps until `deadline` (monotonic); what is left at a signal goes to `remaining`, if given. */
function sleepUntil(task: Task, deadline: number, remaining: number, write: WriteTime): Result {
  if (task.kernel.now() >= deadline) return 0;
  return new Blocked([], () => 0, {
    deadline,
    interrupted: ERESTART_RESTARTBLOCK,
    cancel: () => {
      task.restart = () => sleepUntil(task, deadline, remaining, write);
      if (remaining === 0) return;
      try {
        write(task.memory, remaining, Math.max(deadline - task.kernel.now(), 0));
      } catch (thrown) {
        if (!(thrown instanceof Errno)) throw thrown; // the sleep has ended in EINTR already
      }
    },
  });
}

const nanosleep = (task: Task, request: number, remaining: number): Result =>
  sleepUntil(task, task.kernel.now() + readTimespec32(task.memory, request), remaining, writeTimespec32);

/** The monotonic moment of an absolute time of another clock. */
function toMonotonic(task: Task, id: number, moment: number): number {
  const now = readClock(task, id);
  // Seconds since 1970 in nanoseconds do not fit a double exactly: the difference is taken in integers.
  const left = typeof now === 'bigint' ? Number(BigInt(Math.floor(moment)) - now) : moment - now;
  return task.kernel.now() + left;
}

const SLEEPING_CLOCKS: readonly number[] = [
  CLOCK.CLOCK_REALTIME,
  CLOCK.CLOCK_MONOTONIC,
  CLOCK.CLOCK_BOOTTIME,
  CLOCK.CLOCK_TAI,
];

const clockNanosleep =
  (read: ReadTime, write: WriteTime) =>
  (task: Task, id: number, how: number, request: number, remaining: number): Result => {
    if (id === CLOCK.CLOCK_THREAD_CPUTIME_ID || id < 0 || id > CLOCK.CLOCK_TAI) throw EINVAL;
    if (!SLEEPING_CLOCKS.includes(id)) throw EOPNOTSUPP;
    const time = read(task.memory, request);
    if ((how & TIMER_ABSTIME) === 0) return sleepUntil(task, task.kernel.now() + time, remaining, write);
    const deadline = toMonotonic(task, id, time);
    if (deadline <= task.kernel.now()) return 0;
    return new Blocked([], () => 0, { deadline, interrupted: ERESTARTNOHAND });
  };

// ---- interval timers ----

const processTimers = (task: Task): ProcessTimers => task.kernel.timers.of(task.kernel, task.group);

function getInterval(task: Task, which: number): IntervalValue {
  const timers = processTimers(task);
  if (which === ITIMER.ITIMER_REAL) return timers.getReal();
  if (which === ITIMER.ITIMER_VIRTUAL) return timers.getCpu('virtual');
  if (which === ITIMER.ITIMER_PROF) return timers.getCpu('profile');
  throw EINVAL;
}
function setInterval(task: Task, which: number, to: IntervalValue): void {
  const timers = processTimers(task);
  if (which === ITIMER.ITIMER_REAL) timers.setReal(to);
  else timers.setCpu(which === ITIMER.ITIMER_VIRTUAL ? 'virtual' : 'profile', to);
}
function writeInterval(task: Task, address: number, { value, interval }: IntervalValue): void {
  writeTimeval(task.memory, address, interval);
  writeTimeval(task.memory, address + 8, value);
}
function setitimer(task: Task, which: number, address: number, old: number): number {
  const before = getInterval(task, which);
  let to: IntervalValue = { value: 0, interval: 0 };
  if (address !== 0) {
    const interval = readTimeval(task.memory, address);
    to = { interval, value: readTimeval(task.memory, address + 8) };
  }
  setInterval(task, which, to);
  if (old !== 0) writeInterval(task, old, before);
  return 0;
}

/** Answers the seconds that were left, rounded, but never 0 for a timer that ran. */
function alarm(task: Task, seconds: number): number {
  const { value } = getInterval(task, ITIMER.ITIMER_REAL);
  setInterval(task, ITIMER.ITIMER_REAL, { value: seconds * SECOND, interval: 0 });
  if (value === 0) return 0;
  return Math.max(1, Math.round(value / SECOND));
}

// ---- POSIX timers ----

function timerCreate(task: Task, id: number, event: number, created: number): number {
  const cpu = id === CLOCK.CLOCK_PROCESS_CPUTIME_ID || id === CLOCK.CLOCK_THREAD_CPUTIME_ID;
  if (id < 0 || id > CLOCK.CLOCK_TAI || id === 10) throw EINVAL;
  if (!cpu && !SLEEPING_CLOCKS.includes(id)) throw EOPNOTSUPP;
  let notify = SIGEV_SIGNAL;
  let signo = SIGALRM;
  let value: number | null = null;
  let target: Task | null = null;
  if (event !== 0) {
    const given = sigevent.unpack(task.memory.copyIn(event, sigevent.size));
    ({ notify, signo, value } = given);
    if ((notify & ~SIGEV_THREAD_ID) > SIGEV_NONE || notify < 0) throw EINVAL;
    if (notify !== SIGEV_NONE && (signo < 1 || signo > NSIG)) throw EINVAL;
    if ((notify & SIGEV_THREAD_ID) !== 0) {
      target = task.kernel.tasks.get(given.tid) ?? null;
      if (target?.group !== task.group) throw EINVAL;
    }
  }
  task.memory.verify(created, 4, true);
  const timer = processTimers(task).create(id, task, { notify, signo, value, target });
  task.memory.writeU32(created, timer.id);
  return 0;
}

function findTimer(task: Task, id: number): PosixTimer {
  const timer = processTimers(task).posix.get(id);
  if (timer === undefined) throw EINVAL;
  return timer;
}

const timerGet =
  (write: WriteTime, width: number) =>
  (task: Task, id: number, address: number): number => {
    const { value, interval } = findTimer(task, id).get();
    write(task.memory, address, interval);
    write(task.memory, address + width, value);
    return 0;
  };

const timerSet =
  (read: ReadTime, write: WriteTime, width: number) =>
  (task: Task, id: number, how: number, address: number, old: number): number => {
    if (address === 0) throw EINVAL;
    const interval = read(task.memory, address);
    const time = read(task.memory, address + width);
    const timer = findTimer(task, id);
    const before = timer.get();
    let value = time;
    if ((how & TIMER_ABSTIME) !== 0 && time !== 0) {
      const now = readClock(task, timer.clock);
      const left = typeof now === 'bigint' ? Number(BigInt(Math.floor(time)) - now) : time - now;
      value = Math.max(left, 1);
    }
    timer.set({ value, interval });
    if (old !== 0) {
      write(task.memory, old, before.interval);
      write(task.memory, old + width, before.value);
    }
    return 0;
  };

const wallClocks = partial('CPU-time clocks answer EOPNOTSUPP');
const unsteered = partial('reads only: the clock cannot be steered');
const TIMESPEC32_SIZE = 8;
const TIMESPEC64_SIZE = 16;

export const timeRows = {
  time: sys(13, [pointer], (task, address) => {
    const seconds = Number(task.kernel.realtime() / BigInt(SECOND)) | 0;
    if (address !== 0) task.memory.writeU32(address, seconds);
    return seconds;
  }),
  stime: sys(25, [pointer], (task, address) => {
    setRealtime(task, (task.memory.readU32(address) | 0) * SECOND);
    return 0;
  }),
  alarm: sys(27, [unsigned], alarm),
  times: sys(43, [pointer], times),
  gettimeofday: sys(78, [timeval.answer, pointer], gettimeofday),
  settimeofday: sys(79, [timeval.given, pointer], settimeofday),
  setitimer: sys(104, [itimer, itimerval.given, itimerval.answer], setitimer),
  getitimer: sys(105, [itimer, itimerval.answer], (task, which, address) => {
    writeInterval(task, address, getInterval(task, which));
    return 0;
  }),
  adjtimex: sys(124, [pointer], adjtimex, unsteered),
  nanosleep: sys(162, [timespec.given, pointer], nanosleep),
  timer_create: sys(259, [clock, pointer, number], timerCreate),
  timer_settime: sys(
    260,
    [int, sleepFlags, itimerspec.given, itimerspec.answer],
    timerSet(readTimespec32, writeTimespec32, TIMESPEC32_SIZE),
  ),
  timer_gettime: sys(261, [int, itimerspec.answer], timerGet(writeTimespec32, TIMESPEC32_SIZE)),
  timer_getoverrun: sys(262, [int], (task, id) => findTimer(task, id).overrun),
  timer_delete: sys(263, [int], (task, id) => {
    findTimer(task, id).delete();
    processTimers(task).posix.delete(id);
    return 0;
  }),
  clock_settime: sys(264, [clock, timespec.given], setTime(readTimespec32)),
  clock_gettime: sys(265, [clock, timespec.answer], getTime(writeTimespec32)),
  clock_getres: sys(266, [clock, timespec.answer], getResolution(writeTimespec32)),
  clock_nanosleep: sys(
    267,
    [clock, sleepFlags, timespec.given, pointer],
    clockNanosleep(readTimespec32, writeTimespec32),
    wallClocks,
  ),
  clock_adjtime: sys(
    343,
    [clock, pointer],
    (task, id, address) => {
      if (id !== CLOCK.CLOCK_REALTIME) throw EOPNOTSUPP;
      return adjtimex(task, address);
    },
    unsteered,
  ),
  clock_gettime64: sys(403, [clock, timespecs64.answer], getTime(writeTimespec64)),
  clock_settime64: sys(404, [clock, timespecs64.given], setTime(readTimespec64)),
  clock_adjtime64: sys(405, [clock, pointer], adjtimex64, unsteered),
  clock_getres_time64: sys(406, [clock, timespecs64.answer], getResolution(writeTimespec64)),
  clock_nanosleep_time64: sys(
    407,
    [clock, sleepFlags, timespecs64.given, pointer],
    clockNanosleep(readTimespec64, writeTimespec64),
    wallClocks,
  ),
  timer_gettime64: sys(408, [int, itimerspec64.answer], timerGet(writeTimespec64, TIMESPEC64_SIZE)),
  timer_settime64: sys(
    409,
    [int, sleepFlags, itimerspec64.given, itimerspec64.answer],
    timerSet(readTimespec64, writeTimespec64, TIMESPEC64_SIZE),
  ),
} satisfies Rows;
