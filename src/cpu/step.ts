// The loop: single instructions in the general form where a segment, a prefix or the trap flag asks for it,
// and the generated fast loop everywhere else. BUDGET counts down by one for each instruction. Where control
// goes by a backward jump, a call, a return or a computed jump the fast loop looks into the jump cache; what
// happens at a hot or translated address is said in tier.ts.
import {
  BUDGET,
  CPU,
  EFLAGS,
  EIP,
  REGION_LEAVE,
  REGION_UNWIND,
  RETIRED,
  TRAP_BUDGET,
  VECTOR_DB,
} from '../layout.ts';
import { leaveWith, leaving, trap } from './control.ts';
import { delta, enter, fetchOpcode, ip } from './fetch.ts';
import { settleFlags } from './flags.ts';
import { dispatch } from './gen/dispatch.ts';
import { fast } from './gen/fast.ts';
import { deriveSegments, flat, inhibit, inhibited, setStepping, stepping, TF } from './state.ts';
import { grant, retired } from './system.ts';
import { isTranslated, restartTier, runTranslated } from './tier.ts';

/** One instruction in the general form. EIP holds its address until it is done. */
export function step(): void {
  store<u32>(CPU + EIP, ip - delta);
  store<i32>(CPU + BUDGET, load<i32>(CPU + BUDGET) - 1);
  dispatch(fetchOpcode());
}

/** The same, with the debug trap that TF asks for. */
function single(): void {
  setStepping((load<u32>(CPU + EFLAGS) & TF) != 0);
  inhibit(false);
  step();
  if (stepping && leaving < 0 && !inhibited) trap(VECTOR_DB);
}

/** Why the fast loop was left: no budget, an instruction for `step`, a target to be entered or looked up, in EIP. */
export const SPENT: u32 = 0;
export const GENERAL: u32 = 1;
export const ENTER: u32 = 2;
export const HOT: u32 = 3;
export const ARRIVED: u32 = 4;

/** False: the run of the interpreter is over, and EIP says where. */
function runFast(): bool {
  setStepping(false);
  const why = fast();
  if (why == GENERAL) step();
  else if (why == ENTER) enter(load<u32>(CPU + EIP));
  else if (why == HOT) return runTranslated();
  else if (why == ARRIVED) return false;
  return true;
}

/**
 * Interprets from EIP, at least one instruction: until a trap (leaving >= 0), until the calls in progress are
 * to be given up (unwinding), or until control arrives where a translated caller awaits it. EIP is right then.
 */
export function interpret(): void {
  enter(load<u32>(CPU + EIP));
  while (leaving < 0) {
    if (load<i32>(CPU + BUDGET) <= 0) leaveWith(TRAP_BUDGET);
    else if (!flat || (load<u32>(CPU + EFLAGS) & TF) != 0) single();
    else if (!runFast()) return;
  }
  store<u32>(CPU + EIP, ip - delta);
}

/** One instruction for a region, which has spilled its state; EIP is right before and after. */
export function stepOne(): i32 {
  enter(load<u32>(CPU + EIP));
  setStepping(false);
  step();
  store<u32>(CPU + EIP, ip - delta);
  return leaving < 0 ? REGION_LEAVE : REGION_UNWIND;
}

/** Runs until a trap and says which. An exception that is a fault leaves by a throw instead, see settle. */
export function run(): i32 {
  grant(load<i32>(CPU + BUDGET));
  leaveWith(-1);
  if (load<i32>(CPU + BUDGET) <= 0) return TRAP_BUDGET;
  deriveSegments();
  setStepping(false);
  restartTier();
  if (!flat || (load<u32>(CPU + EFLAGS) & TF) != 0 || !isTranslated() || runTranslated()) interpret();
  rest();
  return leaving;
}

/** Completes the block after a throw: EIP is the faulting instruction's already. */
export function settle(): void {
  rest();
}

function rest(): void {
  settleFlags();
  store<u64>(CPU + RETIRED, load<u64>(CPU + RETIRED) + retired());
}
