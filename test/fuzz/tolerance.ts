// Disagreements that say nothing about the engine: each is a reason by name, counted by the campaign.
// They are asked for only when a case disagrees.
import * as L from '../../src/layout.ts';
import { flagsRead } from './flow.ts';
import type { GeneratedCase, GeneratedInsn } from './generator.ts';
import type { FuzzResult } from './wire.ts';

const SELECTOR_ROWS = new Set([
  'mov',
  'pop',
  'les',
  'lds',
  'lss',
  'lfs',
  'lgs',
  'lar',
  'lsl',
  'verr',
  'verw',
]);
const FAR_ROWS = new Set(['jmp', 'call', 'retf', 'iret']);

/** GDT entries a program can see under a 64-bit kernel: segments of user mode, and the CPU number. */
function isHostSelector(selector: number): boolean {
  const entry = (selector & 0xffff) >>> 3;
  return (selector & 4) === 0 && ((entry >= 4 && entry <= 6) || (entry >= 12 && entry <= 15));
}

/** Whether a selector of the host's GDT may have been used: its entries are not ours. */
function usesHostGdt({ test, insns }: GeneratedCase, stops: readonly FuzzResult[]): boolean {
  if (!insns.some(({ slot }) => SELECTOR_ROWS.has(slot.row.name) || FAR_ROWS.has(slot.row.name)))
    return false;
  const values = [...test.regs, ...test.patches.map(([, value]) => value)];
  for (const stop of stops) values.push(...stop.regs, ...stop.changes.values());
  const code = test.code;
  for (let i = 0; i + 1 < code.length; i++) values.push(code[i] | (code[i + 1] << 8));
  return values.some(isHostSelector);
}

/** Whether control may have gone back to an instruction that reads what a later one leaves undefined. */
function readsUndefinedAgain({ insns }: GeneratedCase): boolean {
  const back = insns.some(({ slot, target }) => target < 0 && /^(jump|call|ret)$/.test(slot.row.ends));
  const open = insns.some(({ slot }) => slot.row.undefined !== '');
  return back && open && insns.some(({ slot }) => flagsRead(slot.row, slot.opcode) !== 0);
}

/** LOCK in front of an instruction that refuses it, where the operand faults as well. */
function lockedFault(insn: GeneratedInsn, code: Uint8Array, native: FuzzResult, engine: FuzzResult): boolean {
  const locked = code.subarray(insn.offset, insn.offset + insn.length).includes(0xf0);
  return locked && engine.vector === L.VECTOR_UD && native.vector !== L.VECTOR_UD;
}

/** Why a disagreement counts for nothing, or null. */
export function tolerated(made: GeneratedCase, native: FuzzResult, engine: FuzzResult): string | null {
  const stop = made.insns.find(({ offset }) => offset === native.eip - made.test.eip);
  if (stop && native.eip === engine.eip) {
    const far = /^(retf|iret)$/.test(stop.slot.row.name);
    if (far && native.vector === L.VECTOR_PF && engine.vector === L.VECTOR_GP) {
      return 'far return that reads more of the stack before it refuses the selector';
    }
    if (lockedFault(stop, made.test.code, native, engine)) return 'LOCK refused after the operand faulted';
  }
  if (usesHostGdt(made, [native, engine])) return 'selector of the host';
  return readsUndefinedAgain(made) ? 'undefined flags read behind a jump back' : null;
}
