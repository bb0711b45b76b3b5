// The fixed locals of a region's function, by index. What a lowering needs besides comes behind them.

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
export const CODE = 16;
/** Low, span and bias of each extent. */
export const EXTENT = 17;
export const FIXED = EXTENT + 9;

export const UNCHANGED = -1;
