// MMX instructions that are not those of the XMM registers in the low half: they mix the two halves of a
// register. All others share the functions of sse-integer.ts and sse-move.ts. Manual: volume 2, by their
// mnemonics.
import { phaddd, phaddsw, phaddw, phsubd, phsubsw, phsubw } from './sse-horizontal.ts';
import { pshufb } from './sse-lane.ts';
import { packssdw, packsswb, packuswb, punpcklbw, punpckldq, punpcklwd } from './sse-move.ts';

/** The low halves of two registers in one. */
// @ts-expect-error: decorator
@inline
function join(a: v128, b: v128): v128 {
  return i64x2.shuffle(a, b, 0, 2);
}

/** The high half in place of the low one. */
// @ts-expect-error: decorator
@inline
function high(a: v128): v128 {
  return i64x2.shuffle(a, a, 1, 1);
}

export function packsswb_mmx(a: v128, b: v128): v128 {
  return packsswb(join(a, b), a);
}

export function packuswb_mmx(a: v128, b: v128): v128 {
  return packuswb(join(a, b), a);
}

export function packssdw_mmx(a: v128, b: v128): v128 {
  return packssdw(join(a, b), a);
}

export function punpcklbw_mmx(a: v128, b: v128): v128 {
  return punpcklbw(a, b);
}

export function punpckhbw_mmx(a: v128, b: v128): v128 {
  return high(punpcklbw(a, b));
}

export function punpcklwd_mmx(a: v128, b: v128): v128 {
  return punpcklwd(a, b);
}

export function punpckhwd_mmx(a: v128, b: v128): v128 {
  return high(punpcklwd(a, b));
}

export function punpckldq_mmx(a: v128, b: v128): v128 {
  return punpckldq(a, b);
}

export function punpckhdq_mmx(a: v128, b: v128): v128 {
  return high(punpckldq(a, b));
}

export function pshufb_mmx(a: v128, b: v128): v128 {
  return pshufb(a, v128.and(b, i8x16.splat(-121)));
}

export function phaddw_mmx(a: v128, b: v128): v128 {
  return phaddw(join(a, b), a);
}

export function phaddsw_mmx(a: v128, b: v128): v128 {
  return phaddsw(join(a, b), a);
}

export function phaddd_mmx(a: v128, b: v128): v128 {
  return phaddd(join(a, b), a);
}

export function phsubw_mmx(a: v128, b: v128): v128 {
  return phsubw(join(a, b), a);
}

export function phsubsw_mmx(a: v128, b: v128): v128 {
  return phsubsw(join(a, b), a);
}

export function phsubd_mmx(a: v128, b: v128): v128 {
  return phsubd(join(a, b), a);
}
