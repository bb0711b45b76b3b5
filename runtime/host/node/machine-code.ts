// MachineCode: the code that V8's optimising compiler has made of a WebAssembly module, as bytes for a later run.
// V8 has no interface for this but its own tests', `--allow-natives-syntax`; where that is missing, modules are
// compiled as ever. V8 takes code back only for the very bytes it was made from, the same version, the same flags and
// the same features of the processor. What it takes back it runs unchecked: it has to come from where only the
// user can write (translation-store.ts, the installation).

import { setFlagsFromString } from 'node:v8';

/** The functions of V8's tests, by the names of their parameters. */
const NATIVES = {
  serialize: ['%SerializeWasmModule(module)', 'module'],
  deserialize: ['%DeserializeWasmModule(code, bytes)', 'code', 'bytes'],
  isOptimised: ['%IsTurboFanFunction(exported)', 'exported'],
} as const;

type Natives = Readonly<Record<keyof typeof NATIVES, (...operands: unknown[]) => unknown>>;

/** V8's flags are one set for all threads: the syntax is allowed while a function is made or runs. */
function withNatives<T>(body: () => T): T {
  setFlagsFromString('--allow-natives-syntax');
  try {
    return body();
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}

/** Makes a function of a text that is JavaScript to V8 alone. */
function native([text, ...names]: readonly string[]): (...operands: unknown[]) => unknown {
  return new Function(...names, `return ${text}`) as (...operands: unknown[]) => unknown;
}

export class MachineCode {
  readonly #natives: Natives | null;

  constructor() {
    let natives: Natives | null = null;
    try {
      natives = withNatives(() => ({
        serialize: native(NATIVES.serialize),
        deserialize: native(NATIVES.deserialize),
        isOptimised: native(NATIVES.isOptimised),
      }));
    } catch {
      // Another engine, or a V8 whose tests call these otherwise.
    }
    this.#natives = natives;
  }

  /** The module with its machine code; null if V8 refuses it. */
  revive(bytes: Uint8Array, code: Uint8Array): WebAssembly.Module | null {
    const natives = this.#natives;
    if (natives === null) return null;
    try {
      const module = withNatives(() => natives.deserialize(exactBuffer(code), bytes));
      return module instanceof WebAssembly.Module ? module : null;
    } catch {
      return null;
    }
  }

  /**
   * The machine code of all functions of the module that are optimised by now; null if none of `exported`, functions
   * of an instance of it, is: V8 ends the process when it is asked for the code of a module without any.
   */
  of(module: WebAssembly.Module, exported: Iterable<unknown>): Uint8Array | null {
    const natives = this.#natives;
    if (natives === null) return null;
    try {
      return withNatives(() => {
        for (const each of exported)
          if (typeof each === 'function' && natives.isOptimised(each) === true)
            return new Uint8Array(natives.serialize(module) as ArrayBuffer);
        return null;
      });
    } catch {
      return null;
    }
  }
}

/** V8 wants a buffer that holds the code and nothing else. */
function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, length } = bytes;
  if (byteOffset === 0 && length === buffer.byteLength) return buffer as ArrayBuffer;
  return bytes.slice().buffer as ArrayBuffer;
}
