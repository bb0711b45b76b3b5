// Strips: code that is run again and again is decoded once. A strip is up to 32 bytes of straight code within a
// page, from a place where control arrived: a header, and a record of 16 bytes for each instruction (the loop over
// them and the tables that say how they are filled are generated: gen/strips.ts). Strips are found by host address
// and hold a copy of their bytes, which is compared whenever one is entered; a store to the page that is run
// looks the next instruction up anew. So nothing has to be told of changes: code that modifies itself, or that another
// mapping modifies, is exact. What is run for the first times, lies at the end of a page or has no handler is done
// by the loop of gen/fast.ts, or in the general form.
import {
  ALWAYS_ZERO,
  BUDGET,
  CPU,
  EFLAGS,
  FEATURE_CMOV,
  PAGE_MASK,
  PAGE_SIZE,
  SEG_BASE,
  STRIPS,
  STRIPS_END,
} from '../layout.ts';
import { leaving } from './control.ts';
import { ip } from './fetch.ts';
import { raw } from './gen/fast.ts';
import { CHECK, END, FORMS, FUSIONS, GENERAL_FORM, ROWS, SECONDS, strips } from './gen/strips.ts';
import { flat, flatSegments, GS, SLOW } from './state.ts';
import { GENERAL, MISS, SPENT, step } from './step.ts';
import { announces } from './system.ts';

/** Visits before a place is worth decoding. */
export let worth: u32 = 4;

export function setWorth(visits: u32): void {
  worth = visits;
}

// The table of strips: host address and strip, or its complement and the number of visits. Behind it lie the strips.
const SLOT_BITS: u32 = 17;
const SLOTS: u32 = 1 << SLOT_BITS;
const FIRST: u32 = STRIPS + (SLOTS << 3);

// ---- a strip: its host address, instructions, segments that must be flat; 32 bytes of code; the records ----
// (The address is 0 when the code has changed.)
export const STRIP_COUNT: u32 = 4;
export const STRIP_SEGMENTS: u32 = 5;
/** Arrivals that have been taken off the count of the jump cache already. */
export const STRIP_CREDIT: u32 = 8;
export const STRIP_RECORDS: u32 = 48;
/** Bytes that are compared at once, behind the first 16 of a strip or a record. */
const COMPARED: u32 = 32;
const COPY: u32 = 16;
const MOST: u32 = 40;
/** No strip is longer, in bytes. */
const ROOM: u32 = STRIP_RECORDS + (MOST + 1) * 64;

// ---- a record ----
const HANDLER: u32 = 0; // u16
const PLACE: u32 = 2; // u16: of the instruction in its page
const REGISTER: u32 = 4; // u8: where in the CPU block
const OTHER: u32 = 5; // u8: the second one
const BASE: u32 = 6; // u8: of the address
const INDEX: u32 = 7; // u8: with the scale in its low bits
const DISPLACEMENT: u32 = 8;
const IMMEDIATE: u32 = 12; // or a target, relative to the page
const RECORD: u32 = 16;

/** Of a branch's record: its target lies further on in the page. */
export const NEAR: u32 = 6;
/** Of a record that hands control on: the strip where it last went. */
export const STRIP_LINK: u32 = DISPLACEMENT;

/** A record that ends a strip of no instructions, for the loop to begin with; its link is anybody's. */
export const BEGIN: usize = memory.data<u16>([0, 0, 0, 0, 0, 0, 0, 0]);
/** By half the condition: which of below, equal, negative, less (1, 2, 4, 8) it is true of; 0: of none. */
const CONDITIONS: usize = memory.data<u8>([0, 1, 2, 3, 4, 0, 8, 10]);

/** Where the next strip goes. */
let top: u32 = FIRST;

// @ts-ignore: decorator
@inline
export function stripSlot(host: u32): u32 {
  return STRIPS + ((host * 0x9e3779b1) >>> (32 - SLOT_BITS) << 3);
}

/** The strip of `host`, or 0. */
// @ts-ignore: decorator
@inline
export function stripAt(host: u32): u32 {
  const slot = stripSlot(host);
  return load<u32>(slot) == host ? load<u32>(slot, 4) : 0;
}

