// The engines that micro-benchmarks run on: one row each. A guest that was started waits for the name of a unit;
// asking for one answers when it is done, with the number of operations.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DEFAULT_JIT, type JitMode } from '../../jit/settings.ts';
import { createBrowserHost } from '../../runtime/host/browser/index.ts';
import { NodeCompilerPort } from '../../runtime/host/node/compiler-port.ts';
import { Machine } from '../../runtime/machine.ts';
import { projectRoot } from '../project.ts';

export interface Guest {
  /** Rejects when the guest ended instead. */
  unit(name: string): Promise<number>;
  /** Ends it, and waits for that. */
  end(): Promise<void>;
}

export interface MicroEngine {
  readonly name: string;
  /** Why it is not there; null when it is. */
  readonly absent: () => string | null;
  /** Seconds without a faster unit, after which the engine counts as warm. */
  readonly patience: number;
  readonly start: (program: string) => Guest;
}

/** One answer of four bytes for each question of one. */
class Answers {
  #waiting: { resolve(operations: number): void; reject(error: Error): void } | null = null;
  #bytes: number[] = [];
  #over: Error | null = null;

  next(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#deliver();
    });
  }
  take(bytes: Uint8Array): void {
    this.#bytes.push(...bytes);
    this.#deliver();
  }
  end(reason: string): void {
    this.#over = new Error(reason);
    this.#deliver();
  }
  #deliver(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    if (this.#bytes.length >= 4) {
      const [a, b, c, d] = this.#bytes.splice(0, 4) as [number, number, number, number];
      this.#waiting = null;
      waiting.resolve((a | (b << 8) | (c << 16) | (d << 24)) >>> 0);
    } else if (this.#over !== null) {
      this.#waiting = null;
      waiting.reject(this.#over);
    }
  }
}

function startNative(program: string): Guest {
  const child: ChildProcess = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = new Answers();
  child.stdin!.on('error', () => {}); // the end of the guest is told by `exit`
  child.stdout!.on('data', (bytes: Buffer) => answers.take(bytes));
  child.on('error', (error) => answers.end(error.message));
  child.on('exit', (status, signal) => answers.end(`it ended with ${signal ?? `status ${status}`}`));
  return {
    unit: (name) => {
      child.stdin!.write(name);
      return answers.next();
    },
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const ended = once(child, 'exit');
      child.stdin!.end();
      await ended;
    },
  };
}

/** The translator's thread, as the command has it. */
const COMPILER = pathToFileURL(join(projectRoot(), 'dist/bin/compiler.mjs'));

const MEMORY = 256 * 2 ** 20;

/** A guest in a machine of its own in this process, with pipes for its standard streams. */
function startMachine(program: string, mode: JitMode, cpu: WebAssembly.Module): Guest {
  const answers = new Answers();
  const host = createBrowserHost({ stdout: (bytes) => answers.take(bytes) });
  const compiler = (): NodeCompilerPort => new NodeCompilerPort(COMPILER);
  const machine = Machine.create({ host, cpu, memory: MEMORY, jit: { ...DEFAULT_JIT, mode, compiler } });
  machine.writeFile('/guest', readFileSync(program), 0o755);
  const started = machine.spawn({
    path: '/guest',
    argv: ['guest'],
    environment: {},
    cwd: '/',
    uid: 0,
    gid: 0,
  });
  if ('reason' in started) throw new Error(started.message);
  const ended = machine.run(started).then(
    (status) => {
      const signo = status & 0x7f;
      answers.end(signo === 0 ? `it ended with status ${status >> 8}` : `it died of signal ${signo}`);
    },
    (error: Error) => answers.end(error.message),
  );
  return {
    unit: (name) => {
      host.input(Uint8Array.of(name.charCodeAt(0)));
      return answers.next();
    },
    end: async () => {
      host.input(null);
      await ended;
      machine.close();
    },
  };
}

export function microEngines(): readonly MicroEngine[] {
  const cpu = new WebAssembly.Module(readFileSync(join(projectRoot(), 'dist/cpu.wasm')));
  const machine =
    (mode: JitMode) =>
    (program: string): Guest =>
      startMachine(program, mode, cpu);
  const linux = (): string | null =>
    process.platform === 'linux' && ['x64', 'ia32'].includes(process.arch) ? null : 'no Linux on x86 here';
  return [
    { name: 'native', absent: linux, patience: 0.1, start: startNative },
    { name: 'interpreter', absent: () => null, patience: 0.3, start: machine('off') },
    // Its compiler has to be loaded first, on another thread.
    { name: 'jit', absent: () => null, patience: 1.5, start: machine('auto') },
  ];
}
