// Arithmetic and logic, generic over the width. What a function returns goes into the first operand of the
// row; one that returns nothing leaves its operands alone. Manual: volume 2, by name.
import { CPU, EAX, EDX, VECTOR_DE } from '../layout.ts';
import {
  ADC,
  ADD,
  CF,
  carry,
  DEC,
  INC,
  OF,
  SBB,
  SUB,
  setAddSub,
  setCarrying,
  setExplicit,
  setIncDec,
  setLogic,
} from './flags.ts';
import { raise, reg, setReg } from './state.ts';

// @ts-expect-error: decorator
@inline
export function add<T>(a: T, b: T): T {
  const r = <T>(a + b);
  setAddSub<T>(ADD, a, r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function sub<T>(a: T, b: T): T {
  const r = <T>(a - b);
  setAddSub<T>(SUB, a, r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function cmp<T>(a: T, b: T): void {
  setAddSub<T>(SUB, a, <T>(a - b));
}

// @ts-expect-error: decorator
@inline
export function adc<T>(a: T, b: T): T {
  const c = <T>carry();
  const r = <T>(a + b + c);
  setCarrying<T>(ADC, <u32>(c ? r <= a : r < a), a, b, r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function sbb<T>(a: T, b: T): T {
  const c = <T>carry();
  const r = <T>(a - b - c);
  setCarrying<T>(SBB, <u32>(c ? a <= b : a < b), a, b, r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function and<T>(a: T, b: T): T {
  const r = <T>(a & b);
  setLogic<T>(r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function or<T>(a: T, b: T): T {
  const r = <T>(a | b);
  setLogic<T>(r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function xor<T>(a: T, b: T): T {
  const r = <T>(a ^ b);
  setLogic<T>(r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function test<T>(a: T, b: T): void {
  setLogic<T>(<T>(a & b));
}

// @ts-expect-error: decorator
@inline
export function inc<T>(a: T): T {
  const r = <T>(a + 1);
  setIncDec<T>(INC, <u32>carry(), r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function dec<T>(a: T): T {
  const r = <T>(a - 1);
  setIncDec<T>(DEC, <u32>carry(), r);
  return r;
}

// @ts-expect-error: decorator
@inline
export function not<T>(a: T): T {
  return <T>~a;
}

// @ts-expect-error: decorator
@inline
export function neg<T>(a: T): T {
  return sub<T>(0, a);
}

// ---- multiplication: CF and OF say whether the high half matters; the other flags follow the low half ----

// @ts-expect-error: decorator
@inline
export function mul<T>(b: T): void {
  const product = <u64>reg<T>(0) * <u64>b;
  if (sizeof<T>() == 1) {
    store<u16>(CPU + EAX, <u16>product);
  } else {
    store<T>(CPU + EAX, <T>product);
    store<T>(CPU + EDX, <T>(product >> (sizeof<T>() << 3)));
  }
  setExplicit<T>(product >> (sizeof<T>() << 3) ? CF | OF : 0, <T>product);
}

/** The operands' signs are extended here: T is unsigned in every row. */
// @ts-expect-error: decorator
@inline
function signed<T>(value: T): i64 {
  if (sizeof<T>() == 1) return <i64>(<i8>value);
  if (sizeof<T>() == 2) return <i64>(<i16>value);
  return <i64>(<i32>value);
}

// @ts-expect-error: decorator
@inline
export function imul<T>(b: T): void {
  const product = signed<T>(reg<T>(0)) * signed<T>(b);
  if (sizeof<T>() == 1) {
    store<u16>(CPU + EAX, <u16>product);
  } else {
    store<T>(CPU + EAX, <T>product);
    store<T>(CPU + EDX, <T>(product >> (sizeof<T>() << 3)));
  }
  setExplicit<T>(signed<T>(<T>product) != product ? CF | OF : 0, <T>product);
}

// @ts-expect-error: decorator
@inline
export function imul2<T>(a: T, b: T): T {
  const product = signed<T>(a) * signed<T>(b);
  setExplicit<T>(signed<T>(<T>product) != product ? CF | OF : 0, <T>product);
  return <T>product;
}

// @ts-expect-error: decorator
@inline
export function imul3<T>(b: T, c: T): T {
  return imul2<T>(b, c);
}

// ---- division: the flags are undefined and stay ----

export function div<T>(b: T): void {
  if (b == 0) raise(VECTOR_DE, 0);
  if (sizeof<T>() == 1) {
    const a = <u32>load<u16>(CPU + EAX);
    const q = a / <u32>b;
    if (q > 0xff) raise(VECTOR_DE, 0);
    store<u16>(CPU + EAX, <u16>(q | (a % <u32>b << 8)));
    return;
  }
  if (sizeof<T>() == 4 && reg<u32>(2) == 0) {
    const a = reg<u32>(0);
    setReg<u32>(0, a / <u32>b);
    setReg<u32>(2, a % <u32>b);
    return;
  }
  const bits: u64 = sizeof<T>() << 3;
  const a = (<u64>reg<T>(2) << bits) | <u64>reg<T>(0);
  const q = a / <u64>b;
  if (q >> bits) raise(VECTOR_DE, 0);
  setReg<T>(0, <T>q);
  setReg<T>(2, <T>(a % <u64>b));
}

export function idiv<T>(b: T): void {
  if (b == 0) raise(VECTOR_DE, 0);
  const bits: i64 = sizeof<T>() << 3;
  let a: i64;
  if (sizeof<T>() == 1) a = <i64>(<i16>load<u16>(CPU + EAX));
  else if (sizeof<T>() == 2) a = <i64>(<i32>((<u32>reg<u16>(2) << 16) | <u32>reg<u16>(0)));
  else a = <i64>((<u64>reg<u32>(2) << 32) | <u64>reg<u32>(0));
  const d = signed<T>(b);
  // Of all quotients only this one does not fit 64 bits, and wasm would trap on it.
  if (d == -1 && a == i64.MIN_VALUE) raise(VECTOR_DE, 0);
  const q = a / d;
  if (signed<T>(<T>q) != q) raise(VECTOR_DE, 0);
  const r = a % d;
  if (sizeof<T>() == 1) {
    store<u16>(CPU + EAX, <u16>((<u32>q & 0xff) | (<u32>r << 8)));
  } else {
    setReg<T>(0, <T>q);
    setReg<T>(2, <T>r);
  }
}
