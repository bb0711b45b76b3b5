// Moves, masks and shuffles of XMM registers, and of MMX registers where the low half of a v128 serves:
// functions from operands to result, with the exception of the masked stores. Manual: volume 2, by their
// mnemonics.
import { CPU, EDI } from '../layout.ts';
import { addressMask, linear, overridden } from './fetch.ts';
import { checkWrite, checkWriteItem, write } from './mmu.ts';
import { enterMmx } from './simd-operand.ts';
import { DS } from './state.ts';

// ---- moves ----

export function move(a: v128): v128 {
  return a;
}

export function move_low(a: v128): u64 {
  return <u64>i64x2.extract_lane(a, 0);
}

/** Into a register whose other bits become zero. */
export function load_32(a: u32): v128 {
  return i32x4.replace_lane(i32x4.splat(0), 0, <i32>a);
}

export function load_64(a: u64): v128 {
  return i64x2.replace_lane(i64x2.splat(0), 0, <i64>a);
}

export function store_32(a: u32): u32 {
  return a;
}

export function store_64(a: u64): u64 {
  return a;
}

export function store_high(a: v128): u64 {
  return <u64>i64x2.extract_lane(a, 1);
}

/** Into a register whose other bits stay. */
export function copy_32(a: f32): f32 {
  return a;
}

export function copy_64(a: f64): f64 {
  return a;
}

export function load_low(a: v128, b: u64): v128 {
  return i64x2.replace_lane(a, 0, <i64>b);
}

export function load_high(a: v128, b: u64): v128 {
  return i64x2.replace_lane(a, 1, <i64>b);
}

export function movhlps(a: v128, b: v128): v128 {
  return i64x2.shuffle(a, b, 3, 1);
}

export function movlhps(a: v128, b: v128): v128 {
  return i64x2.shuffle(a, b, 0, 2);
}

// ---- masks and single words ----

export function movmskps(a: v128): u32 {
  return i32x4.bitmask(a);
}

export function movmskpd(a: v128): u32 {
  return i64x2.bitmask(a);
}

export function pmovmskb(a: v128): u32 {
  return i8x16.bitmask(a);
}

export function pmovmskb_mmx(a: v128): u32 {
  return i8x16.bitmask(a) & 0xff;
}

/** The host's places for a register of which one word is chosen by number. */
const WORDS: usize = memory.data(16);

function insert(a: v128, word: u32, n: u32): v128 {
  v128.store(WORDS, a);
  store<u16>(WORDS + (n << 1), <u16>word);
  return v128.load(WORDS);
}

function extract(a: v128, n: u32): u32 {
  v128.store(WORDS, a);
  return load<u16>(WORDS + (n << 1));
}

export function pinsrw(a: v128, word: u32, n: u32): v128 {
  return insert(a, word, n & 7);
}

export function pinsrw_mmx(a: v128, word: u32, n: u32): v128 {
  return insert(a, word, n & 3);
}

export function pextrw(a: v128, n: u32): u32 {
  return extract(a, n & 7);
}

export function pextrw_mmx(a: v128, n: u32): u32 {
  return extract(a, n & 3);
}

// ---- stores of the bytes that a mask selects ----

function storeMasked(a: v128, mask: v128, n: u32): void {
  const address = linear(overridden(DS), load<u32>(CPU + EDI) & addressMask(), n, true);
  // Neither fault depends on the mask, as the manual allows; 8 bytes are to be aligned, of 16 too.
  checkWriteItem(address, 8, 8);
  checkWrite(address, n);
  const selected = i8x16.bitmask(mask) & ((1 << n) - 1);
  v128.store(WORDS, a);
  for (let i: u32 = 0; i < n; i++) if ((selected >>> i) & 1) write<u8>(address + i, load<u8>(WORDS + i));
}

export function maskmovdqu(a: v128, mask: v128): void {
  storeMasked(a, mask, 16);
}

export function maskmovq(a: v128, mask: v128): void {
  // Before a page fault, as the processor does.
  enterMmx();
  storeMasked(a, mask, 8);
}

// ---- shuffles ----

export function unpcklps(a: v128, b: v128): v128 {
  return i32x4.shuffle(a, b, 0, 4, 1, 5);
}

export function unpckhps(a: v128, b: v128): v128 {
  return i32x4.shuffle(a, b, 2, 6, 3, 7);
}

export function unpcklpd(a: v128, b: v128): v128 {
  return i64x2.shuffle(a, b, 0, 2);
}

export function unpckhpd(a: v128, b: v128): v128 {
  return i64x2.shuffle(a, b, 1, 3);
}

/** The 32-bit lane that the two low bits of `n` name. */
function lane(a: v128, n: u32): u32 {
  v128.store(WORDS, a);
  return load<u32>(WORDS + ((n & 3) << 2));
}

function four(w: u32, x: u32, y: u32, z: u32): v128 {
  store<u32>(WORDS, w);
  store<u32>(WORDS, x, 4);
  store<u32>(WORDS, y, 8);
  store<u32>(WORDS, z, 12);
  return v128.load(WORDS);
}

export function shufps(a: v128, b: v128, n: u32): v128 {
  return four(lane(a, n), lane(a, n >>> 2), lane(b, n >>> 4), lane(b, n >>> 6));
}

export function shufpd(a: v128, b: v128, n: u32): v128 {
  const low = n & 1 ? i64x2.extract_lane(a, 1) : i64x2.extract_lane(a, 0);
  const high = n & 2 ? i64x2.extract_lane(b, 1) : i64x2.extract_lane(b, 0);
  return i64x2.replace_lane(i64x2.splat(low), 1, high);
}

export function pshufd(a: v128, n: u32): v128 {
  return four(lane(a, n), lane(a, n >>> 2), lane(a, n >>> 4), lane(a, n >>> 6));
}

/** The four words of a half in the order of an immediate. */
function words(half: u64, n: u32): u64 {
  const first = (half >> ((n & 3) << 4)) & 0xffff;
  const second = (half >> (((n >>> 2) & 3) << 4)) & 0xffff;
  const third = (half >> (((n >>> 4) & 3) << 4)) & 0xffff;
  return first | (second << 16) | (third << 32) | ((half >> (((n >>> 6) & 3) << 4)) << 48);
}

export function pshuflw(a: v128, n: u32): v128 {
  return i64x2.replace_lane(a, 0, words(i64x2.extract_lane(a, 0), n));
}

export function pshufhw(a: v128, n: u32): v128 {
  return i64x2.replace_lane(a, 1, words(i64x2.extract_lane(a, 1), n));
}

export function punpcklbw(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

export function punpcklwd(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

export function punpckldq(a: v128, b: v128): v128 {
  return unpcklps(a, b);
}

export function punpcklqdq(a: v128, b: v128): v128 {
  return unpcklpd(a, b);
}

export function punpckhbw(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

export function punpckhwd(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

export function punpckhdq(a: v128, b: v128): v128 {
  return unpckhps(a, b);
}

export function punpckhqdq(a: v128, b: v128): v128 {
  return unpckhpd(a, b);
}

export function packsswb(a: v128, b: v128): v128 {
  return i8x16.narrow_i16x8_s(a, b);
}

export function packuswb(a: v128, b: v128): v128 {
  return i8x16.narrow_i16x8_u(a, b);
}

export function packssdw(a: v128, b: v128): v128 {
  return i16x8.narrow_i32x4_s(a, b);
}
