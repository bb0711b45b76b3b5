// What a process has running on the machine's timers: the interval timers of setitimer(2), which may count
// CPU time, the POSIX timers of timer_create(2), and RLIMIT_CPU. The calls are in syscalls/time.ts.

import { RLIMIT } from '../abi/process.ts';
import {
  SI_TIMER,
  SIGALRM,
  SIGEV_NONE,
  SIGEV_THREAD_ID,
  SIGKILL,
  SIGPROF,
  SIGVTALRM,
  SIGXCPU,
} from '../abi/signal.ts';
import { CLOCK, SECOND } from '../abi/time.ts';
import type { Kernel } from './kernel.ts';
import { type PendingSignals, sendToGroup, sendToTask } from './signal.ts';
import { SignalInfo } from './signal-info.ts';
import type { Task, ThreadGroup } from './task.ts';
import type { Timer } from './timer.ts';

const MAX_OVERRUN = 0x7fffffff;

/** RLIMIT_CPU: SIGXCPU at the soft limit and each second after it, SIGKILL at the hard one. */
export function chargeLimit(task: Task): void {
  const { group } = task;
  const limit = group.limits[RLIMIT.RLIMIT_CPU]!;
  if (limit.soft === Infinity && limit.hard === Infinity) return;
  const used = processTime(group) / SECOND;
  if (used >= limit.hard) sendToGroup(group, SignalInfo.kernel(SIGKILL));
  else if (used >= limit.soft) {
    sendToGroup(group, SignalInfo.kernel(SIGXCPU));
    limit.soft += 1;
  }
}

/** User and system time of all threads of a process, dead ones too, nanoseconds. */
export function processTime(group: ThreadGroup): number {
  let total = group.times.user + group.times.system;
  for (const task of group.tasks) if (task.hasMm) total += task.userTime + task.systemTime;
  return total;
}

/** setitimer(2)'s struct itimerval in nanoseconds; value 0 = disarmed. */
export interface IntervalValue {
  readonly value: number;
  readonly interval: number;
}

/** An interval timer that counts CPU time. */
class CpuInterval {
  left = 0;
  interval = 0;

  /** True when it expired. */
  charge(spent: number): boolean {
    if (this.left <= 0) return false;
    this.left -= spent;
    if (this.left > 0) return false;
    this.left = this.interval === 0 ? 0 : this.interval - (-this.left % this.interval);
    return true;
  }
}

export class ProcessTimers {
  readonly #kernel: Kernel;
  readonly #group: ThreadGroup;
  #real: Timer | null = null;
  #realInterval = 0;
  readonly #virtual = new CpuInterval();
  readonly #profile = new CpuInterval();
  /** timer_create(2)'s timers by their id. */
  readonly posix = new Map<number, PosixTimer>();
  #nextId = 0;

  constructor(kernel: Kernel, group: ThreadGroup) {
    this.#kernel = kernel;
    this.#group = group;
  }

  // ---- setitimer(2) ----

