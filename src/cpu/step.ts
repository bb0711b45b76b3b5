// Single instructions in the general form, where a segment, a prefix or the trap flag asks for it; the generated
// fast loop runs everything else. BUDGET counts down by one for each instruction.
import { BUDGET, CPU, EFLAGS, EIP, REGION_CODE, REGION_UNWIND, VECTOR_DB } from '../layout.ts';
import { leaving, trap } from './control.ts';
import { beginCauses, breakAt, causes, reportCauses } from './debug.ts';
import { delta, enter, fetchOpcode, ip, repeat } from './fetch.ts';
import { dispatch } from './gen/dispatch.ts';
import { conceal, reveal } from './mmu.ts';
import { AC, armed, inhibit, inhibited, RF, setStepping, TF } from './state.ts';

/** One instruction in the general form. EIP holds its address until it is done. */
export function step(): void {
  store<u32>(CPU + EIP, ip - delta);
  store<i32>(CPU + BUDGET, load<i32>(CPU + BUDGET) - 1);
  dispatch(fetchOpcode());
}

/** The same, with the debug exceptions that TF and the debug registers ask for, and the alignment check of AC. */
export function single(): void {
  const flags = load<u32>(CPU + EFLAGS);
  const eip = ip - delta;
  setStepping((flags & TF) != 0 || armed);
  inhibit(false);
  beginCauses(false);
  if (armed && (flags & RF) == 0) breakAt(eip);
  beginCauses((flags & TF) != 0);
  if (flags & RF) store<u32>(CPU + EFLAGS, flags & ~RF);
  if (armed || flags & AC) {
    conceal();
    step();
    reveal();
  } else step();
  // A string instruction that is to go on has not been passed yet.
  if (flags & RF && repeat && ip - delta == eip) store<u32>(CPU + EFLAGS, load<u32>(CPU + EFLAGS) | RF);
  if (causes && leaving < 0 && !inhibited) {
    reportCauses();
    trap(VECTOR_DB);
  }
}

/** Why the fast loop was left: no budget, an instruction for `step`, a target to be entered or looked up, in EIP. */
export const SPENT: u32 = 0;
export const GENERAL: u32 = 1;
export const ENTER: u32 = 2;
export const HOT: u32 = 3;
export const ARRIVED: u32 = 4;
/** Between the two loops, see strip.ts: control is at a place where the other one may be right. */
export const MISS: u32 = 5;

/**
 * One instruction for a region, which has spilled its state; EIP is right before and after. Not 0: there was a trap,
 * and the region is to answer NOWHERE.
 */
export function stepOne(): i32 {
  enter(load<u32>(CPU + EIP));
  setStepping(false);
  step();
  store<u32>(CPU + EIP, ip - delta);
  if (leaving < 0) return 0;
  store<u32>(CPU + REGION_CODE, REGION_UNWIND);
  return 1;
}
