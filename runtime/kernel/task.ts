// Task: one thread of control (Linux: task_struct). ThreadGroup: a process (signal_struct plus what
// CLONE_SIGHAND and CLONE_FS share). Only state and the methods that keep its invariants; the chapters
// of the story are clone.ts, exec.ts, exit.ts, signal.ts, stop.ts, run.ts.

import { Registers } from '../../src/registers.ts';
import { RLIMIT } from '../abi/process.ts';
import type { Mm } from '../mm/mm.ts';
import type { UserMemory } from '../mm/user-memory.ts';
import type { Caller, Credentials } from '../vfs/caller.ts';
import type { FdTable } from '../vfs/file-description.ts';
import type { Location } from '../vfs/mount.ts';
import type { FsContext } from '../vfs/path.ts';
import { type Result, WaitQueue } from '../wait.ts';
import type { DebugRegisters } from './debug-registers.ts';
import type { Kernel } from './kernel.ts';
import type { RestartableArea } from './restartable-sequence.ts';
import type { Seccomp } from './seccomp-filter.ts';
import type { SemaphoreUndo } from './semaphore-set.ts';
import type { PendingSignals, SignalActions } from './signal.ts';
import type { Sleep } from './sleep.ts';
import type { Tracing } from './stop.ts';

/**
 * Why a task does or does not run.
 * `ready`: in the run queue. `blocked`: waits (Task.blocked says for what). `stopped`: group stop or
 * trace stop. `zombie`: exited, not yet waited for. `dead`: reaped.
 */
export type TaskState = 'ready' | 'blocked' | 'stopped' | 'zombie' | 'dead';

/**
 * `user`: deliver signals, then run user code. `call`: a system call entry stop is over, the call is to be
 * made. `retry`: a blocked call was woken, `timeout`: its deadline passed, `interrupted`: a signal came.
 * `dying`: the exit stop is over, the task is to end.
 */
export type TaskPhase = 'user' | 'call' | 'retry' | 'timeout' | 'interrupted' | 'dying';

/** struct rlimit; Infinity stands for RLIM_INFINITY. */
export interface Limit {
  soft: number;
  hard: number;
}

export class ThreadGroup {
  /** Threads, leader first while it lives; a zombie leader stays until the group is reaped. */
  readonly tasks: Task[] = [];
  /** Processes whose parent this is, zombies included. */
  readonly children = new Set<ThreadGroup>();
  /** Woken when a child or a tracee has something for wait4 to tell. Linux: wait_chldexit. */
  readonly childEvents = new WaitQueue();
  /** Process that wait4 reports to; null only for init and for kernel-made processes. Linux: real_parent. */
  parent: ThreadGroup | null = null;
  /** The thread of the parent that made this process. Linux: real_parent, which is a thread. */
  maker: Task | null = null;
  /** Process group and session (setpgid, setsid). */
  pgid: number;
  sid: number;
  /** Signal handlers; shared by CLONE_SIGHAND. */
  actions: SignalActions;
  /** Signals for the process as a whole (kill). Linux: shared_pending. */
  readonly pending: PendingSignals;
  /** Status word for wait4 once a group exit has begun; null before. */
  exitStatus: number | null = null;
  /** Signal that the parent gets at the end (clone's low byte; 0 = none, waited for with __WCLONE or __WALL). */
  exitSignal: number;
  /** Stop signal while the group is stopped by job control, else 0; `stopReported`: wait4 has told it. */
  stopSignal = 0;
  stopReported = false;
  continuedUnreported = false;
  /** Resource limits, indexed by RLIMIT_*. */
  limits: Limit[];
  /** Has called execve since fork (setpgid's EACCES rule). */
  execed = false;
  /** argv as one NUL-separated string for /proc/PID/cmdline lives in the mm; this is the path of /proc/PID/exe. */
  exePath = '';
  /** The program file, for /proc/PID/exe. Linux: mm->exe_file. */
  exePlace: Location | null = null;
  /** User and system time of exited threads and of waited-for children, nanoseconds. */
  readonly times = { user: 0, system: 0, childrenUser: 0, childrenSystem: 0 };
  /** The most pages of a past address space of this process, and of waited-for children (ru_maxrss). */
  peakPages = 0;
  childrenPeakPages = 0;
  /** Monotonic nanoseconds at fork. */
  readonly started: number;
  /** PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE. */
  subreaper = false;
  dumpable = 1;
  /** PR_SET_NO_NEW_PRIVS: execve gives no set-user-id identity. */
  noNewPrivileges = false;
  /** /proc/PID/oom_score_adj; recorded, and inherited. */
  oomAdjustment = 0;
  /** Nice value, -20..19; recorded only. */
  nice = 0;

