// The engine of a machine: the interpreter alone, or with the translator, which learns here what becomes of the
// page frames that it took code from.
import { TieredEngine } from '../jit/engine.ts';
import { PortCompiler } from '../jit/port-compiler.ts';
import type { JitSettings } from '../jit/settings.ts';
import { type CpuModel, installModel } from '../src/cpu-model.ts';
import type { Engine } from '../src/engine.ts';
import { createInterpreter } from '../src/interpreter.ts';
import type { Frames } from './mm/frames.ts';
import type { TablePool } from './mm/page-table.ts';

interface EngineParts {
  readonly cpu: BufferSource | WebAssembly.Module;
  readonly model: CpuModel;
  readonly memory: WebAssembly.Memory;
  readonly frames: Frames;
  readonly tables: TablePool;
  readonly settings: JitSettings;
  /** Guests stand still while something is compiled. */
  readonly waits: boolean;
  readonly report: (line: string) => void;
}

export function createEngine(parts: EngineParts): Engine {
  const { cpu, model, memory, frames, tables, settings, waits, report } = parts;
  installModel(memory, model);
  if (settings.mode === 'off' || settings.compiler === null) return createInterpreter(cpu, memory);
  const engine = new TieredEngine({
    cpu,
    memory,
    frames: { protect: (frame) => tables.protectCode(frame) },
    compiler: new PortCompiler(settings.compiler, settings.mode === 'eager' || waits, report),
    settings,
    zones: (base) => tables.zones(base),
  });
  frames.onCodeWrite = (frame) => engine.invalidateFrame(frame);
  return engine;
}
