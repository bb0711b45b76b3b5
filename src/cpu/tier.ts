// Where interpreted and translated code meet. A region is a function of its own module, without parameters,
// in the table that cpu.wasm exports; it finds the guest's state in the CPU block, leaves it there, and
// returns one of layout.ts's REGION_ codes. The jump cache of the address space (layout.ts) leads from an eip to its
// region. A region calls guest functions outside of it through `dispatch`, which comes back when control does,
// so that wasm's stack follows the guest's; where it does not (longjmp, a trap, too deep a recursion) all calls
// in progress return REGION_UNWIND, and the base loop goes on at EIP.
import {
  CPU,
  EIP,
  JUMP_CACHE,
  JUMP_ENTRIES,
  JUMP_ENTRY_SIZE,
  JUMP_FN,
  REGION_LEAVE,
  REGION_SPENT,
  REGION_STEP,
  REGION_UNWIND,
  TB,
  TRAP_BUDGET,
} from '../layout.ts';
import { leaveWith, leaving } from './control.ts';
import { enter } from './fetch.ts';
import { interpret } from './step.ts';

/** Regions and interpreters that may be in progress at once: V8's stack holds about ten times as many. */
const DEEPEST: i32 = 600;

/**
 * Asks the translator about a target that is hot and has no region. True: it has none yet, and needs the stack to be
 * free of regions before it can install one.
 */
// @ts-expect-error: decorator
@external('host', 'hot')
declare function hostHot(eip: u32, depth: i32): bool;

/** The stack is free of regions: what was put off is done now. */
// @ts-expect-error: decorator
@external('host', 'settled')
declare function hostSettled(): void;

/** Where the innermost caller waits for control to arrive; no instruction can begin at NOWHERE. */
export let awaited: u32 = 0xffffffff;
const NOWHERE: u32 = 0xffffffff;
/** Calls through dispatch in progress. */
let depth: i32 = 0;
/** All calls in progress are to return REGION_UNWIND. */
let unwinding: bool = false;
/** First JUMP_COUNT of a target that is seen for the first time. */
export let patience: u32 = 0;

export function setPatience(count: u32): void {
  patience = count;
}

export function restartTier(): void {
  depth = 0;
  awaited = NOWHERE;
  unwinding = false;
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

export function isTranslated(): bool {
  return translation(load<u32>(CPU + EIP)) != 0;
}

/**
 * Runs translated code from EIP on, for as long as there is some. True: the interpreter goes on at EIP. False:
 * the interpreter that called is done, see interpret.
 */
export function runTranslated(): bool {
  let fn = translation(load<u32>(CPU + EIP));
  if (fn == 0) {
    if (hostHot(load<u32>(CPU + EIP), depth)) {
      unwinding = true;
      return false;
    }
    fn = translation(load<u32>(CPU + EIP));
  }
  while (fn != 0) {
    const code = call_indirect<i32>(fn);
    if (code == REGION_STEP) break;
    if (code == REGION_SPENT) {
      leaveWith(TRAP_BUDGET);
      return false;
    }
    if (code == REGION_UNWIND) {
      if (leaving >= 0 || depth > 0) return false;
      unwinding = false;
      hostSettled();
    }
    const eip = load<u32>(CPU + EIP);
    if (eip == awaited) return false;
    fn = translation(eip);
  }
  enter(load<u32>(CPU + EIP));
  return true;
}

/**
 * A call by a region: runs from EIP until control is at `expected`, and answers REGION_LEAVE then. The region has
 * spilled its state and reads all of it again.
 */
export function dispatch(expected: u32): i32 {
  if (depth >= DEEPEST) {
    unwinding = true;
    return REGION_UNWIND;
  }
  depth++;
  const outer = awaited;
  do {
    const fn = translation(load<u32>(CPU + EIP));
    const code = fn == 0 ? REGION_STEP : call_indirect<i32>(fn);
    if (code == REGION_LEAVE) continue;
    if (code != REGION_STEP) {
      depth--;
      if (code == REGION_SPENT) leaveWith(TRAP_BUDGET);
      return REGION_UNWIND;
    }
    awaited = expected;
    interpret();
    awaited = outer;
    if (leaving >= 0 || unwinding) {
      depth--;
      return REGION_UNWIND;
    }
  } while (load<u32>(CPU + EIP) != expected);
  depth--;
  return REGION_LEAVE;
}
