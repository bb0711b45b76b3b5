// Cases and their results, and the binary form in which the native oracle (oracle.c) reads and writes
// them. The recorded set of test/fuzz.test.ts is stored in the same form.
import { PAGES, pristineImage, type SandboxSegment, SEGMENTS } from './sandbox.ts';

export const OPTION_FX = 1;
export const OPTION_STEP = 2;
export const CODE_BYTES = 64;
export const FX_BYTES = 512;

/** One sequence and the state it starts from. */
export interface FuzzCase {
  readonly eip: number;
  /** es cs ss ds fs gs */
  readonly selectors: readonly number[];
  /** eax ecx edx ebx esp ebp esi edi */
  readonly regs: readonly number[];
  readonly eflags: number;
  readonly code: Uint8Array;
  /** Words written into the sandbox before the start: [address, value]. */
  readonly patches: readonly (readonly [number, number])[];
  /** FXSAVE image to start from; the result then holds one too. */
  readonly fx: Uint8Array | null;
  /** Single-step with TF and record up to this many steps; 0 runs freely. */
  readonly stepLimit: number;
}

export interface FuzzStep {
  readonly eip: number;
  readonly eflags: number;
  readonly regs: readonly number[];
}

export interface FuzzResult {
  readonly regs: readonly number[];
  readonly eflags: number;
  readonly eip: number;
  readonly selectors: readonly number[];
  /** Signal number; 26 (SIGVTALRM) when the sequence did not end. */
  readonly signal: number;
  /** Exception vector, error code and, for page faults, the address. */
  readonly vector: number;
  readonly error: number;
  readonly cr2: number;
  readonly steps: readonly FuzzStep[];
  /** Aligned words of the sandbox that changed. */
  readonly changes: ReadonlyMap<number, number>;
  readonly fx: Uint8Array | null;
}

const MAGIC = 0x36387861;
const CASE_BYTES = 68;
const RESULT_BYTES = 76;
const STEP_BYTES = 40;

function descriptorFlags(segment: SandboxSegment): number {
  const bits = [
    segment.small ? 0 : 1,
    segment.contents & 1,
    segment.contents >> 1,
    segment.readOnly ? 1 : 0,
    segment.pages ? 1 : 0,
    segment.absent ? 1 : 0,
    1,
  ];
  return bits.reduce((flags, bit, index) => flags | (bit << index), 0);
}

/** What the oracle reads first. */
export function encodeSandbox(): Uint8Array {
  const words = [MAGIC, PAGES.length, SEGMENTS.length];
  for (const page of PAGES) words.push(page.address, page.protection);
  SEGMENTS.forEach((segment, index) => {
    words.push(index, segment.base, segment.limit, descriptorFlags(segment));
  });
  return concat([new Uint8Array(Uint32Array.from(words).buffer), pristineImage()]);
}

export function encodeCase(test: FuzzCase): Uint8Array {
  const size = CASE_BYTES + CODE_BYTES + test.patches.length * 8 + (test.fx ? FX_BYTES : 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, test.eip, true);
  test.selectors.forEach((selector, i) => {
    view.setUint16(4 + i * 2, selector, true);
  });
  test.regs.forEach((value, i) => {
    view.setUint32(16 + i * 4, value, true);
  });
  view.setUint32(48, test.eflags, true);
  view.setUint32(52, (test.fx ? OPTION_FX : 0) | (test.stepLimit ? OPTION_STEP : 0), true);
  view.setUint32(56, test.stepLimit, true);
  view.setUint32(60, test.patches.length, true);
  view.setUint32(64, test.code.length, true);
  bytes.set(test.code, CASE_BYTES);
  let at = CASE_BYTES + CODE_BYTES;
  for (const [address, value] of test.patches) {
    view.setUint32(at, address, true);
    view.setUint32(at + 4, value, true);
    at += 8;
  }
  if (test.fx) bytes.set(test.fx, at);
  return bytes;
}

/** The inverse of WireReader.result, for records. */
export function encodeResult(result: FuzzResult): Uint8Array {
  const words = [...result.regs, result.eflags, result.eip];
  const [es, cs, ss, ds, fs, gs] = result.selectors;
  words.push(es | (cs << 16), ss | (ds << 16), fs | (gs << 16));
  words.push(
    result.signal,
    result.vector,
    result.error,
    result.cr2,
    result.steps.length,
    result.changes.size,
  );
  const tail: number[] = [];
  for (const step of result.steps) tail.push(step.eip, step.eflags, ...step.regs);
  for (const [address, value] of result.changes) tail.push(address, value);
  const bytes = (list: readonly number[]) => new Uint8Array(Uint32Array.from(list).buffer);
  return concat([bytes(words), result.fx ?? new Uint8Array(0), bytes(tail)]);
}

/** Reads cases or results one after the other from a block of bytes. */
export class WireReader {
  #at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  #word(): number {
    const value = this.#view.getUint32(this.#at, true);
    this.#at += 4;
    return value;
  }

  #words(count: number): number[] {
    return Array.from({ length: count }, () => this.#word());
  }

  #selectors(): number[] {
    const at = this.#at;
    this.#at += 12;
    return Array.from({ length: 6 }, (_, i) => this.#view.getUint16(at + i * 2, true));
  }

  #take(count: number): Uint8Array {
    this.#at += count;
    return this.#bytes.slice(this.#at - count, this.#at);
  }

  case(): FuzzCase {
    const eip = this.#word();
    const selectors = this.#selectors();
    const regs = this.#words(8);
    const [eflags, options, stepLimit, patchCount, codeLength] = this.#words(5);
    const code = this.#take(CODE_BYTES).slice(0, codeLength);
    const patches = Array.from({ length: patchCount }, () => [this.#word(), this.#word()] as const);
    const fx = options & OPTION_FX ? this.#take(FX_BYTES) : null;
    return { eip, selectors, regs, eflags, code, patches, fx, stepLimit };
  }

  /** `hasFx`: whether the case asked for an FPU image. */
  result(hasFx: boolean): FuzzResult {
    if (this.#bytes.length - this.#at < RESULT_BYTES) throw new Error('the oracle stopped early');
    const regs = this.#words(8);
    const [eflags, eip] = this.#words(2);
    const selectors = this.#selectors();
    const [signal, vector, error, cr2, stepCount, changeCount] = this.#words(6);
    const fx = hasFx ? this.#take(FX_BYTES) : null;
    if (this.#bytes.length - this.#at < stepCount * STEP_BYTES) throw new Error('the oracle stopped early');
    const steps = Array.from({ length: stepCount }, () => {
      const [stepEip, stepFlags, ...stepRegs] = this.#words(10);
      return { eip: stepEip, eflags: stepFlags, regs: stepRegs };
    });
    const changes = new Map(Array.from({ length: changeCount }, () => [this.#word(), this.#word()] as const));
    return { regs, eflags, eip, selectors, signal, vector, error, cr2, steps, changes, fx };
  }
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
