// The loop: single instructions in the general form where a segment, a prefix or the trap flag asks for it,
// and the generated fast loop everywhere else. BUDGET counts down by one for each instruction.
import { BUDGET, CPU, EFLAGS, EIP, RETIRED, TRAP_BUDGET, VECTOR_DB } from '../layout.ts';
import { leaveWith, leaving, trap } from './control.ts';
import { delta, enter, fetchOpcode, ip } from './fetch.ts';
import { settleFlags } from './flags.ts';
import { dispatch } from './gen/dispatch.ts';
import { fast } from './gen/fast.ts';
import { deriveSegments, flat, inhibit, inhibited, setStepping, stepping, TF } from './state.ts';
import { grant, retired } from './system.ts';

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

/** Why the fast loop was left: no budget, an instruction for `step`, or a target to be entered, in EIP. */
export const SPENT: u32 = 0;
export const GENERAL: u32 = 1;
export const ENTER: u32 = 2;

function runFast(): void {
  setStepping(false);
  const why = fast();
  if (why == GENERAL) step();
  else if (why == ENTER) enter(load<u32>(CPU + EIP));
}

/** Runs until a trap and says which. An exception that is a fault leaves by a throw instead, see settle. */
export function run(): i32 {
  grant(load<i32>(CPU + BUDGET));
  leaveWith(-1);
  if (load<i32>(CPU + BUDGET) <= 0) return TRAP_BUDGET;
  deriveSegments();
  setStepping(false);
  enter(load<u32>(CPU + EIP));
  while (leaving < 0) {
    if (load<i32>(CPU + BUDGET) <= 0) leaveWith(TRAP_BUDGET);
    else if (flat && (load<u32>(CPU + EFLAGS) & TF) == 0) runFast();
    else single();
  }
  store<u32>(CPU + EIP, ip - delta);
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
