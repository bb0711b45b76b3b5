// The Engine that is cpu.wasm alone. An exception inside an instruction throws one constant through the
// wasm frames (an instruction checks what can fault before it changes anything, so nothing is to be undone);
// every other reason to stop is a plain return.
import type { Engine, Trap } from './engine.ts';
import {
  CALL_REFUSED,
  CPU,
  HOT_NOTHING,
  TRAP_ADDRESS,
  TRAP_ERROR,
  TRAP_FAULT,
  TRAP_VECTOR,
  VECTOR_PF,
} from './layout.ts';

/** The WebAssembly.Table that cpu.wasm exports: functions by number. */
export interface FunctionTable {
  grow(by: number): number;
  get(at: number): unknown;
  set(at: number, code: unknown): void;
}

/** What src/cpu/index.ts exports. */
export interface CpuExports {
  readonly run: () => Trap;
  /** Completes the CPU block after a throw. */
  readonly settle: () => void;
  readonly loadSegment: (register: number, selector: number) => number;
  readonly copyState: (to: number, from: number) => void;
  /** How often an address is arrived at before `Tier.hot` is told of it the first time. */
  readonly setPatience: (count: number) => void;
  /** How often an address is arrived at before its code is decoded (src/cpu/strip.ts). */
  readonly setWorth: (visits: number) => void;
  /** Whether regions are entered by way of `Tier.verified`. */
  readonly setVerifying: (on: boolean) => void;
  /** src/cpu/replay.ts and undo-log.ts, for `Tier.verified`. */
  readonly replay: (target: number) => number;
  readonly settleRegion: () => number;
  readonly beginLog: (at: number) => void;
  readonly endLog: (at: number) => number;
  readonly undoLog: (at: number, end: number) => void;
  readonly redoLog: (at: number, end: number) => void;
  readonly compareLog: (at: number, end: number) => number;
  /** The regions, by JUMP_FN. */
  readonly table: FunctionTable;
}

/** What the interpreter asks of a translator. */
export interface Tier {
  /**
   * Control goes to `eip` for the JUMP_COUNT-th time and no region is there. `depth`: calls of regions in progress;
   * only with 0 may regions be installed now. Answers one of layout.ts's HOT_ numbers; HOT_UNWIND asks that those
   * calls be given up and `settled` be called.
   */
  hot(eip: number, depth: number): number;
  settled(): void;
  /** TRACE (layout.ts) holds the addresses of `count` instructions that were run one after the other. */
  recorded(count: number): void;
  /** Runs the region in a slot of the table, in place of the interpreter that was told to (setVerifying); its answer. */
  verified?(slot: number): number;
}

export interface Interpreter extends Engine {
  readonly exports: CpuExports;
}

/** Without a tier nobody asks: a target that is hot is left alone for this many visits. */
const NEVER = 0xffffffff;

export function createInterpreter(
  cpuWasm: BufferSource | WebAssembly.Module,
  memory: WebAssembly.Memory,
  tier?: Tier,
): Interpreter {
  const module = cpuWasm instanceof WebAssembly.Module ? cpuWasm : new WebAssembly.Module(cpuWasm);
  // Not an Error: no stack is recorded, which is most of what a throw costs.
  const raised = Object.freeze({});
  let words = new Int32Array(memory.buffer);
  const host = {
    call: (trap: Trap): number => engine.onCall?.(trap) ?? CALL_REFUSED,
    fault(address: number, error: number): void {
      if (engine.onFault?.(address >>> 0, error)) return;
      if (words.length === 0) words = new Int32Array(memory.buffer);
      words[(CPU + TRAP_ADDRESS) >> 2] = address;
      words[(CPU + TRAP_VECTOR) >> 2] = VECTOR_PF;
      words[(CPU + TRAP_ERROR) >> 2] = error;
      throw raised;
    },
    raise() {
      throw raised;
    },
    hot: (eip: number, depth: number) => tier?.hot(eip >>> 0, depth) ?? HOT_NOTHING,
    settled: () => tier?.settled(),
    recorded: (count: number) => tier?.recorded(count),
    verified: (slot: number) => tier!.verified!(slot),
  };
  const instance = new WebAssembly.Instance(module, { env: { memory }, host });
  const exports = instance.exports as unknown as CpuExports;
  if (tier === undefined) exports.setPatience(NEVER);
  const engine: Interpreter = {
    memory,
    exports,
    onCall: null,
    onFault: null,
    run() {
      try {
        return exports.run();
      } catch (thrown) {
        if (thrown !== raised) throw thrown;
        exports.settle();
        return TRAP_FAULT;
      }
    },
    loadSegment: (register, selector) => exports.loadSegment(register, selector) !== 0,
    copyState: exports.copyState,
    // Instructions are decoded from memory each time: nothing is kept that could go stale.
    invalidateFrame() {},
  };
  return engine;
}
