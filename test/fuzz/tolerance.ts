// Disagreements that say nothing about the engine: each is a reason by name, counted by the campaign.
// They are asked for only when a case disagrees.
import * as L from '../../src/layout.ts';
import { flagsRead } from './flow.ts';
import type { GeneratedCase } from './generator.ts';
import type { FuzzResult } from './wire.ts';

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

/** Why a disagreement counts for nothing, or null. */
export function tolerated(made: GeneratedCase, native: FuzzResult, engine: FuzzResult): string | null {
  const moreIsRead = native.vector === L.VECTOR_PF && engine.vector === L.VECTOR_GP;
  const stop = made.insns.find(({ offset }) => offset === native.eip - made.test.eip);
  if (stop && native.eip === engine.eip) {
    const far = /^(retf|iret)$/.test(stop.slot.row.name);
    if (far && moreIsRead) return 'far return that reads more of the stack before it refuses the selector';
  }
  if (engine.selectors.some((selector, i) => selector <= 3 && native.selectors[i] < selector)) {
    return 'null selector that lost its RPL in a task switch';
  }
  const other = engine.vector === L.VECTOR_UD || (native.eip === engine.eip && moreIsRead);
  if (insideInsn(made, native) && other) return 'branch into an instruction';
  if (made.test.stepLimit > 0 && usesSelectors(made)) return 'sigreturn changed a selector between steps';
  if (usesHostGdt(made, [native, engine])) return 'selector of the host';
  return readsUndefinedAgain(made) ? 'undefined flags read behind a jump back' : null;
}
