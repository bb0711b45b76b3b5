// Row function -> lowering. What stands here becomes inline code; everything else goes to the interpreter.
import { integer } from './integer.ts';
import type { Lowerings } from './row.ts';
import { shifts } from './shift.ts';
import { stack } from './stack.ts';

export const lowerings: Lowerings = { ...integer, ...shifts, ...stack };

/** The table without some of its entries. */
export function lowered(disabled: readonly string[]): Lowerings {
  const table: Record<string, Lowerings[string]> = { ...lowerings };
  for (const name of disabled) delete table[name];
  return table;
}
