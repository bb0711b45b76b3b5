// `--verify`: every region that is entered is held against the interpreter. The region runs a short slice of the
// budget with its stores logged; they are undone, the interpreter does as many instructions from the same state,
// with its own stores logged, and both must have come to the same registers, to the same bytes wherever either
// stored, and to the same fault. The first difference ends the machine by an error that shows the region.
// Regions do not call each other then, so that each is looked at alone.
import type { CpuExports } from '../src/interpreter.ts';
import {
  BUDGET,
  CPU,
  CPU_SIZE,
  EFLAGS,
  EIP,
  ENTRY_OFFSET,
  FPR,
  FTAG,
  FTOP,
  LAZY_CF,
  LAZY_OP,
  MXCSR,
  NOWHERE,
  PAGE_SHIFT,
  R_TABLE,
  REGION_CODE,
  REGION_LEAVE,
  REGION_SPENT,
  REGION_UNWIND,
  TB,
  TRAP_ADDRESS,
  TRAP_VECTOR,
  TSC_BASE,
  UNDO_LOG,
  XMM,
} from '../src/layout.ts';

/** Instructions of a region that are compared at a time: what they store has to fit into two logs. */
const SLICE = 300;
const WORDS = CPU_SIZE / 4;

/** In a register of the x87 stack, the words that hold it. */
const FPR_MASKS = [0xffffffff, 0xffffffff, 0xffff, 0];