/** How many arrivals are counted at once: few of the last ones, since they call the translator. */
// @ts-ignore: decorator
@inline
export function creditOf(count: u32): u32 {
  const part = (count - 1) >>> 4;
  return part < 64 ? part : 64;
}

/** Whether the code is another than when a strip or record was made. */
// @ts-ignore: decorator
@inline
export function differs(host: u32, copy: u32): bool {
  const low = v128.xor(v128.load(host), v128.load(copy, COPY));
  const high = v128.xor(v128.load(host, 16), v128.load(copy, COPY + 16));
  return v128.any_true(v128.or(low, high));
}

/** The interpreter's loops: until there is a reason to stop, see step.ts. */
export function fast(): u32 {
  let why = strips();
  while (true) {
    if (why == GENERAL) {
      // Instructions without a handler often come in rows (x87, SSE).
      do {
        step();
        // Whatever the loops take for granted still holds, or they are left as if nothing had been.
        if (leaving >= 0 || !flat || (load<u32>(CPU + EFLAGS) & SLOW) != 0 || load<i32>(CPU + BUDGET) <= 0) return SPENT;
      } while (isGeneral(ip));
      why = strips();
    } else if (why != MISS) return why;
    else if (decoded(ip)) why = strips();
    else {
      why = raw();
      if (why == MISS) why = strips();
    }
  }
}

/** Whether the opcode at `host`, behind an instruction, has no handler; near the ends of a page that is not looked up. */
function isGeneral(host: u32): bool {
  if ((host & PAGE_MASK) - 1 >= <u32>PAGE_SIZE - 17) return false;
  let op = <u32>load<u8>(host);
  if (op == 0x65) return false;
  if (op == 0x0f) op = 0x100 | <u32>load<u8>(host, 1);
  else if (op == 0x66) op = 0x200 | <u32>load<u8>(host, 1);
  return load<u16>(ROWS + (op << 1)) == 0;
}

/** Whether there is a strip now where there was none that is usable. */
function decoded(host: u32): bool {
  const slot = stripSlot(host);
  const key = load<u32>(slot);
  if (key == host) return false; // longer than the budget
  const visits = key == ~host ? load<u32>(slot, 4) : 0;
  if (visits < worth) {
    store<u32>(slot, ~host);
    store<u32>(slot, visits + 1, 4);
    return false;
  }
  if ((host & PAGE_MASK) > <u32>PAGE_SIZE - COMPARED) return false;
  if (top > <u32>STRIPS_END - ROOM) forget();
  store<u32>(slot, host);
  store<u32>(slot, top, 4);
  decode(host);
  return true;
}

/** All strips at once; what had one is worth decoding when it is seen again. */
function forget(): void {
  for (let slot: u32 = STRIPS; slot < FIRST; slot += 8) {
    if (load<u32>(slot, 4) < <u32>STRIPS) continue;
    store<u32>(slot, ~load<u32>(slot));
    store<u32>(slot, worth, 4);
  }
  store<u32>(BEGIN, 0, STRIP_LINK);
  top = FIRST;
}

