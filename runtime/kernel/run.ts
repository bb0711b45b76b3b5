// The run loop: takes ready tasks in turn, runs user code until a trap, and says what happens next.
// A task's story is a small state machine (Task.phase), so that a stop or a wait in the middle of a
// system call is a value in the task and not a JavaScript stack.

import type { Trap } from '../../src/engine.ts';
import {
  BUDGET,
  CALL_GO_ON,
  CALL_OVER,
  CALL_REFUSED,
  CPU,
  PF_EMULATED_SHIFT,
  PF_USER,
  PF_WRITE,
  TB,
  TRAP_ADDRESS,
  TRAP_BUDGET,
  TRAP_CALLED,
  TRAP_ERROR,
  TRAP_SYSCALL,
  TRAP_SYSENTER,
  TRAP_VECTOR,
  TSC_BASE,
  VECTOR_BP,
  VECTOR_DB,
  VECTOR_OF,
  VECTOR_PF,
  VECTOR_UD,
} from '../../src/layout.ts';
import { ENOSYS, ERESTARTSYS, Errno } from '../abi/errno.ts';
import { SEGV_MAPERR, SIGKILL, SIGSEGV } from '../abi/signal.ts';
import type { FaultResult } from '../mm/fault.ts';
import { Blocked, NO_RETURN, type Result, type WakeReason } from '../wait.ts';
import { exitTask } from './exit.ts';
import type { Kernel, SystemCalls } from './kernel.ts';
import { restartSequence } from './restartable-sequence.ts';
import { askSeccomp } from './seccomp.ts';
import { forceSignal, isAlive } from './signal.ts';
import { deliverSignals, hasDeliverable, killPending, signalPending } from './signal-delivery.ts';
import { exceptionSignal, pageFaultSignal } from './signal-info.ts';
import type { Task } from './task.ts';

/** Instructions a task may run before the next one gets its turn. */
const SLICE = 200_000;
/** What a system call costs of the slice, so that a loop of calls is preempted too. */
const CALL_COST = 400;
/** How long guests run before the host's own events (input, signals) get a turn, nanoseconds. */
const HOST_TURN = 8_000_000;

/** A run of fewer instructions is charged by their number: reading the clock would cost as much as it. */
const SHORT_RUN = 1024;
/** What an instruction of a short run is charged, nanoseconds. */
const INSTRUCTION_TIME = 4;
/** Calls within a run, one soon after the other, for which the clock is read once. */
const UNCLOCKED = 8;

/** What a fault sets in EFLAGS, so that a breakpoint on the instruction is not found again when it goes on. */
const RF = 0x10000;
/** Exceptions behind an instruction; before one, VECTOR_DB has set RF itself. */
const TRAPS: readonly number[] = [VECTOR_DB, VECTOR_BP, VECTOR_OF];

/** Prints the bytes and the disassembly of an instruction the engine does not have; given by machine.ts. */
export type UnknownInstruction = (task: Task) => void;

/** Told now and then where a task is; machine-profile.ts implements it. */
export interface Profiler {
  /** Instructions from one sample to the next. */
  readonly interval: number;
  /** The task's registers are whole. `instructions` were retired since the last sample, by whomever. */
  sample(task: Task, instructions: number): void;
}

export class RunLoop {
  /** Set while samples are taken. */
  profiler: Profiler | null = null;
  readonly #kernel: Kernel;
  readonly #calls: SystemCalls;
  readonly #unknownInstruction: UnknownInstruction;
  /** Budget left in the running task's slice, instructions. */
  #left = 0;
  /** While the engine runs: the BUDGET down to which the task has been charged. */
  #counted = 0;
  /** Calls within the run since the clock was read. */
  #unclocked = 0;
  /** What the page fault that comes next as a trap has been found to be. */
  #found: FaultResult | undefined = undefined;
  /** The last system call has left the registers but for eax alone. */
  #plain = false;
  /** Instructions since the profiler's last sample. */
  #unsampled = 0;
  /** Monotonic nanoseconds up to which the running task has been charged. -0: for V8 never a small integer. */
  #charged = -0;
  /** Nothing but the task's own instructions has happened since `#charged` was read. */
  #fresh = false;
  /** Instructions of short runs since then. */
  #shortRuns = 0;
  /** What of the slice was the task's own and what the kernel's on its behalf, nanoseconds. */
  #userSpent = -0;
  #systemSpent = -0;
  /** The slice's task has a restartable sequence to be looked at. */
  #switched = false;