  getReal(): IntervalValue {
    const timer = this.#real;
    if (timer === null) return { value: 0, interval: this.#realInterval };
    // A timer that is set never reads as zero, even when it is due.
    return { value: Math.max(timer.deadline - this.#kernel.now(), 1000), interval: this.#realInterval };
  }
  setReal({ value, interval }: IntervalValue): void {
    this.#real?.cancel();
    this.#real = null;
    this.#realInterval = value === 0 ? 0 : interval;
    if (value > 0) this.#armReal(this.#kernel.now() + value);
  }
  #armReal(deadline: number): void {
    this.#real = this.#kernel.timers.add(deadline, () => {
      this.#real = null;
      if (this.#realInterval > 0)
        this.#armReal(Math.max(deadline + this.#realInterval, this.#kernel.now() + 1));
      sendToGroup(this.#group, SignalInfo.kernel(SIGALRM));
    });
  }
  #cpu(which: 'virtual' | 'profile'): CpuInterval {
    return which === 'virtual' ? this.#virtual : this.#profile;
  }
  getCpu(which: 'virtual' | 'profile'): IntervalValue {
    const timer = this.#cpu(which);
    return { value: timer.left, interval: timer.interval };
  }
  setCpu(which: 'virtual' | 'profile', { value, interval }: IntervalValue): void {
    const timer = this.#cpu(which);
    timer.left = value;
    timer.interval = value === 0 ? 0 : interval;
  }

  charge(user: number, system: number): void {
    if (this.#virtual.charge(user)) sendToGroup(this.#group, SignalInfo.kernel(SIGVTALRM));
    if (this.#profile.charge(user + system)) sendToGroup(this.#group, SignalInfo.kernel(SIGPROF));
    for (const timer of this.posix.values()) timer.charge();
  }

  // ---- timer_create(2) ----

  /** `value` null: the timer's id, as timer_create(2) without an event has it. */
  create(
    clock: number,
    owner: Task,
    event: Omit<SignalEvent, 'value'> & { value: number | null },
  ): PosixTimer {
    const id = this.#nextId++;
    const timer = new PosixTimer(this.#kernel, owner, id, clock, { ...event, value: event.value ?? id });
    this.posix.set(id, timer);
    return timer;
  }
  deletePosix(): void {
    for (const timer of this.posix.values()) timer.delete();
    this.posix.clear();
  }
  stop(): void {
    this.setReal({ value: 0, interval: 0 });
    this.deletePosix();
  }
}

/** struct sigevent, with its defaults filled in. */
export interface SignalEvent {
  readonly notify: number;
  readonly signo: number;
  readonly value: number;
  /** The thread that SIGEV_THREAD_ID names. */
  readonly target: Task | null;
}

/** Linux: struct k_itimer. Its one signal waits at most once; further expirations are its overrun. */
export class PosixTimer {
  readonly #kernel: Kernel;
  readonly #owner: Task;
  readonly id: number;
  readonly clock: number;
  readonly event: SignalEvent;
  interval = 0;
  /** Overrun of the last signal that was taken (timer_getoverrun(2)). */
  overrun = 0;
  /** Expirations since the waiting signal was queued. */
  #missed = 0;
  /** The signal in its queue; null when none waits. */
  #queued: SignalInfo | null = null;
  /** Next expiration: monotonic nanoseconds, or CPU time for CPU clocks; 0 = disarmed. */
  #deadline = 0;
  #timer: Timer | null = null;

  constructor(kernel: Kernel, owner: Task, id: number, clock: number, event: SignalEvent) {
    this.#kernel = kernel;
    this.#owner = owner;
    this.id = id;
    this.clock = clock;
    this.event = event;
  }

  get #countsCpu(): boolean {
    return this.clock === CLOCK.CLOCK_PROCESS_CPUTIME_ID || this.clock === CLOCK.CLOCK_THREAD_CPUTIME_ID;
  }
  #now(): number {
    if (this.clock === CLOCK.CLOCK_PROCESS_CPUTIME_ID) return processTime(this.#owner.group);
    if (this.clock === CLOCK.CLOCK_THREAD_CPUTIME_ID) return this.#owner.userTime + this.#owner.systemTime;
    return this.#kernel.now();
  }

  get(): IntervalValue {
    if (this.#deadline === 0) return { value: 0, interval: this.interval };
    return { value: Math.max(this.#deadline - this.#now(), 1), interval: this.interval };
  }
  /** `value` nanoseconds from now; 0 disarms. */
  set({ value, interval }: IntervalValue): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#deadline = 0;
    this.overrun = 0;
    this.#missed = 0;
    this.interval = interval;
    if (value > 0) this.#arm(this.#now() + value);
  }
  #arm(deadline: number): void {
    this.#deadline = deadline;
    if (!this.#countsCpu) this.#timer = this.#kernel.timers.add(deadline, () => this.#expire());
  }
  /** CPU time has passed. */
  charge(): void {
    if (this.#countsCpu && this.#deadline !== 0 && this.#now() >= this.#deadline) this.#expire();
  }

  #expire(): void {
    const due = this.#deadline;
    this.#timer = null;
    this.#deadline = 0;
    let times = 1;
    if (this.interval > 0) {
      const late = Math.floor((this.#now() - due) / this.interval);
      times += late;
      this.#arm(due + times * this.interval);
    }
    if (this.event.notify === SIGEV_NONE) return;
    if (this.#queued !== null) {
      this.#missed = Math.min(this.#missed + times, MAX_OVERRUN);
      return;
    }
    this.#missed = times - 1;
    this.#send();
  }
  #send(): void {
    const { signo, value, target, notify } = this.event;
    const info = SignalInfo.timer(signo, this.id, 0, value, () => this.#taken());
    this.#queued = info;
    if (notify === SIGEV_THREAD_ID && target !== null) sendToTask(target, info);
    else sendToGroup(this.#owner.group, info);
    // An ignored signal was not queued: the next expiration tries again.
    if (!this.#queue().infos.includes(info)) this.#queued = null;
  }
  #queue(): PendingSignals {
    const { target, notify } = this.event;
    return notify === SIGEV_THREAD_ID && target !== null ? target.pending : this.#owner.group.pending;
  }
  /** The signal is about to be delivered: it tells how many expirations it stands for. */
  #taken(): SignalInfo {
    const { signo, value } = this.event;
    this.#queued = null;
    this.overrun = this.#missed;
    this.#missed = 0;
    return new SignalInfo(signo, SI_TIMER, [this.id, this.overrun, value]);
  }
  delete(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#deadline = 0;
    if (this.#queued !== null) this.#queue().removeInfo(this.#queued);
    this.#queued = null;
  }
}
