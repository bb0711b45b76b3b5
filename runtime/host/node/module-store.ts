// NodeModuleStore: machine code of WebAssembly modules that outlives a run, in the folder of the translations. What a
// module's code is kept under is a SHA-256 of its bytes: code of other bytes would run unchecked.

import { createHash } from 'node:crypto';
import { MachineCode } from './machine-code.ts';
import type { NodeTranslationStore } from './translation-store.ts';

/** Code is kept again when so many times as much of the module is optimised. */
const MORE = 1.1;

interface Given {
  readonly name: string;
  /** Bytes of machine code that it came with. */
  readonly size: number;
}

export class NodeModuleStore {
  readonly #store: NodeTranslationStore;
  readonly #code = new MachineCode();
  readonly #given = new WeakMap<WebAssembly.Module, Given>();

  constructor(store: NodeTranslationStore) {
    this.#store = store;
  }

  module(bytes: Uint8Array): WebAssembly.Module {
    const name = createHash('sha256')
      .update(`${process.version} ${process.arch}\0`)
      .update(bytes)
      .digest('hex');
    const code = this.#store.read(name);
    const revived = code === null ? null : this.#code.revive(bytes, code);
    const module = revived ?? new WebAssembly.Module(bytes as BufferSource);
    this.#given.set(module, { name, size: revived === null ? 0 : code!.length });
    return module;
  }

  keep(module: WebAssembly.Module, exported: Iterable<unknown>): void {
    const given = this.#given.get(module);
    const code = given === undefined ? null : this.#code.of(module, exported);
    if (code !== null && code.length > given!.size * MORE) this.#store.write(given!.name, code);
  }
}