  constructor(kernel: Kernel, calls: SystemCalls, unknownInstruction: UnknownInstruction) {
    this.#kernel = kernel;
    this.#calls = calls;
    this.#unknownInstruction = unknownInstruction;
    kernel.engine.onCall = (trap) => this.#callWithin(trap);
    kernel.engine.onFault = (address, error) => this.#faultWithin(address, error);
  }

  /** Runs until no task is left. */
  async run(): Promise<void> {
    const kernel = this.#kernel;
    let now = kernel.now();
    let hostTurn = now + HOST_TURN;
    while (kernel.tasks.size > 0) {
      kernel.timers.run(now);
      const task = kernel.takeReady();
      if (task === null) {
        if (kernel.tasks.size === 0) break;
        kernel.loadAverage.sample(now, 0);
        await kernel.idle();
        now = kernel.now();
        // Nobody wanted the processor in the meantime.
        kernel.loadAverage.sample(now, 0);
        hostTurn = now + HOST_TURN;
        continue;
      }
      kernel.loadAverage.sample(now, kernel.readyCount + 1);
      now = this.#slice(task, now);
      if (now > hostTurn) {
        await kernel.host.yield();
        now = kernel.now();
        hostTurn = now + HOST_TURN;
      }
    }
  }

  /** One turn of one task; answers when it ended. */
  #slice(task: Task, started: number): number {
    const kernel = this.#kernel;
    kernel.running = task;
    this.#left = SLICE;
    this.#charged = started;
    this.#shortRuns = 0;
    this.#fresh = true;
    this.#userSpent = -0;
    this.#systemSpent = -0;
    this.#switched = task.rseq !== null && (kernel.loaded !== task || task.phase !== 'user');
    while (task.state === 'ready' && this.#left > 0) this.#advance(task);
    const ended = kernel.now();
    if (task.hasMm) this.#charge(task, ended, this.#shortRuns * INSTRUCTION_TIME);
    // Timers that count CPU time look once a slice, as Linux does once a tick.
    kernel.timers.charge(task, this.#userSpent, this.#systemSpent);
    if (task.state === 'ready') kernel.makeReady(task);
    return ended;
  }

  /** Up to `own` nanoseconds since the last charge were the task's own, the rest the kernel's on its behalf. */
  #charge(task: Task, now: number, own: number): void {
    const spent = now - this.#charged;
    this.#charged = now;
    this.#shortRuns = 0;
    if (spent <= 0) return;
    const user = Math.min(own, spent);
    task.userTime += user;
    task.systemTime += spent - user;
    this.#userSpent += user;
    this.#systemSpent += spent - user;
  }

  /** One step of a task's story. */
  #advance(task: Task): void {
    const { phase } = task;
    if (phase === 'user') {
      if (hasDeliverable(task)) {
        this.#fresh = false;
        deliverSignals(task);
      } else if (this.#switched) this.#resume(task);
      else this.#user(task);
      return;
    }
    this.#fresh = false;
    if (phase === 'dying') {
      exitTask(task, task.dyingStatus);
      return;
    }
    task.phase = 'user';
    this.#kernel.load(task);
    if (phase === 'call') {
      if (task.tracing?.skipsCall) task.tracing.onSyscallExit(task);
      else this.#perform(task);
      return;
    }
    const sleep = task.sleep!;
    task.sleep = null;
    if (phase === 'interrupted') {
      sleep.blocked.options.cancel?.();
      const moved = sleep.blocked.options.partial?.() ?? 0;
      this.#finish(task, moved > 0 ? moved : -(sleep.blocked.options.interrupted ?? ERESTARTSYS).number);
    } else {
      this.#settle(task, this.#retry(sleep.blocked, phase === 'retry' ? 'woken' : 'timeout'));
    }
  }

