// --report FILE: what is needed to look into a crash, as text. It is written when skasm fails, and when a process
// of the guest dies of a signal that would dump core; a run without either leaves an empty file.

import { closeSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { decode } from '../src/isa/decode.ts';
import { disassemble } from '../src/isa/disasm.ts';
import { openOutput, writeAll } from './command-refusal.ts';
import { skasmVersion } from './command-version.ts';
import type { Machine } from './machine.ts';
import { type CrashRecorder, chapter, describeRunning } from './machine-crash.ts';
import { formatProcesses } from './machine-processes.ts';
import { formatStatistics } from './machine-statistics.ts';

/** Stack traces of an error and of what caused it. */
function stacks(error: unknown): string {
  if (!(error instanceof Error)) return `${String(error)}\n`;
  const cause = error.cause === undefined ? '' : `caused by ${stacks(error.cause)}`;
  return `${error.stack ?? error.message}\n${cause}`;
}

function hostText(): string {
  const { node, v8 } = process.versions;
  return [
    `skasm ${skasmVersion()}, node ${node}, V8 ${v8}`,
    `${process.platform} ${release()} ${process.arch}, ${cpus().length} processors, ${Math.round(totalmem() / 2 ** 20)} MiB`,
    `arguments: ${process.argv
      .slice(2)
      .map((word) => JSON.stringify(word))
      .join(' ')}`,
    `variables: ${
      Object.entries(process.env)
        .filter(([name]) => /^(SKASM|QEMU)_|^NODE_OPTIONS$/.test(name))
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(' ') || 'none'
    }`,
    `time: ${new Date().toISOString()}`,
    '',
  ].join('\n');
}

export class CommandReport {
  readonly #machine: Machine;
  readonly #recorder: CrashRecorder;
  readonly #file: number;

  /** Opens the file; from now on calls are recorded. */
  constructor(machine: Machine, name: string) {
    this.#machine = machine;
    this.#file = openOutput('--report ', name);
    this.#recorder = machine.recordCrashes((bytes, offset, address) => {
      const insn = decode(bytes, offset, address);
      return typeof insn === 'string' ? null : { length: insn.length, text: disassemble(insn) };
    });
  }

  /** Before the machine is closed. `error`: what skasm has failed with, if it has. */
  write(error?: unknown): void {
    const { crashes } = this.#recorder;
    if (error === undefined && crashes.length === 0) return;
    const machine = this.#machine;
    const parts = [chapter('skasm', hostText())];
    if (error !== undefined)
      parts.push(chapter('internal error', stacks(error)), describeRunning(machine.kernel, this.#recorder));
    parts.push(
      ...crashes,
      chapter('last system calls', this.#recorder.lastCalls()),
      chapter('processes', formatProcesses(machine.processes())),
      chapter('statistics', formatStatistics(machine.statistics())),
    );
    writeAll(this.#file, parts.join('\n'));
  }
  close(): void {
    closeSync(this.#file);
  }
}
