// Where interpreted and translated code meet. A region is a function of its own module in the table that cpu.wasm
// exports. Its parameters are the address at which its caller expects control, the calls in progress, and EIP, which it is
// to know without waiting for a load; it finds the guest's state in the CPU block, leaves it there, and returns the address
// at which control goes on (or NOWHERE, see layout.ts). The jump cache of the address space leads from an eip to its
// region. A region calls the region of a guest function itself, and comes here where there is none (dispatch) or control
// did not come back by itself (proceed): wasm's stack follows the guest's. Where it cannot (longjmp, a trap, too deep a
// recursion) all calls in progress return REGION_UNWIND, and the base loop goes on at EIP.
import {
  BUDGET,
  COUNT_CALLED,
  COUNT_ENTERED,
  COUNT_INTERPRETED,
  COUNT_LEFT,
  COUNT_SPENT,
  COUNT_STEPPED,
  COUNT_UNTRANSLATED,
  COUNT_UNWOUND,
  CPU,
  DEEPEST,
  EAX,
  EFLAGS,
  EIP,
  EXTENTS,
  EXTENT_COUNT,
  EXTENT_SIZE,
  HOT_RECORD,
  HOT_UNWIND,
  JUMP_CACHE,
  JUMP_COUNT,
  JUMP_ENTRIES,
  JUMP_ENTRY_SIZE,
  JUMP_FN,
  JUMP_STAGE,
  NOWHERE,
  REGION_CODE,
  REGION_LEAVE,
  REGION_SPENT,
  REGION_STEP,
  REGION_UNWIND,
  RETIRED,
  RUNNING_EXTENTS,
  TB,
  TIER_COUNTS,
  TRACE,
  TRACE_ENTRY,
  TRACE_LENGTH,
  TRAP_BUDGET,
} from '../layout.ts';
import { leaveWith, leaving } from './control.ts';
import { delta, enter, ip } from './fetch.ts';
import { settleFlags } from './flags.ts';
import { fast } from './strip.ts';
import { reveal } from './mmu.ts';
import { deriveSegments, flat, setStepping, SLOW } from './state.ts';
import { ARRIVED, ENTER, GENERAL, HOT, single, step } from './step.ts';
import { grant, retired } from './system.ts';

/** Asks the translator about a target that is hot and has no region; HOT_* answers. */
// @ts-expect-error: decorator
@external('host', 'hot')
declare function hostHot(eip: u32, depth: i32): u32;

/** TRACE holds so many instructions that were run one after the other. */
// @ts-expect-error: decorator
@external('host', 'recorded')
declare function hostRecorded(count: u32): void;

/** The stack is free of regions: what was put off is done now. */
// @ts-expect-error: decorator
@external('host', 'settled')
declare function hostSettled(): void;

/** Enters the region in this slot of the table, and holds its effect against the interpreter's. */
// @ts-expect-error: decorator
@external('host', 'verified')
declare function hostVerified(fn: u32): u32;

/** Where the innermost caller waits for control to arrive. */
export let awaited: u32 = NOWHERE;
/** Calls by regions that are in progress around the interpreter. */
let depth: i32 = 0;
/** All calls in progress are to return REGION_UNWIND. */
let unwinding: bool = false;
/** The interpreter is to record what it does next. */
let recording: bool = false;
/** First JUMP_COUNT of a target that is seen for the first time. */
export let patience: u32 = 0;

export function setPatience(count: u32): void {
  patience = count;
}

/** Regions are entered by way of hostVerified, and none calls another. */
let verifying: bool = false;

export function setVerifying(on: bool): void {
  verifying = on;
}

/** Offset of the first of the two entries that may serve `eip`; the other differs in JUMP_ENTRY_SIZE's bit. */
// @ts-ignore: decorator
@inline
export function jumpOffset(eip: u32): u32 {
  return ((eip << 4) ^ (eip >>> 8)) & ((JUMP_ENTRIES - 1) * JUMP_ENTRY_SIZE);
}

// @ts-ignore: decorator
@inline
function translation(eip: u32): u32 {
  const at = load<u32>(CPU + TB) + jumpOffset(eip);
  if (load<u32>(at, JUMP_CACHE) == eip) return load<u32>(at, JUMP_CACHE + JUMP_FN);
  const other = at ^ JUMP_ENTRY_SIZE;
  if (load<u32>(other, JUMP_CACHE) == eip) return load<u32>(other, JUMP_CACHE + JUMP_FN);
  return 0;
}

// @ts-ignore: decorator
@inline
function count(what: u32): void {
  store<u64>(what, load<u64>(what, TIER_COUNTS) + 1, TIER_COUNTS);
}

