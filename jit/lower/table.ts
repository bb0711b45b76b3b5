// Row function -> lowering. What stands here becomes inline code; everything else goes to the interpreter.
import { integer } from './integer.ts';
import type { Lowerings } from './row.ts';
import { shifts } from './shift.ts';
import { stack } from './stack.ts';
import { x87 } from './x87.ts';
import { x87Compare } from './x87-compare.ts';
import { x87Move } from './x87-move.ts';

export const lowerings: Lowerings = { ...integer, ...shifts, ...stack, ...x87, ...x87Compare, ...x87Move };

/** The table without some of its entries. */
export function lowered(disabled: readonly string[]): Lowerings {
  const table: Record<string, Lowerings[string]> = { ...lowerings };
  for (const name of disabled) delete table[name];
  return table;
}
