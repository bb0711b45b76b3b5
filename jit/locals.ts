// The fixed locals of a region's function, by index. What a lowering needs besides comes behind them.

import { LAZY_A, LAZY_B, LAZY_CF, LAZY_OP, LAZY_R } from '../src/layout.ts';

/**
 * The function's parameters: the address that its caller expects, the calls by regions in progress around it, and the
 * address at which it is entered, which EIP holds as well.
 */
export const EXPECTED = -3;
export const LEVEL = -2;
export const AT = -1;

/** Guest registers in the manual's order: eax ecx edx ebx esp ebp esi edi. */
export const EAX = 0;
export const ECX = 1;
export const EDX = 2;
export const EBX = 3;
export const ESP = 4;
export const EBP = 5;
export const ESI = 6;
export const EDI = 7;
/** The flag record, as in the CPU block's LAZY_ words. FLAG_OP is UNCHANGED while the block's own record holds. */
export const FLAG_OP = 8;
export const FLAG_A = 9;
export const FLAG_B = 10;
export const FLAG_R = 11;
export const FLAG_C = 12;
/** Instructions left, as in BUDGET. */
export const FUEL = 13;
/** Table base. */
export const TABLE = 14;
/** Where the guest goes on, and what the function returns, at an exit. */
export const NEXT = 15;
export const ANSWER = 16;
/** Calls by regions that are in progress, as the caller counts them. */
export const DEPTH = 17;
/** By which of a loop's entrances it is entered: 0 but on the way there (reducible.ts). */
export const LABEL = 18;
/** At an exit: the slot of the region where the guest goes on, or 0. */
export const SLOT = 19;
/** Low, span and bias of each extent. */
export const EXTENT = 20;
export const FIXED = EXTENT + 9;

export const UNCHANGED = -1;

/** Words of the CPU block's flag record, and the locals that hold them. */
export const FLAG_WORDS: readonly (readonly [word: number, local: number])[] = [
  [LAZY_OP, FLAG_OP],
  [LAZY_A, FLAG_A],
  [LAZY_B, FLAG_B],
  [LAZY_R, FLAG_R],
  [LAZY_CF, FLAG_C],
];
