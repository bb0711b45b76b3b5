// The functions of regions by slot, twice: in the table of cpu.wasm, by which the dispatcher enters them, and in one by
// which they call each other. Every instance that imports a table lives as long as that does in V8, and each of its
// slots is written in every instance's copy. So the second table is given up when most instances over it are of no use
// any more: what still is gets an instance over a new one, of the same module, whose machine code stays; the first
// table, which no region imports, stays and so does cpu.wasm. Knows nothing of what a region is.
import type { FunctionTable } from '../src/interpreter.ts';

/** A compiled module, and its instance over the table that there is now. */
export interface LinkedModule {
  readonly module: WebAssembly.Module;
  /** Null: there is none since the table was made. */
  exports: WebAssembly.Exports | null;
  /** Slots that lead to its functions. */
  slots: number;
}

interface Place {
  readonly home: LinkedModule;
  /** Its export. */
  readonly name: string;
}

/** By which the tables grow: every instance's copy grows with them. */
const SLOTS_AT_ONCE = 256;
/** A new table is made when there are so many instances over it, and as many again for each module in use. */
const LEAST = 256;
const FOR_EACH = 2;

export class RegionTable {
  readonly #memory: WebAssembly.Memory;
  /** cpu.wasm's. */
  readonly #entered: FunctionTable;
  /** What modules import of cpu.wasm, but for the table. */
  readonly #cpu: Readonly<Record<string, unknown>>;
  /** In slot 0: where a call goes that has no region. */
  readonly #dispatch: unknown;
  #called: FunctionTable;
  readonly #places = new Map<number, Place>();
  readonly #freeSlots: number[] = [];
  /** Modules with slots. */
  #modules = 0;
  /** Modules with an instance over the table that regions call by, of use or not. */
  readonly #linked = new Set<LinkedModule>();
  /** Tables that were given up. */
  renewed = 0;

  constructor(
    memory: WebAssembly.Memory,
    entered: FunctionTable,
    cpu: Readonly<Record<string, unknown>>,
    dispatch: unknown,
  ) {
    this.#memory = memory;
    this.#entered = entered;
    this.#cpu = cpu;
    this.#dispatch = dispatch;
    entered.set(0, dispatch);
    this.#called = this.#tableOf(entered.grow(0));
  }

  /** Throws as WebAssembly.Instance, if the module is none of regions. */
  link(module: WebAssembly.Module): LinkedModule {
    const home: LinkedModule = { module, exports: null, slots: 0 };
    this.exportsOf(home);
    return home;
  }

  /** Of its instance over the table that there is. */
  exportsOf(home: LinkedModule): WebAssembly.Exports {
    if (home.exports === null) {
      const cpu = { ...this.#cpu, table: this.#called };
      const imports = { env: { memory: this.#memory }, cpu } as unknown as WebAssembly.Imports;
      home.exports = new WebAssembly.Instance(home.module, imports).exports;
      this.#linked.add(home);
    }
    return home.exports;
  }

  /** A slot for the function that the module exports by this name. */
  add(home: LinkedModule, name: string): number {
    const slot = this.#freeSlots.pop() ?? this.#grow();
    const place = { home, name };
    this.#put(slot, place);
    this.#places.set(slot, place);
    if (home.slots++ === 0) this.#modules++;
    return slot;
  }

  remove(slot: number): void {
    const { home } = this.#places.get(slot)!;
    this.#places.delete(slot);
    this.#entered.set(slot, null);
    this.#called.set(slot, null);
    this.#freeSlots.push(slot);
    if (--home.slots === 0) this.#modules--;
  }

  /** Gives the table up that regions call by, if most of what hangs on it is of no use. Precondition: no region runs. */
  renew(): void {
    if (this.#linked.size < LEAST + FOR_EACH * this.#modules) return;
    this.#called = this.#tableOf(this.#entered.grow(0));
    for (const home of this.#linked) home.exports = null;
    this.#linked.clear();
    this.renewed++;
    for (const [slot, place] of this.#places) this.#put(slot, place);
  }

  #put(slot: number, { home, name }: Place): void {
    const code = this.exportsOf(home)[name];
    this.#entered.set(slot, code);
    this.#called.set(slot, code);
  }

  #tableOf(slots: number): FunctionTable {
    const table = new WebAssembly.Table({ element: 'anyfunc', initial: slots }) as FunctionTable;
    table.set(0, this.#dispatch);
    return table;
  }

  #grow(): number {
    const first = this.#entered.grow(SLOTS_AT_ONCE);
    this.#called.grow(SLOTS_AT_ONCE);
    for (let slot = first + SLOTS_AT_ONCE - 1; slot > first; slot--) this.#freeSlots.push(slot);
    return first;
  }
}