/** The kernel changes extents between runs only, and for a translation's sake. */
function copyExtents(): void {
  const from = load<u32>(CPU + TB) + EXTENTS;
  for (let i = 0; i < EXTENT_COUNT * EXTENT_SIZE; i += 4)
    store<u32>(i, load<u32>(from + i), CPU + RUNNING_EXTENTS);
}

/** The region at EIP, or 0; each arrival where there is none counts, and the last counted one asks for one. */
function arrive(): u32 {
  const eip = load<u32>(CPU + EIP);
  const tables = load<u32>(CPU + TB);
  let at = tables + jumpOffset(eip);
  if (load<u32>(at, JUMP_CACHE) == eip) {
    const fn = load<u32>(at, JUMP_CACHE + JUMP_FN);
    if (fn != 0) return fn;
  } else {
    const other = at ^ JUMP_ENTRY_SIZE;
    if (load<u32>(at, JUMP_CACHE + JUMP_FN) != 0 || load<u32>(other, JUMP_CACHE) == eip) {
      at = other;
      if (load<u32>(at, JUMP_CACHE) == eip) {
        const fn = load<u32>(at, JUMP_CACHE + JUMP_FN);
        if (fn != 0) return fn;
      }
    }
    if (load<u32>(at, JUMP_CACHE) != eip) {
      store<u32>(at, eip, JUMP_CACHE);
      store<u32>(at, 0, JUMP_CACHE + JUMP_FN);
      store<u32>(at, patience, JUMP_CACHE + JUMP_COUNT);
      store<u32>(at, 0, JUMP_CACHE + JUMP_STAGE);
    }
  }
  const left = load<u32>(at, JUMP_CACHE + JUMP_COUNT);
  if (left != 0) {
    store<u32>(at, left - 1, JUMP_CACHE + JUMP_COUNT);
    return 0;
  }
  const answer = hostHot(eip, depth);
  copyExtents();
  if (answer == HOT_UNWIND) unwinding = true;
  else if (answer == HOT_RECORD) recording = true;
  return unwinding ? 0 : translation(eip);
}

function isTranslated(): bool {
  return translation(load<u32>(CPU + EIP)) != 0;
}

/** What a region has answered by NOWHERE. */
// @ts-ignore: decorator
@inline
function takeCode(): u32 {
  const code = load<u32>(CPU + REGION_CODE);
  store<u32>(CPU + REGION_CODE, REGION_LEAVE);
  return code;
}

// @ts-ignore: decorator
@inline
function answer(code: u32): u32 {
  store<u32>(CPU + REGION_CODE, code);
  return NOWHERE;
}

/**
 * Runs translated code from EIP on, for as long as there is some. True: the interpreter goes on at EIP. False:
 * the interpreter that called is done, see interpret.
 */
function runTranslated(): bool {
  let fn = arrive();
  if (fn != 0) count(COUNT_ENTERED);
  while (fn != 0) {
    const next = verifying ? hostVerified(fn) : call_indirect<u32>(fn, awaited, depth, load<u32>(CPU + EIP));
    if (next == NOWHERE) {
      const code = takeCode();
      if (code == REGION_STEP) {
        count(COUNT_STEPPED);
        break;
      }
      if (code == REGION_SPENT) {
        count(COUNT_SPENT);
        leaveWith(TRAP_BUDGET);
        return false;
      }
      if (code == REGION_UNWIND) {
        if (leaving >= 0 || depth > 0) return false;
        unwinding = false;
        hostSettled();
        copyExtents();
      }
    } else count(COUNT_LEFT);
    if (load<u32>(CPU + EIP) == awaited) return false;
    fn = arrive();
  }
  if (unwinding) return false;
  enter(load<u32>(CPU + EIP));
  return true;
}

/**
 * A call by a region of what has no region in the jump cache's first place: runs from EIP until control is at
 * `expected`, and answers that. The region has spilled its state and reads all of it again. `level` counts the calls
 * in progress, this one included. `at` is EIP, as for all functions of the table.
 */
export function dispatch(expected: u32, level: i32, at: u32): u32 {
  if (level > DEEPEST) {
    unwinding = true;
    return answer(REGION_UNWIND);
  }
  count(COUNT_CALLED);
  return proceed(at, expected, level);
}

