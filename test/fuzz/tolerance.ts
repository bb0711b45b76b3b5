// Disagreements that say nothing about the engine: each is a reason by name, counted by the campaign.
// They are asked for only when a case disagrees.
import * as L from '../../src/layout.ts';
import { differences } from './compare.ts';
import { flagsRead } from './flow.ts';
import { APPROXIMATE, type GeneratedCase } from './generator.ts';
import { flagBits } from './values.ts';
import type { FuzzResult } from './wire.ts';

const LAST_PAGE = 0xfffff000;
const ALL_STATUS = flagBits('oszapc');
const SELECTOR_ROWS = new Set(['lar', 'lsl', 'verr', 'verw', 'retf', 'iret']);

/** GDT entries a program can see under a 64-bit kernel: segments of user mode, and the CPU number. */
function isHostSelector(selector: number): boolean {
  const entry = (selector & 0xffff) >>> 3;
  return (selector & 4) === 0 && ((entry >= 4 && entry <= 6) || (entry >= 12 && entry <= 15));
}

function usesSelectors({ insns }: GeneratedCase): boolean {
  return insns.some(({ slot: { row } }) => {
    if (SELECTOR_ROWS.has(row.name)) return true;
    return row.operands.some(({ kind, size }) => kind === 'S' || kind === 'segment' || size === 'p');
  });
}

/** Whether a selector of the host's GDT may have been used: its entries are not ours. */
function usesHostGdt(made: GeneratedCase, stops: readonly FuzzResult[]): boolean {
  const { test } = made;
  if (!usesSelectors(made)) return false;
  const values = [...test.regs, ...test.patches.map(([, value]) => value)];
  for (const stop of stops) values.push(...stop.regs, ...stop.selectors, ...stop.changes.values());
  const code = test.code;
  for (let i = 0; i + 1 < code.length; i++) values.push(code[i] | (code[i + 1] << 8));
  return values.some(isHostSelector);
}

/** Whether control may have gone back to an instruction that reads what a later one leaves undefined. */
function readsUndefinedAgain({ insns }: GeneratedCase): boolean {
  const back = insns.some(({ slot, target }) => target < 0 && /^(branch|jump|call|ret)$/.test(slot.row.ends));
  const open = insns.some(({ slot }) => slot.row.undefined !== '');
  return back && open && insns.some(({ slot }) => flagsRead(slot.row, slot.opcode) !== 0);
}

/** Whether the case ended inside of an instruction: a wild branch found code of a kind not under test. */
function insideInsn({ test, insns }: GeneratedCase, stop: FuzzResult): boolean {
  const at = stop.eip - test.eip;
  return insns.some(({ offset, length }) => at > offset && at < offset + length);
}

/** 1.5 * 2^-12, the greatest relative error of RCPPS and RSQRTPS. */
const BOUND = 1.5 * 2 ** -12;
const LEAST_NORMAL = 2 ** -126;

function isClose(native: Uint8Array, engine: Uint8Array, at: number): boolean {
  const [x, y] = [native, engine].map((fx) => new DataView(fx.buffer, fx.byteOffset).getFloat32(at, true));
  if (Number.isNaN(x) || Number.isNaN(y) || x === y) return false;
  // A tiny result may have been flushed.
  if (Math.abs(x) < LEAST_NORMAL * (1 + BOUND) && Math.abs(y) < LEAST_NORMAL * (1 + BOUND)) return x * y >= 0;
  // Either may err.
  return Math.abs(x - y) <= 2 * BOUND * Math.min(Math.abs(x), Math.abs(y));
}

/** Whether two numbers of 80 bits are neighbours: what the manual allows a transcendental function. */
function areNeighbours(native: Uint8Array, engine: Uint8Array, at: number): boolean {
  const [x, y] = [native, engine].map((fx) => {
    const view = new DataView(fx.buffer, fx.byteOffset);
    return { se: view.getUint16(at + 8, true), significand: view.getBigUint64(at, true) };
  });
  const place = ({ se, significand }: typeof x): bigint =>
    (BigInt(se & 0x7fff) << 63n) + (significand & ~(1n << 63n));
  const distance = place(x) - place(y);
  return (x.se ^ y.se) < 0x8000 && (distance === 1n || distance === -1n);
}

/** C1 in the high byte of FSW: whether the last result was rounded up, from however many digits there were. */
const C1_BYTE = 3;
const C1 = 2;

