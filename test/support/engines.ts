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
  readonly #change: (job: Job) => Job;

  constructor(change: (job: Job) => Job) {
    this.#change = change;
  }
  request(job: Job): void {
    this.#results.push(compile(this.#change(job), () => 0));
  }
  poll(): Result | null {
    return this.#results.shift() ?? null;
  }
}

const cpuOf = (): WebAssembly.Module =>
  new WebAssembly.Module(readFileSync(join(projectRoot(), 'dist/cpu.wasm')));

/** The translator of a bare machine; `change` is what becomes of its jobs on their way. */
export function translatorOf(
  settings: Partial<JitSettings>,
  change: (job: Job) => Job = (job) => job,
): EngineFactory {
  const cpu = cpuOf();
  return (memory, frames) =>
    new TieredEngine({
      cpu,
      memory,
      frames,
      compiler: new LocalCompiler(change),
      settings: { ...DEFAULT_JIT, mode: 'eager', ...settings },
      zones: () => ({ mmap: 0x80000, stack: 0xf0000 }),
    });
}

/** Decodes whatever it runs at once. */
function decodingInterpreter(cpu: WebAssembly.Module, memory: WebAssembly.Memory) {
  const interpreter = createInterpreter(cpu, memory);
  interpreter.exports.setWorth(0);
  return interpreter;
}

export function allEngines(): readonly NamedEngine[] {
  const cpu = cpuOf();
  return [
    { name: 'interpreter', create: (memory) => createInterpreter(cpu, memory) },
    { name: 'strips', create: (memory) => decodingInterpreter(cpu, memory) },
    { name: 'translator', create: translatorOf({}) },
    { name: 'verify', create: translatorOf({ verify: true }) },
  ];
}
