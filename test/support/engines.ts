// The engines every case runs through: the same cases, the same answers. A new engine is one more line.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type Job, type Result } from '../../jit/compiler.ts';
import { type Compiler, TieredEngine } from '../../jit/engine.ts';
import { DEFAULT_JIT, type JitSettings } from '../../jit/settings.ts';
import { createInterpreter } from '../../src/interpreter.ts';
import type { EngineFactory } from './bare-machine.ts';
import { projectRoot } from './native-oracle.ts';

export interface NamedEngine {
  readonly name: string;
  readonly create: EngineFactory;
}

/** Compiles when it is asked to. */
class LocalCompiler implements Compiler {
  readonly #results: Result[] = [];

  request(job: Job): void {
    this.#results.push(compile(job, () => 0));
  }
  poll(): Result | null {
    return this.#results.shift() ?? null;
  }
}

function translator(cpu: WebAssembly.Module, settings: Partial<JitSettings>): EngineFactory {
  return (memory, frames) =>
    new TieredEngine({
      cpu,
      memory,
      frames,
      compiler: new LocalCompiler(),
      settings: { ...DEFAULT_JIT, mode: 'eager', ...settings },
      zones: () => ({ mmap: 0x80000, stack: 0xf0000 }),
    });
}

export function allEngines(): readonly NamedEngine[] {
  const cpu = new WebAssembly.Module(readFileSync(join(projectRoot(), 'dist/cpu.wasm')));
  return [
    { name: 'interpreter', create: (memory) => createInterpreter(cpu, memory) },
    { name: 'translator', create: translator(cpu, {}) },
  ];
}
