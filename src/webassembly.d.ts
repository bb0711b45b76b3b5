// The parts of the WebAssembly JavaScript API that skasm uses. TypeScript has them in the DOM library only,
// which code below the host adapters must not see.

type BufferSource = ArrayBufferView | ArrayBuffer;

declare namespace WebAssembly {
  type Exports = Record<string, unknown>;
  type Imports = Record<string, Record<string, unknown>>;
  interface MemoryDescriptor {
    initial: number;
    maximum?: number;
    shared?: boolean;
  }
  class Memory {
    constructor(descriptor: MemoryDescriptor);
    readonly buffer: ArrayBuffer;
    grow(delta: number): number;
  }
  interface TableDescriptor {
    element: 'anyfunc';
    initial: number;
  }
  class Table {
    constructor(descriptor: TableDescriptor);
    grow(by: number): number;
    get(at: number): unknown;
    set(at: number, code: unknown): void;
  }
  function validate(bytes: BufferSource): boolean;
  class Module {
    constructor(bytes: BufferSource);
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }
}
