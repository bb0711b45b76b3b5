// Kernel: the tables and clocks of one machine, and which tasks are ready. What a task does next is told
// by run.ts; where parts meet is machine.ts.

import type { CpuModel } from '../../src/cpu-model.ts';
import type { Engine } from '../../src/engine.ts';
import { CPU, LDT_BASE, LDT_COUNT } from '../../src/layout.ts';
import { Registers } from '../../src/registers.ts';
import { EAGAIN, EEXIST, EINVAL } from '../abi/errno.ts';
import { MSGMNI, SEMMNI, SHMMNI } from '../abi/ipc.ts';
import type { Host } from '../host/host.ts';
import type { Vdso } from '../loader/vdso.ts';
import type { Frames } from '../mm/frames.ts';
import type { TablePool } from '../mm/page-table.ts';
import type { Inode } from '../vfs/inode.ts';
import type { Blocked, Result } from '../wait.ts';
import { Futexes } from './futex.ts';
import { FutexLocks } from './futex-lock.ts';
import { type Ipc, IpcTable } from './ipc.ts';
import { LoadAverage } from './load-average.ts';
import type { MessageQueue } from './message-queue.ts';
import type { SemaphoreSet } from './semaphore-set.ts';
import type { SharedSegment } from './shared-segment.ts';
import type { SignalInfo } from './signal-info.ts';
import { Sleep } from './sleep.ts';
import type { Task, TaskPhase, ThreadGroup } from './task.ts';
import { Timers } from './timer.ts';

/** uname(2): struct new_utsname, plus what sethostname and setdomainname change. */
export interface Uts {
  readonly sysname: string;
  nodename: string;
  readonly release: string;
  readonly version: string;
  readonly machine: string;
  domainname: string;
}

/** The system call table as the run loop sees it; syscalls/table.ts implements it. */
export interface SystemCalls {
  /** Runs call `number` with the arguments in the task's registers; errors come back as -errno. */
  invoke(task: Task, number: number): Result;
}

/** Told of every call, signal and exit; syscalls/strace.ts implements it. */
export interface CallObserver {
  enter(task: Task, number: number): void;
  /** The call that was entered waits for something. */
  wait(task: Task): void;
  leave(task: Task, result: number | null): void;
  signal(task: Task, info: SignalInfo): void;
  /** Stopped by job control. */
  stop(task: Task, signo: number): void;
  exit(task: Task, status: number): void;
}

export interface KernelParts {
  readonly host: Host;
  readonly engine: Engine;
  readonly frames: Frames;
  readonly tables: TablePool;
  readonly uts: Uts;
  /** First address above user space. */
  readonly taskSize: number;
  /** The vdso page, mapped into every program. */
  readonly vdso: Vdso;
  readonly model: CpuModel;
  /** One clear line for what the kernel does not have (unknown call or instruction). */
  readonly report: (line: string) => void;
}

const FIRST_PID = 100;
const PID_MAX = 32768;

export class Kernel {
  readonly host: Host;
  readonly engine: Engine;
  readonly frames: Frames;
  readonly tables: TablePool;
  readonly uts: Uts;
  readonly taskSize: number;
  readonly vdso: Vdso;
  /** The processor that programs see. */
  readonly model: CpuModel;
  readonly report: (line: string) => void;
  /** Every task that is not yet reaped, by thread id. */
  readonly tasks = new Map<number, Task>();
  /** Every process that is not yet reaped, by process id. */
  readonly groups = new Map<number, ThreadGroup>();
  readonly timers = new Timers();
  readonly futexes = new Futexes();
  readonly futexLocks = new FutexLocks();
  readonly ipc: Ipc = {
    semaphores: new IpcTable<SemaphoreSet>(SEMMNI),
    queues: new IpcTable<MessageQueue>(MSGMNI),
    segments: new IpcTable<SharedSegment>(SHMMNI),
  };
  /** The registers of the task that is loaded in the CPU block. */
  readonly cpu: Registers;
  /** 1 KiB of linear memory where images that a program is to get are put together, for one copy. */
  readonly staging: number;
  /** The task whose state lies in the CPU block; its slot is stale meanwhile. */
  loaded: Task | null = null;
  /** The task whose turn it is: on its behalf handlers and files work. */
  running: Task | null = null;
  observer: CallObserver | null = null;
  /** Monotonic nanoseconds at boot, for uptime and start times. */
  readonly booted: number;
  /** Woken when the last thread of a process is gone; the machine waits here for its first program. */
  readonly onGroupExit = new Set<(group: ThreadGroup) => void>();
  /** Called when a session leader ends, to hang up its terminal; set by machine.ts, which knows the ttys. */
  onSessionEnd: ((leader: ThreadGroup) => void) | null = null;
  /** Who wants to know more of the load puts another in its place. */
  loadAverage: LoadAverage;
  /** Counters for --stats and /proc/stat; `processes`: the most at once, zombies included. */
  readonly counters = { calls: 0, faults: 0, switches: 0, forks: 0, processes: 0 };
  readonly #ready: Task[] = [];
  #lastPid = FIRST_PID - 1;
  readonly #ordinals = new WeakMap<object, number>();
  #lastOrdinal = 0;
  #idle = false;
  /** Offset of CLOCK_REALTIME that clock_settime has put in, nanoseconds. */
  realtimeOffset = 0n;

