// The flags of V8 that the command runs with. V8 takes code that it has kept for itself (the bundle's, and the
// machine code of machine-code.ts) only where the flags are those under which it was made: they are set
// before anything is loaded, each to a value of our own.

import { setFlagsFromString } from 'node:v8';

/** How long code runs until V8 optimises it, about the bytes that were executed. */
const TIERING_BUDGET = 1_800_000;
/**
 * The same of JavaScript, in bytes of bytecode: seven times V8's own figure. A program's run is short, and most of what V8
 * optimises sooner is the translator, whose work is then over (one second of twelve of a cold run of lua, by all threads).
 */
const JAVASCRIPT_BUDGET = 500_000;

export function setEngineFlags(): void {
  setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET}`);
  setFlagsFromString('--liftoff');
  setFlagsFromString('--wasm-lazy-compilation');
  // --no-liftoff turns this off, and --liftoff does not turn it on again.
  setFlagsFromString('--wasm-dynamic-tiering');
  // Regions say which of their branches are rare (jit/branch-hints.ts), and are large as they are.
  setFlagsFromString('--experimental-wasm-branch-hinting');
  setFlagsFromString('--no-wasm-loop-unrolling');
  // Calls among regions and the interpreter are counted (DEEPEST in src/layout.ts), and every run comes back to JavaScript, which
  // looks at the stack and for interruptions itself: looking at each entry of a function and in each round of a loop takes 5 %.
  setFlagsFromString('--no-wasm-stack-checks');
  setFlagsFromString(`--interrupt-budget=${JAVASCRIPT_BUDGET}`);
}

/** Modules that are compiled in `body` are optimised after another time. */
export function withTieringBudget<T>(budget: number, body: () => T): T {
  setFlagsFromString(`--wasm-tiering-budget=${budget}`);
  try {
    return body();
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET}`);
  }
}

/** All functions of the modules that are compiled in `body` are optimised at once. */
export function withoutBaseline<T>(body: () => T): T {
  setFlagsFromString('--no-liftoff');
  setFlagsFromString('--no-wasm-lazy-compilation');
  try {
    return body();
  } finally {
    setEngineFlags();
  }
}
