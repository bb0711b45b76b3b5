// Events as descriptors: epoll, eventfd, timerfd and signalfd over fs/epoll.ts and fs/event.ts.

import { EINTR, EINVAL, EPERM } from '../abi/errno.ts';
import { O_CLOEXEC, O_NONBLOCK } from '../abi/file.ts';
import { RLIMIT } from '../abi/process.ts';
import { SI_TIMER, SIGBUS, SIGCHLD, SIGFPE, SIGILL, SIGIO, SIGSEGV, UNBLOCKABLE } from '../abi/signal.ts';
import { CLOCK, TIMER_ABSTIME } from '../abi/time.ts';
import type { AnonymousFs } from '../fs/anonymous.ts';
import { asEpoll, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, Epoll } from '../fs/epoll.ts';
import {
  EventFd,
  SignalFd,
  type SignalRecord,
  type SignalSource,
  type TimerClock,
  TimerFd,
  type TimerSetting,
} from '../fs/event.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { takeSignal } from '../kernel/signal.ts';
import type { SignalInfo } from '../kernel/signal-info.ts';
import type { Task } from '../kernel/task.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import type { Result } from '../wait.ts';
import { deadlineIn, readMask, underMask, untilReady } from './readiness.ts';
import {
  bits,
  choice,
  fd,
  flags,
  int,
  type Kind,
  partial,
  pointer,
  type Rows,
  size,
  sys,
  unsigned,
} from './row.ts';
import { epollEvent, epollEvents } from './shown-file.ts';
import { signalSet } from './shown-process.ts';
import { itimerspec, itimerspec64 } from './shown-time.ts';
import {
  type ReadTime,
  readTimespec32,
  readTimespec64,
  type WriteTime,
  writeTimespec32,
  writeTimespec64,
} from './timespec.ts';

const MILLISECOND = 1e6;
const EPOLL_EVENT_SIZE = 12;
const EPOLL_MAX_EVENTS = Math.floor(0x7fffffff / EPOLL_EVENT_SIZE);
const EFD_SEMAPHORE = 1;
const TFD_TIMER_CANCEL_ON_SET = 2;
const SIGSET_SIZE = 8;

const operation = choice('operation', { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD });
const clock = choice('clock', CLOCK);
const descriptorFlags = (prefix: string): Kind<number> =>
  bits('flags', { [`${prefix}_CLOEXEC`]: O_CLOEXEC, [`${prefix}_NONBLOCK`]: O_NONBLOCK });

function install(task: Task, description: FileDescription, flag: number): number {
  const limit = task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft;
  return task.files.install(description, limit, (flag & O_CLOEXEC) !== 0);
}
function checkFlags(flag: number, known: number): void {
  if ((flag & ~known) !== 0) throw EINVAL;
}

// ---- epoll ----

function epollControl(task: Task, number: number, what: number, target: number, va: number): number {
  const { memory } = task;
  const event =
    what === EPOLL_CTL_DEL ? null : { events: memory.readU32(va) | 0, data: memory.readU64(va + 4) };
  const epoll = task.files.get(number);
  const description = task.files.get(target);
  if (!description.pollable) throw EPERM;
  asEpoll(epoll).control(what, target, description, event);
  return 0;
}

/** `timeout` in nanoseconds, Infinity = none. */
function epollWait(
  task: Task,
  number: number,
  va: number,
  most: number,
  timeout: number,
  mask: bigint | null,
): Result {
  if (most <= 0 || most > EPOLL_MAX_EVENTS) throw EINVAL;
  task.memory.verify(va, EPOLL_EVENT_SIZE, true);
  const epoll = asEpoll(task.files.get(number));
  const collect = (): number => {
    const events = epoll.collect(most);
    events.forEach(({ events, data }, i) => {
      task.memory.writeU32(va + i * EPOLL_EVENT_SIZE, events);
      task.memory.writeU64(va + i * EPOLL_EVENT_SIZE + 4, data);
    });
    return events.length;
  };
  const wait = (): Result =>
    untilReady(task, [epoll.queue], deadlineIn(task, timeout), collect, { interrupted: EINTR });
  return underMask(task, mask, wait);
}
const fromMilliseconds = (time: number): number => (time < 0 ? Infinity : time * MILLISECOND);

