// Counts and choices of bits: popcnt, lzcnt and tzcnt, BMI1 and BMI2, additions with one carry of two, the CRC of
// SSE4.2. Flags that the manual leaves undefined are as the record has them. Manual: volume 2, by their mnemonics.
import { CPU, EDX } from '../layout.ts';
import { CF, carry, changeStatus, OF, overflow, STATUS, setExplicit, setLogic, ZF } from './flags.ts';
import { setReg } from './state.ts';

// ---- counts ----

export function popcnt<T>(a: T): T {
  changeStatus(STATUS, a == 0 ? ZF : 0);
  return <T>i32.popcnt(<u32>a);
}

export function tzcnt<T>(a: T): T {
  const result: u32 = a == 0 ? sizeof<T>() * 8 : i32.ctz(<u32>a);
  changeStatus(STATUS, (a == 0 ? CF : 0) | (result == 0 ? ZF : 0));
  return <T>result;
}

export function lzcnt<T>(a: T): T {
  const result = <u32>i32.clz(<u32>a) - (32 - sizeof<T>() * 8);
  changeStatus(STATUS, (a == 0 ? CF : 0) | (result == 0 ? ZF : 0));
  return <T>result;
}

// ---- BMI1 ----

export function andn(a: u32, b: u32): u32 {
  const result = ~a & b;
  setLogic<u32>(result);
  return result;
}

/** A field of `a`: where it begins is in the low byte of `place`, its length in the next. */
export function bextr(a: u32, place: u32): u32 {
  const start = place & 0xff;
  const length = (place >>> 8) & 0xff;
  const field = start < 32 ? a >>> start : 0;
  const result = length < 32 ? field & ((1 << length) - 1) : field;
  setLogic<u32>(result);
  return result;
}

export function blsi(a: u32): u32 {
  const result = a & -a;
  setExplicit<u32>(a != 0 ? CF : 0, result);
  return result;
}

export function blsmsk(a: u32): u32 {
  const result = a ^ (a - 1);
  setExplicit<u32>(a == 0 ? CF : 0, result);
  return result;
}

export function blsr(a: u32): u32 {
  const result = a & (a - 1);
  setExplicit<u32>(a == 0 ? CF : 0, result);
  return result;
}

// ---- BMI2 ----

export function bzhi(a: u32, place: u32): u32 {
  const n = place & 0xff;
  const result = n < 32 ? a & ((1 << n) - 1) : a;
  setExplicit<u32>(n > 31 ? CF : 0, result);
  return result;
}

/** The product with edx: the low half goes to one register, the high half to another, which may be the same. */
export function mulx(high: u32, low: u32, a: u32): void {
  const product = <u64>a * <u64>load<u32>(CPU + EDX);
  setReg<u32>(low, <u32>product);
  setReg<u32>(high, <u32>(product >> 32));
}

/** The low bits of `a` in the places that `mask` has. */
export function pdep(a: u32, mask: u32): u32 {
  let result: u32 = 0;
  for (let rest = mask; rest != 0; rest &= rest - 1) {
    if (a & 1) result |= rest & -rest;
    a >>>= 1;
  }
  return result;
}

/** The bits of `a` in those places, side by side. */
export function pext(a: u32, mask: u32): u32 {
  let result: u32 = 0;
  let place: u32 = 1;
  for (let rest = mask; rest != 0; rest &= rest - 1) {
    if (a & rest & -rest) result |= place;
    place <<= 1;
  }
  return result;
}

export function rorx(a: u32, n: u32): u32 {
  return rotr(a, n & 31);
}

export function sarx(a: u32, n: u32): u32 {
  return <i32>a >> (n & 31);
}

export function shlx(a: u32, n: u32): u32 {
  return a << (n & 31);
}

export function shrx(a: u32, n: u32): u32 {
  return a >>> (n & 31);
}

// ---- ADX ----

export function adcx(a: u32, b: u32): u32 {
  const sum = <u64>a + <u64>b + <u64>carry();
  changeStatus(CF, sum >> 32 ? CF : 0);
  return <u32>sum;
}

export function adox(a: u32, b: u32): u32 {
  const sum = <u64>a + <u64>b + <u64>overflow();
  changeStatus(OF, sum >> 32 ? OF : 0);
  return <u32>sum;
}

// ---- CRC-32C ----

/** The remainders of the 256 bytes. */
const REMAINDERS: usize = memory.data(1024);
const POLYNOMIAL: u32 = 0x82f63b78;

for (let byte: u32 = 0; byte < 256; byte++) {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
  store<u32>(REMAINDERS + (byte << 2), rest);
}

/** The checksum `sum` with the lowest `bytes` bytes of `value` behind what it covers. */
export function crc32(sum: u32, value: u32, bytes: u32): u32 {
  for (let i: u32 = 0; i < bytes; i++) {
    sum = (sum >>> 8) ^ load<u32>(REMAINDERS + (((sum ^ value) & 0xff) << 2));
    value >>>= 8;
  }
  return sum;
}

/** A word or more with its bytes turned round. */
export function movbe<T>(a: T): T {
  return bswap<T>(a);
}
