// What a user decides about the translator. runtime/cli.ts reads it from options, embedders give it to
// Machine.create; nothing here changes what a guest computes.

/** `off`: the interpreter alone; `auto`: translate what is hot; `eager`: translate at first sight. */
export type JitMode = 'off' | 'auto' | 'eager';

/** What `-d` prints of each region: its instructions, the intermediate form, the WebAssembly text. */
export type DumpKind = 'in_asm' | 'ir' | 'wat';

/**
 * Where translations outlive a run: named blobs. Whatever comes back is verified by its reader, so a store may
 * lose blobs at any time, but never mixes them up half written.
 */
export interface TranslationStore {
  /** Null: not there, or not to be trusted. */
  read(name: string): Uint8Array | null;
  /** Keeps a blob, if it can; never throws. */
  write(name: string, bytes: Uint8Array): void;
}

/** Where what an engine has made of modules outlives a run: its machine code. */
export interface ModuleStore {
  /** A module of these bytes, with the machine code of an earlier run where there is some. Throws as WebAssembly.Module. */
  module(bytes: Uint8Array): WebAssembly.Module;
  /** Keeps the machine code of a module that `module` gave; `exported`: what an instance of it exports. Never throws. */
  keep(module: WebAssembly.Module, exported: Iterable<unknown>): void;
}

/** Compiles elsewhere than on the thread that runs the guest. */
export interface CompilerPort {
  /** Sends a job, a structured-cloneable value. */
  post(job: unknown): void;
  /** An answer that has come, or undefined; does not wait. */
  poll(): unknown;
  /** The next answer, waited for; absent where a thread cannot wait. */
  wait?(): unknown;
  close(): void;
}

export interface JitSettings {
  readonly mode: JitMode;
  /** Names of lowerings (jit/lower) to do without: their instructions go to the interpreter. */
  readonly disabled: readonly string[];
  /** Compare every region's effect with the interpreter's; a difference ends the machine. */
  readonly verify: boolean;
  readonly store: TranslationStore | null;
  /** For the modules of translations that come from the store; null: they are compiled by each run. */
  readonly modules: ModuleStore | null;
  /** Opens the compiler, when the first region is asked for; null: nothing is translated. */
  readonly compiler: (() => CompilerPort) | null;
  /** How much translated code stays in memory; absent: 64 MiB of WebAssembly in 16,384 regions. */
  readonly bound?: { readonly bytes: number; readonly regions: number };
  readonly dump: { readonly kinds: readonly DumpKind[]; write(text: string): void } | null;
}

export const DEFAULT_JIT: JitSettings = {
  mode: 'auto',
  disabled: [],
  verify: false,
  store: null,
  modules: null,
  compiler: null,
  dump: null,
};
