// Options of the skasm command about the translator, as settings for a machine: the mode, what is printed,
// where translations are kept.

import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { boundOf, DEFAULT_BOUND } from '../jit/residency.ts';
import { DEFAULT_JIT, type DumpKind, type JitMode, type JitSettings } from '../jit/settings.ts';
import { openOutput, refuse, writeAll } from './command-refusal.ts';
import { NodeCompilerPort } from './host/node/compiler-port.ts';
import { NodeModuleStore } from './host/node/module-store.ts';
import { cacheFolder } from './host/node/packages.ts';
import { NodeTranslationStore } from './host/node/translation-store.ts';

/** command-compiler.ts as the build bundles it, beside the bundled command. */
const COMPILER = new URL('../bin/compiler.mjs', import.meta.url);

/** Options as Commander gives them. */
export interface JitFlags {
  readonly jit?: JitMode;
  readonly jitDisable?: readonly string[];
  /** Bytes of WebAssembly. */
  readonly jitMemory?: number;
  readonly verify?: boolean;
  /** False: --no-cache. */
  readonly cache?: string | false;
  /** -d */
  readonly d?: readonly DumpKind[];
  /** -D */
  readonly D?: string;
}

/** Where translations are kept: the folder given, else in skasm's cache folder. */
export function translationsFolder(given: string | undefined): string {
  if (given === '') throw refuse('--cache: the name of a folder is wanted');
  if (given === undefined) return join(resolve(cacheFolder()), 'translations');
  const stats = lstatSync(given, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isDirectory() && !stats.isSymbolicLink())
    throw refuse(`--cache ${given}: not a folder`);
  return resolve(given);
}

/** Refuses names that no lowering has. The table is loaded for this alone: the compiler's thread has its own. */
export async function checkLowerings(names: readonly string[]): Promise<void> {
  const { families, isLowering } = await import('../jit/lower/table.ts');
  const unknown = names.find((name) => !isLowering(name));
  if (unknown === undefined) return;
  const groups = ['all', ...Object.keys(families)].join(', ');
  throw refuse(`--jit-disable: there is no lowering ${unknown} (${groups}, or an instruction such as imul2)`);
}

export function jitSettings(flags: JitFlags): JitSettings {
  const mode = flags.jit ?? DEFAULT_JIT.mode;
  if (flags.verify && mode === 'off') throw refuse('--verify: nothing is translated with --jit off');
  const store =
    flags.cache === false || mode === 'off'
      ? null
      : new NodeTranslationStore(translationsFolder(flags.cache), {
          // A user without a home has no cache, and need not hear of it at every run.
          warn: (line, why) => {
            if (why === 'untrusted' || flags.cache !== undefined) process.stderr.write(`skasm: ${line}\n`);
          },
        });
  const dumpFile = flags.D === undefined ? 2 : openOutput('-D ', flags.D);
  const kinds = flags.d ?? [];
  return {
    mode,
    disabled: flags.jitDisable ?? [],
    verify: flags.verify ?? false,
    store,
    modules: store === null ? null : new NodeModuleStore(store),
    bound: flags.jitMemory === undefined ? DEFAULT_BOUND : boundOf(flags.jitMemory),
    compiler: () => new NodeCompilerPort(COMPILER),
    dump: kinds.length === 0 ? null : { kinds, write: (text) => writeAll(dumpFile, text) },
  };
}
