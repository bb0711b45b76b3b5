// How the compiler's thread loads binaryen's WebAssembly: from a file that the build takes out of the package, where
// it is a string of 15 MB, with the machine code of what compiling regions needs of it. The build puts this into
// binaryen's own JavaScript (scripts/binaryen.mjs).

import { loadBuilt } from './command-modules.ts';

/** Emscripten's hook of this name: gives the instance to `receive`. */
export function instantiateWasm(
  imports: WebAssembly.Imports,
  receive: (instance: WebAssembly.Instance) => void,
): void {
  const module = loadBuilt(new URL('binaryen.wasm', import.meta.url));
  receive(new WebAssembly.Instance(module, imports));
}
