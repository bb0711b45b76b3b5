// What `skasm run` and `skasm uml` share: a machine on the Node host, from the common options, run to the
// end of its first program; the host's signals reach the guest, and the terminal is put back.

import { closeSync, writeFileSync } from 'node:fs';
import { constants, hostname } from 'node:os';
import type { CpuModel } from '../src/cpu-model.ts';
import { Errno } from './abi/errno.ts';
import { checkLowerings, type JitFlags, jitSettings } from './command-jit.ts';
import { loadBuilt } from './command-modules.ts';
import { openOutput, Refusal, refuse, writeAll } from './command-refusal.ts';
import type { CommandReport } from './command-report.ts';
import type { Host } from './host/host.ts';
import { setEngineFlags } from './host/node/engine-flags.ts';
import { createNodeHost } from './host/node/index.ts';
import { Machine, type Program, type SpawnFailure } from './machine.ts';
import type { HostAccess } from './machine-files.ts';
import { parsePatches } from './machine-patches.ts';
import { formatProcesses } from './machine-processes.ts';
import { formatStatistics } from './machine-statistics.ts';

/** Options that both commands take. */
export interface MachineFlags extends JitFlags {
  /** Cap on guest memory, bytes. */
  readonly memory: number;
  readonly patch: string;
  readonly cpu?: CpuModel;
  readonly taskSize?: number;
  /** -r */
  readonly r?: string;
  readonly seed?: number;
  /** A file name, or `-` for standard error. */
  readonly strace?: string;
  /** A file name. */
  readonly report?: string;
  /** A signal's name without SIG. */
  readonly psOn?: keyof typeof PS_SIGNALS;
  /** A file name. */
  readonly profile?: string;
  readonly stats?: boolean;
}

const EXIT_USAGE = 2;

/** Prints a refusal, or the report of an internal failure; answers the exit status. */
export function reportFailure(error: unknown): number {
  if (error instanceof Refusal) {
    process.stderr.write(`skasm: ${error.message}\n`);
    return error.status;
  }
  if (error instanceof Errno) {
    process.stderr.write(`skasm: ${error.text}\n`);
    return EXIT_USAGE;
  }
  process.stderr.write(
    `skasm: internal error: ${error instanceof Error ? describe(error) : String(error)}\n`,
  );
  return 125;
}

/** The message and its causes; with SKASM_DEBUG set, stacks too. */
function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `: ${describe(error.cause)}` : '';
  return process.env.SKASM_DEBUG === undefined ? error.message + cause : `${error.stack}${cause}`;
}

/** `DIR` or `DIR:rw`. */
export function splitWritable(root: string | undefined): { path: string; writable: boolean } | null {
  if (root === undefined) return null;
  return root.endsWith(':rw') ? { path: root.slice(0, -3), writable: true } : { path: root, writable: false };
}

export async function createNodeMachine(
  flags: MachineFlags & { readonly root: string; readonly rootAccess?: HostAccess; readonly host?: Host },
): Promise<Machine> {
  setEngineFlags();
  const patches = parsePatches(flags.patch);
  if (typeof patches === 'string') throw refuse(patches);
  if (flags.jitDisable !== undefined) await checkLowerings(flags.jitDisable);
  const machine = Machine.create({
    host: flags.host ?? createNodeHost(),
    cpu: loadBuilt(new URL('../cpu.wasm', import.meta.url)),
    model: flags.cpu,
    memory: flags.memory,
    hostname: hostname(),
    release: flags.r,
    seed: flags.seed,
    patches,
    taskSize: flags.taskSize,
    jit: jitSettings(flags),
    root: { path: flags.root, access: flags.rootAccess ?? 'overlay' },
    report: (line) => process.stderr.write(`skasm: ${line}\n`),
  });
  if (flags.strace !== undefined) {
    const file = flags.strace === '-' ? 2 : openOutput('--strace=', flags.strace);
    machine.traceCalls((line) => writeAll(file, line));
    if (file !== 2) machine.onEnd(() => closeSync(file));
  }
  if (flags.profile !== undefined) writeProfile(machine, flags.profile);
  return machine;
}

/** Profiles the guests; the file is opened now, and written at the end. */
function writeProfile(machine: Machine, name: string): void {
  const file = openOutput('--profile ', name);
  const profile = machine.profile();
  machine.onEnd(() => {
    writeFileSync(file, profile.toJson(name));
    closeSync(file);
  });
}

/** Signals of the host that go on to the guest's foreground. */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** Signals that --ps-on can keep from the guest. */
export const PS_SIGNALS = { USR1: 'SIGUSR1', USR2: 'SIGUSR2', QUIT: 'SIGQUIT', HUP: 'SIGHUP' } as const;

/** Exit statuses for programs that cannot be started. */
const UNSTARTED: Readonly<Record<SpawnFailure['reason'], number>> = {
  'not found': 127,
  'not executable': 126,
  'no working directory': EXIT_USAGE,
};

/** Runs a program and everything it starts; answers the program's wait status. */
export async function runToExit(machine: Machine, program: Program, flags: MachineFlags): Promise<number> {
  const report = flags.report === undefined ? null : await openReport(machine, flags.report);
  const started = machine.spawn(program);
  if ('reason' in started) throw refuse(started.message, UNSTARTED[started.reason]);
  const forward = (signal: NodeJS.Signals): void => machine.signal(started, constants.signals[signal]);
  const { psOn } = flags;
  const show = (): void => void process.stderr.write(formatProcesses(machine.processes()), 'latin1');
  const forwarded = FORWARDED.filter((signal) => psOn === undefined || signal !== PS_SIGNALS[psOn]);
  for (const signal of forwarded) process.on(signal, forward);
  if (psOn !== undefined) process.on(PS_SIGNALS[psOn], show);
  let status: number;
  try {
    status = await machine.run(started);
    report?.write();
  } catch (error) {
    report?.write(error);
    throw error;
  } finally {
    for (const signal of forwarded) process.off(signal, forward);
    if (psOn !== undefined) process.off(PS_SIGNALS[psOn], show);
    machine.close();
    report?.close();
  }
  if (flags.stats) process.stderr.write(formatStatistics(machine.statistics()));
  return status;
}

/** Loaded when it is asked for: the disassembler takes time. */
async function openReport(machine: Machine, name: string): Promise<CommandReport> {
  const { CommandReport } = await import('./command-report.ts');
  return new CommandReport(machine, name);
}

/** The exit status for a wait status; when the program died of a signal, skasm dies of it too. */
export function exitLike(status: number): number {
  const signo = status & 0x7f;
  if (signo === 0) return (status >> 8) & 0xff;
  const name = Object.entries(constants.signals).find(([, number]) => number === signo)?.[0];
  if (name !== undefined && !SURVIVED.has(name)) process.kill(process.pid, name as NodeJS.Signals);
  return 128 + signo;
}

/** Signals that do not end a Node process by themselves. */
const SURVIVED = new Set(['SIGUSR1', 'SIGPIPE', 'SIGXFSZ']);