  /** Another task had the processor: a restartable sequence begins anew. */
  #resume(task: Task): void {
    this.#switched = false;
    this.#fresh = false;
    try {
      restartSequence(task);
    } catch (thrown) {
      if (!(thrown instanceof Blocked)) throw thrown;
      this.#kernel.block(task, new Blocked(thrown.queues, () => NO_RETURN, { interruptible: false }));
    }
  }

  /** User code until a trap, then what the trap asks for. */
  #user(task: Task): void {
    const kernel = this.#kernel;
    const { engine, frames } = kernel;
    kernel.load(task);
    const tables = task.mm.activate();
    const { u32 } = frames;
    if (!this.#fresh) this.#charge(task, kernel.now(), this.#shortRuns * INSTRUCTION_TIME);
    const tsc = this.#charged;
    u32[(CPU + TB) >> 2] = tables;
    const budget = this.#budget();
    this.#counted = budget;
    u32[(CPU + BUDGET) >> 2] = budget;
    u32[(CPU + TSC_BASE) >> 2] = tsc >>> 0;
    u32[(CPU + TSC_BASE + 4) >> 2] = tsc / 2 ** 32;
    // As on a real CPU, only a system call entry leaves a number here: it decides about restarts.
    task.originalEax = -1;
    this.#fresh = true;
    const trap = engine.run();
    const whole = budget === this.#left;
    const rest = kernel.frames.u32[(CPU + BUDGET) >> 2]! | 0;
    const spent = budget - rest;
    this.#left -= spent;
    this.#count(task, rest);
    this.#fresh = false;
    if (this.profiler !== null) this.#sample(this.profiler, task, spent);
    switch (trap) {
      case TRAP_CALLED:
        return;
      case TRAP_BUDGET:
        if (whole) this.#left = 0;
        return;
      case TRAP_SYSCALL:
      case TRAP_SYSENTER:
        this.#left -= CALL_COST;
        this.#enterCall(task, trap);
        return;
      default:
        this.#fault(task);
    }
  }

  /** The engine has run down to `rest` of its budget: that was the task's own time. True: the clock was read. */
  #count(task: Task, rest: number): boolean {
    const spent = this.#counted - rest;
    this.#counted = rest;
    if (spent < SHORT_RUN) {
      this.#shortRuns += spent;
      return false;
    }
    const own = this.#fresh ? Number.POSITIVE_INFINITY : (this.#shortRuns + spent) * INSTRUCTION_TIME;
    this.#charge(task, this.#kernel.now(), own);
    return true;
  }

  /** What the engine may spend: the rest of the slice, or what is left until the next sample. */
  #budget(): number {
    if (this.profiler === null) return this.#left;
    return Math.min(this.#left, Math.max(1, this.profiler.interval - this.#unsampled));
  }

  #sample(profiler: Profiler, task: Task, spent: number): void {
    this.#unsampled += spent;
    if (this.#unsampled < profiler.interval) return;
    profiler.sample(task, this.#unsampled);
    this.#unsampled = 0;
  }

  /**
   * A page fault in the middle of an instruction (Engine.onFault): most need no trap. What else became of it is
   * kept for the trap that follows.
   */
  #faultWithin(address: number, error: number): boolean {
    const { frames, running, counters } = this.#kernel;
    const { revoked } = frames;
    try {
      this.#found = running!.mm.fault(address, error);
    } catch (thrown) {
      if (!(thrown instanceof Blocked)) throw thrown;
      return false;
    }
    if (this.#found !== null || frames.revoked !== revoked) return false;
    this.#found = undefined;
    counters.faults++;
    return true;
  }

  #fault(task: Task): void {
    const kernel = this.#kernel;
    const { u32 } = kernel.frames;
    const vector = u32[(CPU + TRAP_VECTOR) >> 2]!;
    const error = u32[(CPU + TRAP_ERROR) >> 2]!;
    const address = u32[(CPU + TRAP_ADDRESS) >> 2]!;
    if (vector !== VECTOR_PF) {
      if (vector === VECTOR_UD) this.#unknownInstruction(task);
      if (!TRAPS.includes(vector)) kernel.cpu.eflags |= RF;
      task.fault = { trapno: vector, error, address: task.fault.address };
      forceSignal(task, exceptionSignal(task, vector));
      return;
    }
    kernel.counters.faults++;
    try {
      const found = this.#found;
      this.#found = undefined;
      const failure = found === undefined ? task.mm.fault(address, error) : found;
      // Without breakpoints it makes no difference when nobody sees it.
      if (failure !== null || task.debug !== null) kernel.cpu.eflags |= RF;
      if (failure === null) return;
      if (failure === 'out-of-memory') {
        kernel.report(`out of memory: process ${task.pid} (${task.comm}) is killed`);
        forceSignal(task, pageFaultSignal(SIGKILL, 0, 0));
        return;
      }
      const emulated = error >>> PF_EMULATED_SHIFT;
      if (emulated !== 0) {
        // Linux: force_sig_info_umip_fault(), which looks neither at the page nor at its area.
        const operand = address - (emulated - 1);
        task.fault = { trapno: VECTOR_PF, error: PF_USER | PF_WRITE, address: operand };
        forceSignal(task, pageFaultSignal(SIGSEGV, SEGV_MAPERR, operand));
        return;
      }
      // The page table knows better than the engine's tables, which are only a cache, whether a page was present.
      task.fault = { trapno: VECTOR_PF, error: failure.error, address };
      forceSignal(task, pageFaultSignal(failure.signal, failure.code, address));
    } catch (thrown) {
      if (!(thrown instanceof Blocked)) throw thrown;
      // The page is on its way from the host: wait, then run the instruction again.
      kernel.block(task, new Blocked(thrown.queues, () => NO_RETURN, { interruptible: false }));
    }
  }

  // ---- system calls ----

  /**
   * A system call in the middle of the engine's run (Engine.onCall), so that the run need not end for it. It does
   * where the call has taken something from the address space that the engine may have kept, and where the task
   * does not simply go on.
   */
  #callWithin(trap: Trap): number {
    if (this.profiler !== null) return CALL_REFUSED;
    const kernel = this.#kernel;
    const task = kernel.running!;
    const { frames } = kernel;
    const word = (CPU + BUDGET) >> 2;
    const rest = frames.u32[word]! | 0;
    this.#fresh = this.#count(task, rest);
    const { mm } = task;
    const { revoked } = frames;
    this.#plain = false;
    this.#enterCall(task, trap);
    frames.u32[word] = this.#counted = rest - CALL_COST;
    if (!this.#plain || task.state !== 'ready' || task.phase !== 'user') return CALL_OVER;
    if (frames.revoked !== revoked || task.mm !== mm || hasDeliverable(task)) return CALL_OVER;
    kernel.load(task);
    task.originalEax = -1;
    if (this.#fresh || ++this.#unclocked === UNCLOCKED) {
      this.#charge(task, kernel.now(), this.#shortRuns * INSTRUCTION_TIME);
      this.#unclocked = 0;
      this.#fresh = true;
    }
    return CALL_GO_ON;
  }

  #enterCall(task: Task, trap: Trap): void {
    if (trap === TRAP_SYSENTER) this.#systemEntry(task);
    else this.#systemCall(task);
  }

  /** sysenter: the vdso has pushed ecx, edx, ebp and left esp in ebp; the kernel returns behind its int 0x80. */
  #systemEntry(task: Task): void {
    const { registers } = task;
    const stack = registers.ebp;
    registers.esp = stack;
    registers.eip = task.mm.vdso.sysenterReturn;
    try {
      registers.ebp = task.memory.readU32(stack);
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      registers.eax = -thrown.number;
      this.#plain = true;
      return;
    }
    this.#systemCall(task);
  }

  #systemCall(task: Task): void {
    const { registers } = task;
    task.originalEax = registers.eax | 0;
    registers.eax = -ENOSYS.number;
    if (task.tracing?.onSyscallEnter(task)) {
      task.phase = 'call';
      return;
    }
    this.#perform(task);
  }

  #perform(task: Task): void {
    const number = task.originalEax;
    this.#kernel.counters.calls++;
    // A tracer that wrote -1 has cancelled the call; eax is then what it has put there.
    if (number === -1) {
      task.tracing?.onSyscallExit(task);
      return;
    }
    const forbidden = task.seccomp === null ? null : askSeccomp(task, () => this.#calls.invoke(task, number));
    if (forbidden === 'stopped') return;
    this.#kernel.observer?.enter(task, number);
    this.#settle(task, forbidden ?? this.#calls.invoke(task, number));
  }

  #settle(task: Task, result: Result): void {
    if (result instanceof Blocked) {
      this.#kernel.observer?.wait(task);
      this.#kernel.block(task, result);
      // A signal that came while the call ran (its own mask may let it in) must not be slept over.
      if (signalPending(task)) this.#kernel.interrupt(task, killPending(task));
    } else if (result === NO_RETURN) {
      this.#kernel.observer?.leave(task, null);
      if (isAlive(task)) task.tracing?.onSyscallExit(task);
    } else this.#finish(task, result);
  }

  /** A retry may end in an error too; the first attempt's were translated by the table already. */
  #retry(blocked: Blocked, reason: WakeReason): Result {
    try {
      return blocked.retry(reason);
    } catch (thrown) {
      if (thrown instanceof Errno) return -thrown.number;
      if (thrown instanceof Blocked) return thrown;
      throw thrown;
    }
  }

  /** The call is over: eax, and the tracer's exit stop. */
  #finish(task: Task, result: number): void {
    this.#kernel.observer?.leave(task, result);
    task.registers.eax = result;
    this.#plain = true;
    task.tracing?.onSyscallExit(task);
  }
}
