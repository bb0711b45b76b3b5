// What is compared: where the work is done, and what work it is. Amounts are chosen so that a run takes seconds; what
// is reported is time for one event, or for the whole job.

/** Where programs run: on skasm's host itself, or in a User Mode Linux on it. */
export type SystemName = 'host' | 'tt' | 'skas0' | 'skas3' | 'skas4';

export interface System {
  readonly name: SystemName;
  readonly title: string;
  /** The mode of the kernel; null: there is none. */
  readonly mode: string | null;
}

export const SYSTEMS: readonly System[] = [
  { name: 'host', title: 'host', mode: null },
  { name: 'tt', title: 'tt', mode: 'tt' },
  { name: 'skas0', title: 'skas0', mode: 'skas0' },
  { name: 'skas3', title: 'skas3', mode: 'skas3' },
  { name: 'skas4', title: 'skas4', mode: 'skas4' },
];

export type WorkName = 'build' | 'script' | 'calls' | 'faults' | 'switches';

export interface Work {
  readonly name: WorkName;
  readonly title: string;
  /** What is counted: `event` in tables. */
  readonly event: string;
  /** The amount of which the time is taken, and by how much less there is in the run that is subtracted. */
  readonly amount: Readonly<Record<'host' | 'guest', number>>;
  /** Words of a command in the guest; 0: everything but the work itself. */
  readonly command: (amount: number) => readonly string[];
  /** Events in one turn of the work's loop. */
  readonly counted: number;
}

/** C files of the build. */
export const UNITS = 100;

const loop =
  (kind: string) =>
  (amount: number): readonly string[] => ['/bin/steps', kind, String(amount)];

// biome-ignore format: columns
export const WORKS: readonly Work[] = [
  { name: 'build', title: `make and tcc, ${UNITS} files`, event: 'build', amount: { host: UNITS, guest: UNITS }, counted: UNITS,
    command: (amount) => ['/usr/bin/make', '-s', '-B', '-C', '/work', amount === 0 ? 'nothing' : 'program'] },
  { name: 'script', title: 'fork and exec in a shell', event: 'round', amount: { host: 60, guest: 60 }, counted: 60,
    command: (amount) => ['/bin/sh', '/work/script.sh', String(amount)] },
  { name: 'calls', title: 'system calls', event: 'call', amount: { host: 2_000_000, guest: 30_000 }, counted: 1,
    command: loop('s') },
  { name: 'faults', title: 'page faults', event: 'fault', amount: { host: 300_000, guest: 15_000 }, counted: 1,
    command: loop('f') },
  { name: 'switches', title: 'turns between two processes', event: 'turn', amount: { host: 100_000, guest: 5_000 }, counted: 1,
    command: loop('p') },
];

/** `amount` of a work in a system. */
export function amountOf(work: Work, system: System): number {
  return system.mode === null ? work.amount.host : work.amount.guest;
}

/** The command that does a work in a system, in the root of root.ts. */
export function commandOf(system: System, words: readonly string[]): readonly string[] {
  if (system.mode === null) return words;
  const [init, ...args] = words;
  return ['/bin/tinyuml', 'quiet', `mode=${system.mode}`, 'mem=128M', `init=${init}`, '--', ...args];
}