// ---- timerfd ----

function timerClock(kernel: Kernel, id: number): TimerClock {
  const real = id === CLOCK.CLOCK_REALTIME || id === CLOCK.CLOCK_REALTIME_ALARM;
  const now = (): bigint => (real ? kernel.realtime() : BigInt(Math.floor(kernel.now())));
  return {
    now,
    at: (when, expire) => {
      const timer = kernel.timers.add(kernel.now() + Number(when - now()), expire);
      return () => timer.cancel();
    },
  };
}

const TIMER_CLOCKS: readonly number[] = [
  CLOCK.CLOCK_REALTIME,
  CLOCK.CLOCK_MONOTONIC,
  CLOCK.CLOCK_BOOTTIME,
  CLOCK.CLOCK_REALTIME_ALARM,
  CLOCK.CLOCK_BOOTTIME_ALARM,
];

function timerOf(task: Task, number: number): TimerFd {
  const description = task.files.get(number);
  if (!(description instanceof TimerFd)) throw EINVAL;
  return description;
}
function writeSetting(task: Task, va: number, write: WriteTime, half: number, setting: TimerSetting): void {
  write(task.memory, va, setting.interval);
  write(task.memory, va + half, setting.value);
}
/** struct itimerspec: interval, then value; `half` is the size of one of them. */
const timerSet =
  (read: ReadTime, write: WriteTime, half: number) =>
  (task: Task, number: number, flag: number, va: number, oldVa: number): number => {
    checkFlags(flag, TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET);
    const interval = BigInt(read(task.memory, va));
    const value = BigInt(read(task.memory, va + half));
    const timer = timerOf(task, number);
    const old = timer.get();
    timer.set(value, interval, (flag & TIMER_ABSTIME) !== 0);
    if (oldVa !== 0) writeSetting(task, oldVa, write, half, old);
    return 0;
  };
const timerGet =
  (write: WriteTime, half: number) =>
  (task: Task, number: number, va: number): number => {
    writeSetting(task, va, write, half, timerOf(task, number).get());
    return 0;
  };

// ---- signalfd ----

const FAULTS: readonly number[] = [SIGSEGV, SIGBUS, SIGILL, SIGFPE];

/** The members of a siginfo that its signal and code give a meaning. */
function recordOf(info: SignalInfo): SignalRecord {
  const nothing = { pid: 0, uid: 0, fd: 0, timer: 0, band: 0, overrun: 0, status: 0, value: 0, address: 0 };
  const { signo, errno, code } = info;
  const head = { ...nothing, signo, errno, code };
  if (code === SI_TIMER) return { ...head, timer: info.timer, overrun: info.overrun, value: info.value };
  const fromKernel = code > 0 && code < 0x80;
  if (fromKernel && signo === SIGCHLD) return { ...head, pid: info.pid, uid: info.uid, status: info.status };
  if (fromKernel && FAULTS.includes(signo)) return { ...head, address: info.address };
  if (fromKernel && signo === SIGIO) return { ...head, band: info.band, fd: info.fd };
  return { ...head, pid: info.pid, uid: info.uid, value: code < 0 ? info.value : 0 };
}

/** The signals of the task that runs now. */
function signalsOf(kernel: Kernel): () => SignalSource {
  return () => {
    const task = kernel.running!;
    return {
      arrival: task.group.actions.arrival,
      waiting: () => task.pending.mask | task.group.pending.mask,
      take: (set) => recordOf(takeSignal(task, set)!),
    };
  };
}