  constructor(
    /** Process id = tid of the first thread. Linux: tgid. */
    readonly pid: number,
    init: {
      pgid: number;
      sid: number;
      actions: SignalActions;
      pending: PendingSignals;
      exitSignal: number;
      limits: Limit[];
      started: number;
    },
  ) {
    this.pgid = init.pgid;
    this.sid = init.sid;
    this.actions = init.actions;
    this.pending = init.pending;
    this.exitSignal = init.exitSignal;
    this.limits = init.limits;
    this.started = init.started;
  }

  /** Tells an address space which limits bind it: faults and brk(2) know no process. */
  limitMemory(mm: Mm): void {
    mm.limits.stack = this.limits[RLIMIT.RLIMIT_STACK]!.soft;
    mm.limits.data = this.limits[RLIMIT.RLIMIT_DATA]!.soft;
    mm.limits.addressSpace = this.limits[RLIMIT.RLIMIT_AS]!.soft;
  }

  get leader(): Task {
    return this.tasks[0]!;
  }
  /** The thread whose child this process is: its maker, and after that one's end another thread of the parent. */
  get parentThread(): Task | null {
    const { parent, maker } = this;
    if (parent === null) return null;
    if (maker !== null && maker.group === parent && maker.hasMm) return maker;
    return parent.tasks.find(({ hasMm }) => hasMm) ?? null;
  }
}

