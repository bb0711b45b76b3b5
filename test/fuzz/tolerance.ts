// Disagreements that say nothing about the engine: each is a reason by name, counted by the campaign.
// They are asked for only when a case disagrees.
import * as L from '../../src/layout.ts';
import type { GeneratedCase } from './generator.ts';
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
function usesHostGdt({ test, insns }: GeneratedCase): boolean {
  if (!insns.some(({ slot }) => SELECTOR_ROWS.has(slot.row.name) || FAR_ROWS.has(slot.row.name)))
    return false;
  const values = [...test.regs, ...test.patches.map(([, value]) => value)];
  const code = test.code;
  for (let i = 0; i + 1 < code.length; i++) values.push(code[i] | (code[i + 1] << 8));
  return values.some(isHostSelector);
}

function stoppedAt({ test, insns }: GeneratedCase, stop: FuzzResult): string {
  return insns.find(({ offset }) => offset === stop.eip - test.eip)?.slot.row.name ?? '';
}

/** Why a disagreement counts for nothing, or null. */
export function tolerated(made: GeneratedCase, native: FuzzResult, engine: FuzzResult): string | null {
  const name = stoppedAt(made, native);
  const far = name === 'retf' || name === 'iret';
  if (far && native.eip === engine.eip && native.vector === L.VECTOR_PF && engine.vector === L.VECTOR_GP) {
    return 'far return that reads more of the stack before it refuses the selector';
  }
  return usesHostGdt(made) ? 'selector of the host' : null;
}
