// Row function -> lowering. What stands here becomes inline code; everything else goes to the interpreter.
import { bits } from './bits.ts';
import { integer } from './integer.ts';
import type { Lowerings } from './row.ts';
import { shifts } from './shift.ts';
import { sse } from './sse.ts';
import { sseInteger } from './sse-integer.ts';
import { sseLane } from './sse-lane.ts';
import { sseMove } from './sse-move.ts';
import { stack } from './stack.ts';
import { strings } from './string.ts';
import { x87 } from './x87.ts';
import { x87Compare } from './x87-compare.ts';
import { x87Move } from './x87-move.ts';

/** Families by the name under which all of one can be switched off. */
export const families: Readonly<Record<string, Lowerings>> = {
  integer,
  shift: shifts,
  bits,
  stack,
  string: strings,
  sse: { ...sse, ...sseInteger, ...sseMove, ...sseLane },
  x87: { ...x87, ...x87Compare, ...x87Move },
};

export const lowerings: Lowerings = Object.assign({}, ...Object.values(families));

/** The table without some of its entries: `all`, families, or row functions. */
export function lowered(disabled: readonly string[]): Lowerings {
  if (disabled.includes('all')) return {};
  const table: Record<string, Lowerings[string]> = { ...lowerings };
  for (const name of disabled)
    for (const fn of Object.keys(families[name] ?? { [name]: 0 })) delete table[fn];
  return table;
}

/** Whether `name` is something to switch off. */
export function isLowering(name: string): boolean {
  return name === 'all' || Object.hasOwn(families, name) || Object.hasOwn(lowerings, name);
}