export class Task implements Caller {
  state: TaskState = 'ready';
  /** The wait of a `blocked` task: retried when a queue wakes, at the deadline, or given up for a signal. */
  sleep: Sleep | null = null;
  /** Linux: current->thread's registers; the 1 KiB image of the CPU block in linear memory (layout.ts). */
  readonly slot: number;
  /** Descriptors; shared by CLONE_FILES. */
  files: FdTable;
  /** Working directory, root, umask; shared by CLONE_FS. Linux: fs_struct. */
  fs: FsContext;
  credentials: Credentials;
  /** Blocked signals as a 64-bit mask, bit n-1 for signal n. */
  signalMask = 0n;
  /** Mask to put back once a handler's frame is built or no handler ran (sigsuspend, ppoll). Linux: saved_sigmask. */
  savedMask: bigint | null = null;
  /** Signals for this thread alone (tkill, faults). */
  readonly pending: PendingSignals;
  /** sigaltstack(2): base, size, flags. */
  altStack = { base: 0, size: 0, flags: 2 };
  /** Number of the system call being run, or -1: decides about restarts (orig_eax). */
  originalEax = -1;
  /** Has yet to take part in the group stop that group.stopSignal tells of. Linux: JOBCTL_STOP_PENDING. */
  stopPending = false;
  /** Where the task's story goes on when the scheduler next runs it. */
  phase: TaskPhase = 'user';
  /** restart_syscall(2): how to go on with a call that ended in ERESTART_RESTARTBLOCK. */
  restart: (() => Result) | null = null;
  /** Last fault of this task: what sigcontext's trapno, err and cr2 show. Linux: thread.trap_nr, error_code, cr2. */
  fault = { trapno: 0, error: 0, address: 0 };
  /** The tracer's side of this task, null when nobody traces it. */
  tracing: Tracing | null = null;
  /** Debug registers, once somebody has looked at them. Linux: thread_struct.ptrace_bps. */
  debug: DebugRegisters | null = null;
  /** Tasks that this one traces. Linux: ptraced. */
  readonly tracees = new Set<Task>();
  /** Status word with which a task in phase `dying` ends. */
  dyingStatus = 0;
  /** Status word of this thread once it has ended. */
  exitStatus = 0;
  /** clear_child_tid (CLONE_CHILD_CLEARTID, set_tid_address) and the robust futex list head; 0 = none. */
  clearChildTid = -0;
  robustList = -0;
  /** Woken and dropped when this child of a vfork gives the address space back: exec or exit. Linux: vfork_done. */
  vforkDone: WaitQueue | null = null;
  /** What SEM_UNDO has to take back; null until something is. Linux: sysvsem.undo_list. */
  semaphoreUndo: SemaphoreUndo | null = null;
  /** PR_SET_NAME, /proc/PID/comm: at most 15 bytes. */
  comm = '';
  /** sched_setscheduler(2), recorded. */
  scheduling = { policy: 0, priority: 0 };
  /** ioprio_set(2), recorded; class in the upper bits, 0 = none. */
  ioPriority = 0;
  /** PR_SET_TIMERSLACK, nanoseconds; recorded. */
  timerSlack = 50_000;
  /** personality(2). */
  personality = 0;
  /** rseq(2). */
  rseq: RestartableArea | null = null;
  /** seccomp(2); `seccompTold`: the tracer has been asked about the call that is to be made. */
  seccomp: Seccomp | null = null;
  seccompTold = false;
  /** PR_SET_PDEATHSIG. */
  parentDeathSignal = 0;
  /** User and system time, nanoseconds. -0: a field that begins as a small integer makes V8 compile anew later. */
  userTime = -0;
  systemTime = -0;
  #tid: number;
  #mm: Mm | null;
  readonly #slotRegisters: Registers;

  constructor(
    readonly kernel: Kernel,
    tid: number,
    readonly group: ThreadGroup,
    init: {
      slot: number;
      mm: Mm;
      files: FdTable;
      fs: FsContext;
      credentials: Credentials;
      pending: PendingSignals;
    },
  ) {
    this.#tid = tid;
    this.slot = init.slot;
    this.#slotRegisters = new Registers(kernel.engine.memory, init.slot);
    this.#mm = init.mm.retain();
    this.files = init.files;
    this.fs = init.fs;
    this.credentials = init.credentials;
    this.pending = init.pending;
  }

  /** Throws when the task has exited: a zombie has no address space. */
  get mm(): Mm {
    if (this.#mm === null) throw new Error(`task ${this.tid} has no mm`);
    return this.#mm;
  }
  get hasMm(): boolean {
    return this.#mm !== null;
  }
  /** Replaces the address space: fork, execve, PTRACE_SWITCH_MM and skas4 are its callers. null: exit. */
  useMm(mm: Mm | null): void {
    const old = this.#mm;
    this.#mm = mm === null ? null : mm.retain();
    if (old !== null && old !== mm) this.group.peakPages = Math.max(this.group.peakPages, old.peakPages);
    old?.release();
  }

  /** The registers: in the CPU block while this task is loaded there, else in its slot. */
  get registers(): Registers {
    return this.kernel.loaded === this ? this.kernel.cpu : this.#slotRegisters;
  }
  get memory(): UserMemory {
    return this.mm.memory;
  }
  get tid(): number {
    return this.#tid;
  }
  /** execve by a thread that is not the leader: it takes the process's id. Precondition: it is the only thread. */
  becomeLeader(): void {
    this.#tid = this.group.pid;
  }
  get pid(): number {
    return this.group.pid;
  }
  get pgid(): number {
    return this.group.pgid;
  }
  get sid(): number {
    return this.group.sid;
  }
  get isLeader(): boolean {
    return this.tid === this.group.pid;
  }
}