const NAMED: readonly (readonly [first: number, names: readonly string[]])[] = [
  [0, ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi']],
  [EIP, ['eip']],
  [EFLAGS, ['eflags']],
  [BUDGET, ['budget']],
  [TRAP_VECTOR, ['vector', 'error code', 'cr2']],
  [FTOP, ['x87 top']],
  [FTAG, ['x87 tags']],
  [MXCSR, ['mxcsr']],
];

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

function nameOf(offset: number): string {
  for (const [first, names] of NAMED) {
    const name = names[(offset - first) / 4];
    if (name !== undefined) return name;
  }
  if (offset >= XMM) return `xmm${(offset - XMM) >> 4}, word ${(offset & 15) >> 2}`;
  if (offset >= FPR && offset < FPR + 128)
    return `x87 register R${(offset - FPR) >> 4}, word ${(offset & 15) >> 2}`;
  return `word ${hex(offset)} of the CPU block`;
}

/** Which bits of a word of the CPU block must agree. */
function maskOf(offset: number, faulted: boolean): number {
  if (offset >= LAZY_OP && offset <= LAZY_CF) return 0;
  if (offset >= TRAP_VECTOR && offset <= TRAP_ADDRESS) return faulted ? 0xffffffff : 0;
  if (offset >= FPR && offset < FPR + 128) return FPR_MASKS[(offset & 15) >> 2]!;
  return 0xffffffff;
}

/** A region's function. */
type Code = (expected: number, level: number, at: number) => number;

interface Outcome {
  /** The CPU block with all of EFLAGS. */
  readonly block: Uint32Array;
  /** What left the run: a trap's number, or -1. */
  left: number;
  /** What was thrown, for a fault; null: nothing. */
  thrown: object | null;
}

const outcome = (): Outcome => ({ block: new Uint32Array(WORDS), left: -1, thrown: null });

export class Verifier {
  readonly #memory: WebAssembly.Memory;
  readonly #cpu: CpuExports;
  readonly #describe: (slot: number) => string;
  readonly #before = new Uint32Array(WORDS);
  /** Behind the region: the block as it left it, flags and all. */
  readonly #after = new Uint32Array(WORDS);
  readonly #region = outcome();
  readonly #interpreter = outcome();

  /** `describe`: the region in a slot of the function table, as text. */
  constructor(memory: WebAssembly.Memory, cpu: CpuExports, describe: (slot: number) => string) {
    this.#memory = memory;
    this.#cpu = cpu;
    this.#describe = describe;
  }

  /** Runs the region in `slot` and answers for it, as Tier.verified asks. */
  enter(slot: number): number {
    const cpu = this.#cpu;
    const block = new Uint32Array(this.#memory.buffer, CPU, WORDS);
    const budget = block[BUDGET >> 2]! | 0;
    const kept = Math.max(0, budget - SLICE);
    this.#charge(block, kept);
    this.#before.set(block);
    let next = NOWHERE;
    block[REGION_CODE >> 2] = REGION_UNWIND;
    cpu.beginLog(UNDO_LOG);
    this.#attempt(this.#region, slot, () => {
      next = (cpu.table.get(slot) as Code)(NOWHERE, 0, block[EIP >> 2]!) >>> 0;
    });
    const middle = cpu.endLog(UNDO_LOG);
    const code = next === NOWHERE ? block[REGION_CODE >> 2]! : REGION_LEAVE;
    block[REGION_CODE >> 2] = REGION_LEAVE;
    this.#after.set(block);
    this.#settle(this.#region, block);
    cpu.undoLog(UNDO_LOG, middle);
    block.set(this.#before);
    const target = this.#region.block[BUDGET >> 2]! | 0;
    cpu.beginLog(middle);
    this.#attempt(this.#interpreter, slot, () => cpu.replay(target));
    const end = cpu.endLog(middle);
    this.#settle(this.#interpreter, block);
    this.#compareBlocks(slot);
    this.#compareStores(slot, middle, end);
    block.set(this.#after);
    this.#charge(block, -kept);
    if (this.#region.thrown !== null) throw this.#region.thrown;
    const goesOn =
      code === REGION_SPENT
        ? (block[BUDGET >> 2]! | 0) > 0
        : code === REGION_UNWIND
          ? this.#region.left < 0
          : code === REGION_LEAVE;
    if (goesOn) return block[EIP >> 2]!;
    block[REGION_CODE >> 2] = code;
    return NOWHERE;
  }

  /** Takes instructions off the budget without the time stamp counter's noticing. */
  #charge(block: Uint32Array, count: number): void {
    block[BUDGET >> 2]! -= count;
    const clock = new BigUint64Array(this.#memory.buffer, CPU + TSC_BASE, 1);
    clock[0]! -= BigInt(count);
  }

  #attempt(result: Outcome, slot: number, run: () => void): void {
    result.thrown = null;
    try {
      run();
    } catch (thrown) {
      // An exception of the guest is no Error; what is one has gone wrong in here.
      if (thrown instanceof Error) throw new Error(`--verify: in ${this.#describe(slot)}`, { cause: thrown });
      result.thrown = thrown as object;
    }
  }

  #settle(result: Outcome, block: Uint32Array): void {
    result.left = this.#cpu.settleRegion();
    result.block.set(block);
  }

  #compareBlocks(slot: number): void {
    const region = this.#region;
    const interpreter = this.#interpreter;
    const same = (offset: number): boolean => region.block[offset >> 2] === interpreter.block[offset >> 2];
    const faulted = region.thrown !== null;
    // A jump to where nothing may be executed: the interpreter is told at once, a region by whoever goes on.
    const early = !faulted && interpreter.thrown !== null && same(EIP) && same(BUDGET);
    for (let i = 0; i < WORDS; i++) {
      const mask = maskOf(i * 4, faulted);
      const [is, should] = [region.block[i]!, interpreter.block[i]!];
      if (((is ^ should) & mask) !== 0) this.#fail(slot, nameOf(i * 4), hex(is), hex(should));
    }
    const end = ({ thrown, left }: Outcome): string =>
      thrown !== null ? 'a fault' : left < 0 ? 'no trap' : `trap ${left}`;
    if (!early && end(region) !== end(interpreter))
      this.#fail(slot, 'the end', end(region), end(interpreter));
  }

  /** Memory is as the interpreter has left it; it ends as both have left it. */
  #compareStores(slot: number, middle: number, end: number): void {
    const cpu = this.#cpu;
    const regions = cpu.compareLog(UNDO_LOG, middle);
    const [unit, made] = [this.#unit(regions), this.#bytes(regions + 16)];
    if (regions !== middle) this.#fail(slot, this.#guest(unit), made, this.#bytes(unit));
    cpu.undoLog(middle, end);
    cpu.redoLog(UNDO_LOG, middle);
    const others = cpu.compareLog(middle, end);
    if (others !== end) {
      const missed = this.#unit(others);
      this.#fail(slot, this.#guest(missed), this.#bytes(missed), this.#bytes(others + 16));
    }
  }

  #unit(entry: number): number {
    return new DataView(this.#memory.buffer).getUint32(entry, true);
  }
  #bytes(at: number): string {
    return Array.from(new Uint8Array(this.#memory.buffer, at, 8), (b) =>
      b.toString(16).padStart(2, '0'),
    ).join(' ');
  }

  /** The eight bytes at a host address, by the guest's. */
  #guest(host: number): string {
    const words = new Uint32Array(this.#memory.buffer);
    const table = (words[(CPU + TB) >> 2]! + R_TABLE) >> 2;
    for (let page = 0; page < 2 ** 20; page++) {
      const entry = words[table + page]!;
      if (
        entry !== 0 &&
        ((page << PAGE_SHIFT) + entry + ENTRY_OFFSET) >>> 0 === ((host >>> PAGE_SHIFT) << PAGE_SHIFT) >>> 0
      )
        return `bytes at ${hex((page << PAGE_SHIFT) + (host & 0xfff))}`;
    }
    return `bytes at host address ${hex(host)}`;
  }

  #fail(slot: number, what: string, region: string, interpreter: string): never {
    const done = (this.#before[BUDGET >> 2]! - this.#region.block[BUDGET >> 2]!) | 0;
    const from = hex(this.#before[EIP >> 2]!);
    throw new Error(
      `--verify: entered at ${from}, after ${done} instructions: ${what} ${region}, of the interpreter ${interpreter}\n` +
        `${this.#describe(slot)}`,
    );
  }
}