/** Makes the strip at `top`. */
function decode(host: u32): void {
  const strip = top;
  const end = (host & ~PAGE_MASK) + PAGE_SIZE;
  let rec = strip + STRIP_RECORDS;
  let at = host;
  let checked = host + COMPARED;
  let count: u32 = 0;
  let segments: u32 = 0;
  // The records that are dispatched last, and before that.
  let previous: u32 = 0;
  let earlier: u32 = 0;
  let last = END;
  copy(strip, host);
  // An instruction that might not end in the page is not begun.
  while (count < MOST && at <= end - 16) {
    let next = instruction(rec, at);
    if (next == 0) {
      last = GENERAL_FORM;
      break;
    }
    if (next > checked) {
      if (at > end - COMPARED) break;
      // What is done together stays together.
      if (previous == rec - RECORD && joined(load<u16>(previous, HANDLER), load<u16>(rec, HANDLER)) != 0) {
        rec = previous;
        at = (host & ~PAGE_MASK) + <u32>load<u16>(rec, PLACE);
        count--;
      }
      store<u16>(rec, <u16>CHECK, HANDLER);
      store<u16>(rec, <u16>(at & PAGE_MASK), PLACE);
      copy(rec, at);
      checked = at + COMPARED;
      rec += RECORD + COMPARED;
      next = instruction(rec, at);
      previous = 0;
    }
    let handler = <u32>load<u16>(rec, HANDLER);
    let leader = rec;
    store<u16>(rec, <u16>(at & PAGE_MASK), PLACE);
    segments |= prefixed;
    // Joined with what stands before, and both perhaps with what stands before these.
    for (let i = 0; i < 2; i++) {
      const both = previous == 0 ? 0 : joined(load<u16>(previous, HANDLER), handler);
      if (both == 0) break;
      handler = both;
      leader = previous;
      store<u16>(leader, <u16>both, HANDLER);
      previous = earlier;
      earlier = 0;
    }
    earlier = previous;
    previous = leader;
    rec += RECORD;
    at = next;
    count++;
    if (final) break;
  }
  store<u16>(rec, <u16>last, HANDLER);
  store<u16>(rec, <u16>(at & PAGE_MASK), PLACE);
  store<u32>(rec, 0, STRIP_LINK);
  store<u32>(strip, host);
  store<u8>(strip, <u8>count, STRIP_COUNT);
  store<u8>(strip, <u8>segments, STRIP_SEGMENTS);
  store<u32>(strip, 0, STRIP_CREDIT);
  top = rec + RECORD;
}

/** The handler that does both, or 0. */
function joined(first: u32, second: u32): u32 {
  let at = SECONDS + (<u32>load<u16>(FUSIONS + (first << 1)) << 1);
  if (at == SECONDS) return 0;
  while (true) {
    const other = <u32>load<u16>(at);
    if (other == second) return load<u16>(at, 2);
    if (other == 0) return 0;
    at += 4;
  }
}

// @ts-ignore: decorator
@inline
function copy(to: u32, host: u32): void {
  v128.store(to, v128.load(host), COPY);
  v128.store(to, v128.load(host, 16), COPY + 16);
}

// ---- of the instruction just decoded ----
/** Segments other than the usual ones. */
let prefixed: u32 = 0;
/** Control never goes on behind it. */
let final: bool = false;

/** Fills a record, but for its place. The address behind the instruction, or 0: it has no handler. */
function instruction(rec: u32, host: u32): u32 {
  let at = host;
  let map: u32 = 0;
  let op = <u32>load<u8>(at++);
  prefixed = 0;
  if (op == 0x65) {
    if (((flatSegments >>> GS) & 1) == 0) return 0;
    prefixed = 1 << GS;
    op = load<u8>(at++);
  } else if (op == 0x66) {
    map = 2;
    op = load<u8>(at++);
  } else if (op == 0x0f) {
    map = 1;
    op = load<u8>(at++);
  }
  // The only handlers for what a CPU model may lack.
  if (map == 1 && (op & 0xf0) == 0x40 && !announces(FEATURE_CMOV)) return 0;
  const row = <u32>load<u16>(ROWS + (((map << 8) + op) << 1));
  if (row == 0) return 0;
  let entry = row >>> 2;
  let modrm: u32 = 0xc0;
  if (row & 2) {
    modrm = load<u8>(at++);
    if (row & 1) entry += (modrm >>> 2) & 0xe;
    if (modrm >= 0xc0) entry++;
  }
  const form = load<u32>(FORMS + (entry << 2));
  if (form == 0) return 0;
  let handler = form & 0xffff;
  store<u64>(rec, 0, REGISTER);
  store<u8>(rec, <u8>ALWAYS_ZERO, BASE);
  store<u8>(rec, <u8>ALWAYS_ZERO, INDEX);
  store<u8>(rec, register((form >>> 16) & 15, modrm, op), REGISTER);
  store<u8>(rec, register((form >>> 20) & 15, modrm, op), OTHER);
  if (form & IN_MEMORY) {
    if (prefixed != 0 && form & BARE) return 0;
    if (form & ABSOLUTE) {
      store<u32>(rec, load<u32>(at), DISPLACEMENT);
      at += 4;
      if (prefixed) store<u8>(rec, <u8>(SEG_BASE + (GS << 2)), BASE);
    } else {
      at = address(rec, at, modrm);
      if (at == 0) return 0;
      if (indexed && form & APART) handler++;
    }
  } else if (prefixed) return 0;
  store<u16>(rec, <u16>handler, HANDLER);
  final = (form & FINAL) != 0;
  switch ((form >>> 24) & 7) {
    case 1: {
      store<i32>(rec, load<i8>(at), IMMEDIATE);
      return at + 1;
    }
    case 2: {
      store<u32>(rec, load<u8>(at), IMMEDIATE);
      return at + 1;
    }
    case 3: {
      store<u32>(rec, load<u16>(at), IMMEDIATE);
      return at + 2;
    }
    case 4: {
      store<u32>(rec, load<u32>(at), IMMEDIATE);
      return at + 4;
    }
    case 5: {
      at += 1;
      branch(rec, op, host & PAGE_MASK, <i32>load<i8>(at - 1) + (at & PAGE_MASK), form);
      return at;
    }
    case 6: {
      at += 4;
      branch(rec, op, host & PAGE_MASK, load<i32>(at - 4) + (at & PAGE_MASK), form);
      return at;
    }
    case 7: {
      store<u32>(rec, op & 1, IMMEDIATE);
      return at;
    }
  }
  return at;
}