/** Whether the case ends with an approximation, and differs in nothing but the digits of that. */
function isApproximation({ test, insns }: GeneratedCase, native: FuzzResult, engine: FuzzResult): boolean {
  const last = insns.at(-1);
  if (!last || !APPROXIMATE.test(last.slot.row.name) || !native.fx || !engine.fx) return false;
  const fx = engine.fx.slice();
  for (let at = 160; at < 288; at += 4) {
    const differs = fx.subarray(at, at + 4).some((byte, i) => byte !== native.fx?.[at + i]);
    if (!differs) continue;
    if (!isClose(native.fx, fx, at)) return false;
    fx.set(native.fx.subarray(at, at + 4), at);
  }
  for (let at = 32; at < 160; at += 16) {
    const differs = fx.subarray(at, at + 10).some((byte, i) => byte !== native.fx?.[at + i]);
    if (!differs) continue;
    if (!areNeighbours(native.fx, fx, at)) return false;
    fx.set(native.fx.subarray(at, at + 10), at);
  }
  if (/^f/.test(last.slot.row.name)) fx[C1_BYTE] = (fx[C1_BYTE] & ~C1) | (native.fx[C1_BYTE] & C1);
  return differences(test, native, { ...engine, fx }, ALL_STATUS).length === 0;
}

/**
 * Whether nothing differs but x87 pointers in a stored environment, which the processor has as 0: AMD's lose them when the
 * task is switched and no exception is pending.
 */
function lostPointers({ test, insns }: GeneratedCase, native: FuzzResult, engine: FuzzResult): boolean {
  if (!insns.some(({ slot }) => /^fn?(stenv|save)/.test(slot.row.name))) return false;
  const changes = new Map(engine.changes);
  for (const [address, value] of engine.changes) {
    const other = native.changes.get(address);
    if (other === undefined || other === value) continue;
    // By bytes: the place may be at any address.
    const lost = [0xff, 0xff00, 0xff0000, 0xff000000].every(
      (byte) => (other & byte) === 0 || ((other ^ value) & byte) === 0,
    );
    if (!lost) return false;
    changes.set(address, other);
  }
  return differences(test, native, { ...engine, changes }, ALL_STATUS).length === 0;
}

/** Why a disagreement counts for nothing, or null. */
export function tolerated(made: GeneratedCase, native: FuzzResult, engine: FuzzResult): string | null {
  if (isApproximation(made, native, engine)) return 'approximation within its bound';
  if (native.eip === engine.eip && native.vector === L.VECTOR_PF && native.cr2 >= LAST_PAGE) {
    const limit = engine.vector === L.VECTOR_GP || engine.vector === L.VECTOR_SS;
    if (limit) return 'operand in parts, of which one lies beyond the last page and one beyond the segment';
  }
  if (lostPointers(made, native, engine)) return 'x87 pointers lost in a task switch';
  const moreIsRead = native.vector === L.VECTOR_PF && engine.vector === L.VECTOR_GP;
  const stop = made.insns.find(({ offset }) => offset === native.eip - made.test.eip);
  if (stop && native.eip === engine.eip) {
    const far = /^(retf|iret)$/.test(stop.slot.row.name);
    if (far && moreIsRead) return 'far return that reads more of the stack before it refuses the selector';
  }
  // The page fault, the end of the segment and the alignment: which is found first depends on the place.
  const refusals: readonly number[] = [L.VECTOR_GP, L.VECTOR_SS, L.VECTOR_PF];
  if (
    stop &&
    /^(fxrstor|frstor|fldenv)$/.test(stop.slot.row.name) &&
    [native, engine].every((one) => refusals.includes(one.vector))
  ) {
    return 'image that has more than one thing wrong';
  }
  const bothRefused = [native, engine].every((one) => refusals.includes(one.vector));
  if (stop && native.eip === engine.eip && /^cmps/.test(stop.slot.row.name) && bothRefused)
    return 'two operands that cannot be read: processors differ in which is the first';
  if (engine.selectors.some((selector, i) => selector <= 3 && native.selectors[i] < selector)) {
    return 'null selector that lost its RPL in a task switch';
  }
  const other = engine.vector === L.VECTOR_UD || (native.eip === engine.eip && moreIsRead);
  if (insideInsn(made, native) && other) return 'branch into an instruction';
  if (made.test.stepLimit > 0 && usesSelectors(made)) return 'sigreturn changed a selector between steps';
  if (usesHostGdt(made, [native, engine])) return 'selector of the host';
  return readsUndefinedAgain(made) ? 'undefined flags read behind a jump back' : null;
}
