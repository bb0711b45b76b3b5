// The interpreter as the judge of a region, for `--verify` (jit/verify.ts): the same instructions once more, one by
// one and in their general form, whose stores can be logged.
import { BUDGET, CPU, EIP } from '../layout.ts';
import { leaveWith, leaving } from './control.ts';
import { delta, enter, ip } from './fetch.ts';
import { settleFlags } from './flags.ts';
import { setStepping } from './state.ts';
import { step } from './step.ts';

/** Runs from EIP until BUDGET is down to `target`, or something leaves; answers why it left, or -1. */
export function replay(target: i32): i32 {
  leaveWith(-1);
  setStepping(false);
  if (load<i32>(CPU + BUDGET) > target) {
    enter(load<u32>(CPU + EIP));
    do step();
    while (leaving < 0 && load<i32>(CPU + BUDGET) > target);
    store<u32>(CPU + EIP, ip - delta);
  }
  settleFlags();
  return leaving;
}

/** Completes the block after a region: EFLAGS is whole. Answers why the region left, or -1. */
export function settleRegion(): i32 {
  settleFlags();
  return leaving;
}