export function eventRows(anonymous: AnonymousFs) {
  const { root: inode } = anonymous;
  const epollCreate = (task: Task, flag: number): number => {
    checkFlags(flag, O_CLOEXEC);
    return install(task, new Epoll(inode), flag);
  };
  const eventfd = (task: Task, initial: number, flag: number): number => {
    checkFlags(flag, EFD_SEMAPHORE | O_CLOEXEC | O_NONBLOCK);
    const semaphore = (flag & EFD_SEMAPHORE) !== 0;
    return install(task, new EventFd(inode, initial, flag & O_NONBLOCK, semaphore), flag);
  };
  const signalfd = (task: Task, number: number, va: number, bytes: number, flag: number): number => {
    checkFlags(flag, O_CLOEXEC | O_NONBLOCK);
    if (bytes !== SIGSET_SIZE) throw EINVAL;
    const mask = task.memory.readU64(va) & ~UNBLOCKABLE;
    if (number === -1)
      return install(task, new SignalFd(inode, flag & O_NONBLOCK, mask, signalsOf(task.kernel)), flag);
    const description = task.files.get(number);
    if (!(description instanceof SignalFd)) throw EINVAL;
    description.mask = mask;
    description.queue.wake();
    return number;
  };
  return {
    epoll_create: sys(254, [int], (task, hint) => {
      if (hint <= 0) throw EINVAL;
      return epollCreate(task, 0);
    }),
    epoll_ctl: sys(255, [fd, operation, fd, epollEvent], epollControl),
    epoll_wait: sys(256, [fd, epollEvents, int, int], (task, number, va, most, timeout) =>
      epollWait(task, number, va, most, fromMilliseconds(timeout), null),
    ),
    epoll_pwait: sys(
      319,
      [fd, epollEvents, int, int, signalSet.given, size],
      (task, number, va, most, timeout, maskVa, bytes) =>
        epollWait(task, number, va, most, fromMilliseconds(timeout), readMask(task, maskVa, bytes)),
    ),
    signalfd: sys(321, [fd, signalSet.given, size], (task, number, va, bytes) =>
      signalfd(task, number, va, bytes, 0),
    ),
    timerfd_create: sys(
      322,
      [clock, descriptorFlags('TFD')],
      (task, id, flag) => {
        checkFlags(flag, O_CLOEXEC | O_NONBLOCK);
        if (!TIMER_CLOCKS.includes(id)) throw EINVAL;
        const timer = new TimerFd(inode, flag & O_NONBLOCK, id, timerClock(task.kernel, id));
        return install(task, timer, flag);
      },
      partial('a timer does not see that CLOCK_REALTIME is set'),
    ),
    eventfd: sys(323, [unsigned], (task, initial) => eventfd(task, initial, 0)),
    timerfd_settime: sys(
      325,
      [fd, flags, itimerspec.given, itimerspec.answer],
      timerSet(readTimespec32, writeTimespec32, 8),
      partial('TFD_TIMER_CANCEL_ON_SET never cancels'),
    ),
    timerfd_gettime: sys(326, [fd, itimerspec.answer], timerGet(writeTimespec32, 8)),
    signalfd4: sys(327, [fd, signalSet.given, size, descriptorFlags('SFD')], signalfd),
    eventfd2: sys(328, [unsigned, descriptorFlags('EFD')], eventfd),
    epoll_create1: sys(329, [descriptorFlags('EPOLL')], epollCreate),
    timerfd_gettime64: sys(410, [fd, itimerspec64.answer], timerGet(writeTimespec64, 16)),
    timerfd_settime64: sys(
      411,
      [fd, flags, itimerspec64.given, itimerspec64.answer],
      timerSet(readTimespec64, writeTimespec64, 16),
      partial('TFD_TIMER_CANCEL_ON_SET never cancels'),
    ),
    epoll_pwait2: sys(
      441,
      [fd, pointer, int, pointer, pointer, size],
      (task, number, va, most, timeVa, maskVa, bytes) => {
        const timeout = timeVa === 0 ? Infinity : readTimespec64(task.memory, timeVa);
        return epollWait(task, number, va, most, timeout, readMask(task, maskVa, bytes));
      },
    ),
  } satisfies Rows;
}