/** The same after a region called directly has answered `next`, which is not `expected`. */
export function proceed(next: u32, expected: u32, level: i32): u32 {
  const outer = awaited;
  const outerDepth = depth;
  awaited = expected;
  depth = level;
  do {
    let fn: u32 = 0;
    if (next == NOWHERE) {
      const code = takeCode();
      if (code == REGION_SPENT) {
        count(COUNT_SPENT);
        leaveWith(TRAP_BUDGET);
        unwinding = true;
      } else if (code == REGION_UNWIND) {
        count(COUNT_UNWOUND);
        unwinding = true;
      } else if (code == REGION_STEP) count(COUNT_STEPPED);
    } else {
      count(COUNT_LEFT);
      fn = arrive();
      if (fn == 0) count(COUNT_UNTRANSLATED);
    }
    if (unwinding) break;
    if (fn != 0) next = call_indirect<u32>(fn, expected, level, load<u32>(CPU + EIP));
    else {
      interpret();
      if (leaving >= 0 || unwinding) {
        unwinding = true;
        break;
      }
      next = load<u32>(CPU + EIP);
    }
  } while (next != expected);
  awaited = outer;
  depth = outerDepth;
  return unwinding ? answer(REGION_UNWIND) : expected;
}

// ---- the interpreter's loop ----

/** Instructions that had been retired when the interpreter's turn began; -1: it is not its turn. */
let turn: i64 = -1;

/** Instructions retired on this engine, those of the run included: what it is charged for besides is none. */
function retiredInAll(): u64 {
  return load<u64>(CPU + RETIRED) + retired();
}

function beginTurn(): void {
  turn = <i64>retiredInAll();
}

/** What was done in the turn counts as interpreted. A fault ends it too. */
function endTurn(): void {
  if (turn < 0) return;
  const done = retiredInAll() - <u64>turn;
  turn = -1;
  store<u64>(TIER_COUNTS + COUNT_INTERPRETED, load<u64>(TIER_COUNTS + COUNT_INTERPRETED) + done);
}

/** False: the run of the interpreter is over, and EIP says where. */
function runFast(): bool {
  setStepping(false);
  beginTurn();
  const why = fast();
  if (why == GENERAL) step();
  endTurn();
  if (why == ENTER) enter(load<u32>(CPU + EIP));
  else if (why == HOT) return runTranslated();
  else if (why == ARRIVED) return false;
  return true;
}

function stepSlowly(): void {
  beginTurn();
  single();
  endTurn();
}

/** Runs instructions one by one and tells the translator which these were. False: as runFast. */
function record(): bool {
  recording = false;
  setStepping(false);
  beginTurn();
  let n: i32 = 0;
  let goesOn = true;
  while (n < TRACE_LENGTH && leaving < 0 && flat && load<i32>(CPU + BUDGET) > 0) {
    const eip = ip - delta;
    if (n > 0 && eip == awaited) {
      store<u32>(CPU + EIP, eip);
      goesOn = false;
      break;
    }
    const entry = n * TRACE_ENTRY;
    store<u32>(entry, eip, TRACE);
    for (let r = 0; r < 32; r += 4) store<u32>(entry + r, load<u32>(CPU + EAX + r), TRACE + 4);
    n++;
    step();
    if (load<u32>(CPU + EFLAGS) & SLOW) break;
  }
  endTurn();
  hostRecorded(n);
  return goesOn;
}

/**
 * Interprets from EIP, at least one instruction: until a trap (leaving >= 0), until the calls in progress are
 * to be given up (unwinding), or until control arrives where a translated caller awaits it. EIP is right then.
 */
function interpret(): void {
  enter(load<u32>(CPU + EIP));
  while (leaving < 0) {
    if (load<i32>(CPU + BUDGET) <= 0) leaveWith(TRAP_BUDGET);
    else if (!flat || (load<u32>(CPU + EFLAGS) & SLOW) != 0) stepSlowly();
    else if (recording) {
      if (!record()) return;
    } else if (!runFast()) return;
  }
  store<u32>(CPU + EIP, ip - delta);
}

/** Runs until a trap and says which. An exception that is a fault leaves by a throw instead, see settle. */
export function run(): i32 {
  grant(load<i32>(CPU + BUDGET));
  leaveWith(-1);
  if (load<i32>(CPU + BUDGET) <= 0) return TRAP_BUDGET;
  deriveSegments();
  setStepping(false);
  depth = 0;
  awaited = NOWHERE;
  unwinding = false;
  recording = false;
  store<u32>(CPU + REGION_CODE, REGION_LEAVE);
  copyExtents();
  if (!flat || (load<u32>(CPU + EFLAGS) & SLOW) != 0 || !isTranslated() || runTranslated()) interpret();
  // A jump to NOWHERE looks like an arrival; it is a page fault.
  while (leaving < 0) interpret();
  rest();
  return leaving;
}

/** Completes the block after a throw: EIP is the faulting instruction's already. */
export function settle(): void {
  reveal();
  endTurn();
  rest();
}

function rest(): void {
  settleFlags();
  store<u64>(CPU + RETIRED, retiredInAll());
}