  constructor(parts: KernelParts) {
    this.host = parts.host;
    this.engine = parts.engine;
    this.frames = parts.frames;
    this.tables = parts.tables;
    this.uts = parts.uts;
    this.taskSize = parts.taskSize;
    this.vdso = parts.vdso;
    this.model = parts.model;
    this.report = parts.report;
    this.cpu = new Registers(parts.engine.memory, CPU);
    this.staging = parts.frames.allocateSlot();
    this.booted = parts.host.clock.monotonic();
    this.loadAverage = new LoadAverage(this.booted);
  }

  /** CLOCK_MONOTONIC in nanoseconds. */
  now(): number {
    return this.host.clock.monotonic();
  }
  /** CLOCK_REALTIME in nanoseconds since 1970. */
  realtime(): bigint {
    return this.host.clock.realtime() + this.realtimeOffset;
  }

  /** A number for an object, the same whenever it is asked for (kcmp); null comes first. */
  ordinal(object: object | null): number {
    if (object === null) return 0;
    let number = this.#ordinals.get(object);
    if (number === undefined) this.#ordinals.set(object, (number = ++this.#lastOrdinal));
    return number;
  }

  /** A process or thread id that nobody has, is in, or leads. Throws EAGAIN when all are taken. */
  allocatePid(): number {
    for (let tries = 0; tries < PID_MAX; tries++) {
      this.#lastPid = this.#lastPid + 1 >= PID_MAX ? FIRST_PID : this.#lastPid + 1;
      const pid = this.#lastPid;
      if (!this.tasks.has(pid) && !this.#idInUse(pid)) return pid;
    }
    throw EAGAIN;
  }
  addGroup(group: ThreadGroup): void {
    this.groups.set(group.pid, group);
    this.counters.processes = Math.max(this.counters.processes, this.groups.size);
  }
  /** An id that the caller has chosen. Throws EINVAL, EEXIST. */
  claimPid(pid: number): number {
    if (pid < 1 || pid >= PID_MAX) throw EINVAL;
    if (this.tasks.has(pid) || this.#idInUse(pid)) throw EEXIST;
    return pid;
  }
  get lastPid(): number {
    return this.#lastPid;
  }
  #idInUse(id: number): boolean {
    if (this.groups.has(id)) return true;
    for (const group of this.groups.values()) if (group.pgid === id || group.sid === id) return true;
    return false;
  }

  /** Somebody has the file open for writing: it cannot be executed (Linux: i_writecount > 0). */
  isOpenForWriting(inode: Inode): boolean {
    for (const task of this.tasks.values())
      for (const fd of task.files.numbers()) {
        const description = task.files.get(fd);
        // A memory file has no place in the tree, and Linux does not count its writer.
        if (description.inode === inode && description.writable && description.location !== null) return true;
      }
    return false;
  }
  /** Some process runs the file: it cannot be written (Linux: i_writecount < 0). */
  isExecuting(inode: Inode): boolean {
    for (const group of this.groups.values())
      if (group.exePlace?.inode === inode && group.tasks.some((task) => task.hasMm)) return true;
    return false;
  }

  // ---- who runs ----

  /** Puts a task at the end of the run queue. */
  makeReady(task: Task): void {
    task.state = 'ready';
    this.#ready.push(task);
    if (this.#idle) this.host.wakeUp();
  }
  /** The next ready task, or null. Tasks that were stopped or killed meanwhile are passed over. */
  takeReady(): Task | null {
    for (;;) {
      const task = this.#ready.shift();
      if (task === undefined) return null;
      if (task.state === 'ready') return task;
    }
  }
  get readyCount(): number {
    return this.#ready.length;
  }

  /** Puts the running task to sleep. */
  block(task: Task, blocked: Blocked): void {
    task.sleep = new Sleep(task, blocked);
    if (task.state === 'stopped') {
      // A tracer's event came in the middle of the call: the wait begins when the tracer lets the task go on.
      task.sleep.finish();
      task.phase = 'retry';
    } else task.state = 'blocked';
  }
  /** Ends a blocked task's sleep; it goes on in `phase`, which finds the wait in task.sleep. */
  resume(task: Task, phase: TaskPhase): void {
    if (task.state !== 'blocked') return;
    task.sleep!.finish();
    task.phase = phase;
    this.makeReady(task);
  }
  /** A signal is there for a blocked task: the wait is given up, if signals may end it. */
  interrupt(task: Task, fatal = false): void {
    if (task.state !== 'blocked') return;
    if (task.sleep!.blocked.options.interruptible === false && !fatal) return;
    this.resume(task, 'interrupted');
  }

  /** Sleeps in the host until the next timer or until something becomes ready. */
  async idle(): Promise<void> {
    this.#idle = true;
    await this.host.sleep(this.timers.next());
    this.#idle = false;
  }

  // ---- the CPU block ----

  /** Brings a task's state into the CPU block, and saves the one that was there. */
  load(task: Task): void {
    if (this.loaded !== task) {
      this.unload();
      this.engine.copyState(CPU, task.slot);
      this.loaded = task;
      this.counters.switches++;
    }
    const { u32 } = this.frames;
    const { ldt } = task.mm;
    u32[(CPU + LDT_BASE) >> 2] = ldt.base;
    u32[(CPU + LDT_COUNT) >> 2] = ldt.count;
  }
  /** Writes the loaded task's state back to its slot. */
  unload(): void {
    if (this.loaded === null) return;
    this.engine.copyState(this.loaded.slot, CPU);
    this.loaded = null;
  }
}
