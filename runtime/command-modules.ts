// The WebAssembly modules that skasm brings with it, cpu.wasm and binaryen's. The build has V8 optimise them and lays
// the machine code beside each (scripts/machine-code.mjs); another version of Node compiles them as it runs.

import { readFileSync } from 'node:fs';
import { withTieringBudget } from './host/node/engine-flags.ts';
import { MachineCode } from './host/node/machine-code.ts';

/** A module of the build, with its machine code where V8 takes that. */
export function loadBuilt(file: URL): WebAssembly.Module {
  const bytes = readFileSync(file);
  let code: Uint8Array | null = null;
  try {
    code = readFileSync(new URL(`${file.href}.code`));
  } catch {
    // Not built for this machine: only slower.
  }
  const revived = code === null ? null : new MachineCode().revive(bytes, code);
  // V8 counts a loop by its bytes, so that the big loop of the interpreter would be optimised within the first few
  // instructions, and a short program's end would wait for the compiler.
  return revived ?? withTieringBudget(2_000_000_000, () => new WebAssembly.Module(bytes));
}
