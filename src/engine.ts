// The only door between x86 and Linux: an Engine runs the task whose state lies in the CPU block until
// something needs the kernel. It knows no Linux; the kernel knows no instruction.

/** Why `Engine.run` returned: one of layout.ts's TRAP_* numbers. */
export type Trap = number;

/** A number about the engine's work, and what it counts. */
export type Counter = readonly [name: string, value: number];

export interface Engine {
  /** The linear memory that holds the CPU block, the tables and the page frames. */
  readonly memory: WebAssembly.Memory;
  /**
   * Runs from the state in the CPU block (layout.ts) until a trap. The caller has set BUDGET, TB and
   * TSC_BASE. On return the block is complete: LAZY_OP is 0 and EFLAGS is whole.
   */
  run(): Trap;
  /**
   * Loads a segment register the way `mov Sw,Ew` does, from the descriptors in the block: selector,
   * base, limit and access. Returns false where the instruction would raise #GP, #SS or #NP.
   * `register` counts es cs ss ds fs gs from 0.
   */
  loadSegment(register: number, selector: number): boolean;
  /** Copies a task's state between the CPU block and a slot, the engine's own words (layout.ts) excepted. */
  readonly copyState: (to: number, from: number) => void;
  /**
   * Asked within a run for the system call of a trap, TRAP_SYSCALL or TRAP_SYSENTER; the block is complete but for
   * TRAP words, and EIP is as at the trap. Answers one of layout.ts's CALL_ numbers. CALL_GO_ON says that the task runs
   * on, and that the engine may keep what it knows of the address space: no page that may be written or executed
   * became another or lost that right, no frame with translated code was written. Null: every call is a trap.
   */
  onCall: ((trap: Trap) => number) | null;
  /**
   * Asked within an instruction for a page that it may not access so: address and error code. True: it may now, and
   * the same holds as for CALL_GO_ON. False, or null: the fault is a trap.
   */
  onFault: ((address: number, error: number) => boolean) | null;
  /** Tells the engine that translations made from page frame `frame` are stale. */
  invalidateFrame(frame: number): void;
  /** What an engine with a translator tells of it, in the order to be shown. */
  counters?(): readonly Counter[];
  /** Gives back what lives beyond the engine: a thread that compiles. */
  close?(): void;
}
