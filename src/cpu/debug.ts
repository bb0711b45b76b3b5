// What is looked for while instructions run one by one (step.ts): breakpoints of the debug registers, and
// accesses that are misaligned while AC is set. Where neither is asked for, none of this is reached: mmu.ts conceals the
// tables of the address space for such an instruction, so that each of its accesses takes a slow path and comes by here.
// Manual: volume 3, 18.2 (debug registers), 18.3.1 (debug exceptions), 6.15 (interrupt 17).
import {
  CPU,
  DEBUG_ADDRESS,
  DEBUG_CONTROL,
  DEBUG_STATUS,
  EFLAGS,
  EIP,
  VECTOR_AC,
  VECTOR_DB,
} from '../layout.ts';
import { AC, csBase, RF, raise } from './state.ts';

/** DR6: the trap flag was the cause. Its low four bits name breakpoints. */
const SINGLE_STEP: u32 = 0x4000;

const EXECUTE: u32 = 0;
const WRITE: u32 = 1;
const ACCESS: u32 = 3;

/** What DR6 will say of the running instruction; 0: no debug trap is due behind it. */
export let causes: u32 = 0;

export function beginCauses(stepped: bool): void {
  causes = stepped ? SINGLE_STEP : 0;
}

/** Puts what is known of the cause where the kernel finds it; VECTOR_DB is to be raised now, or its trap reported. */
export function reportCauses(): void {
  store<u32>(CPU + DEBUG_STATUS, causes);
}

// @ts-expect-error: decorator
@inline
function isEnabled(n: u32): bool {
  return ((load<u32>(CPU + DEBUG_CONTROL) >>> (n << 1)) & 3) != 0;
}

/** DR7's two bits R/W of a breakpoint, and behind them its two bits LEN. */
// @ts-expect-error: decorator
@inline
function form(n: u32): u32 {
  return (load<u32>(CPU + DEBUG_CONTROL) >>> (16 + (n << 2))) & 15;
}

/** The last byte of a breakpoint, counted from its first: for LEN 0, 1, 2, 3. */
function extent(n: u32): u32 {
  const length = form(n) >>> 2;
  return length == 2 ? 7 : length;
}

/** Raises the fault of a breakpoint on the instruction at `eip`, with RF set, which lets it run the next time. */
export function breakAt(eip: u32): void {
  for (let n: u32 = 0; n < 4; n++) {
    if (!isEnabled(n) || (form(n) & 3) != EXECUTE) continue;
    if (load<u32>(CPU + DEBUG_ADDRESS + (n << 2)) == eip + csBase) causes |= 1 << n;
  }
  if (causes == 0) return;
  store<u32>(CPU + EIP, eip);
  store<u32>(CPU + EFLAGS, load<u32>(CPU + EFLAGS) | RF);
  reportCauses();
  raise(VECTOR_DB, 0);
}

/** Raises #AC where `n` bytes at `a` ought to be aligned and are not. */
export function checkAlignment(a: u32, n: u32): void {
  if (load<u32>(CPU + EFLAGS) & AC && a & (n - 1)) raise(VECTOR_AC, 0);
}

/** The instruction is to access the `n` bytes at `a`. Raises #AC where they ought to be aligned, before page faults. */
export function observe(a: u32, n: u32, write: bool): void {
  checkAlignment(a, n);
  for (let i: u32 = 0; i < 4; i++) {
    if (!isEnabled(i)) continue;
    const kind = form(i) & 3;
    if (kind != ACCESS && (kind != WRITE || !write)) continue;
    const first = load<u32>(CPU + DEBUG_ADDRESS + (i << 2));
    if (first <= a + n - 1 && a <= first + extent(i)) causes |= 1 << i;
  }
}
