// The engines every case runs through: the same cases, the same answers. A new engine is one more line.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterpreter } from '../../src/interpreter.ts';
import type { EngineFactory } from './bare-machine.ts';
import { projectRoot } from './native-oracle.ts';

export interface NamedEngine {
  readonly name: string;
  readonly create: EngineFactory;
}

export function allEngines(): readonly NamedEngine[] {
  const wasm = new WebAssembly.Module(readFileSync(join(projectRoot(), 'dist/cpu.wasm')));
  return [{ name: 'interpreter', create: (memory) => createInterpreter(wasm, memory) }];
}