// ---- bits of FORMS ----
const IN_MEMORY: u32 = 1 << 27;
const ABSOLUTE: u32 = 1 << 28;
const FINAL: u32 = 1 << 29;
const BARE: u32 = 1 << 30;
/** Addresses with an index are for the handler behind. */
const APART: u32 = 1 << 31;

/** `place`: of the branch in its page, as the target. */
function branch(rec: u32, op: u32, place: u32, target: u32, form: u32): void {
  store<u32>(rec, target, IMMEDIATE);
  store<u8>(rec, target > place && target < <u32>PAGE_SIZE ? 1 : 0, NEAR);
  if (((form >>> 16) & 7) != CONDITION) return;
  store<u8>(rec, load<u8>(CONDITIONS + ((op >>> 1) & 7)), REGISTER);
  store<u8>(rec, <u8>(op & 1), OTHER);
}

/** The third bit says that it is a byte. */
const CONDITION: u32 = 5;

/** Where in the CPU block a register operand lies. */
function register(how: u32, modrm: u32, op: u32): u8 {
  let n: u32;
  switch (how & 7) {
    case 1:
      n = (modrm >>> 3) & 7;
      break;
    case 2:
      n = modrm & 7;
      break;
    case 3:
      n = op & 7;
      break;
    default:
      n = 0;
  }
  return <u8>(how & 8 ? ((n & 3) << 2) + (n >>> 2) : n << 2);
}

/** The address of the last record has an index. */
let indexed: bool = false;

/** Behind ModRM: fills base, index and displacement; the address behind them, or 0: the record cannot say it. */
function address(rec: u32, host: u32, modrm: u32): u32 {
  let at = host;
  let base = modrm & 7;
  indexed = false;
  if (base == 4) {
    const sib = <u32>load<u8>(at++);
    base = sib & 7;
    if ((sib & 0x38) != 0x20) {
      indexed = true;
      store<u8>(rec, <u8>(((sib >>> 1) & 0x1c) | (sib >>> 6)), INDEX);
    }
  }
  const mod = modrm >>> 6;
  const none = base == 5 && mod == 0;
  if (!none) store<u8>(rec, <u8>(base << 2), BASE);
  if (prefixed) {
    // The segment's base is one more register.
    if (!none) {
      if (indexed) return 0;
      indexed = true;
      store<u8>(rec, <u8>(base << 2), INDEX);
    }
    store<u8>(rec, <u8>(SEG_BASE + (GS << 2)), BASE);
  }
  if (none || mod == 2) {
    store<u32>(rec, load<u32>(at), DISPLACEMENT);
    return at + 4;
  }
  if (mod == 1) {
    store<i32>(rec, load<i8>(at), DISPLACEMENT);
    return at + 1;
  }
  return at;
}
