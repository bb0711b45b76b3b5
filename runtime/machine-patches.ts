// The names of host patches that --patch and Machine.create take, and the patches behind them.

import { type HostPatch, OTHER_FAULTINFO, SKAS3, SKAS4, SKAS4_POSTED } from './skas/patch.ts';

const PARTS = {
  ...SKAS3,
  ...SKAS4,
  'skas4-posted': SKAS4_POSTED,
  'faultinfo-other': OTHER_FAULTINFO,
} satisfies Readonly<Record<string, HostPatch>>;
export type PatchPart = keyof typeof PARTS;
const names = (parts: object): PatchPart[] => Object.keys(parts) as PatchPart[];

/** What a name stands for: a patch with all its parts, or a part alone. */
const NAMES: ReadonlyMap<string, readonly PatchPart[]> = new Map<string, readonly PatchPart[]>([
  ['skas3', names(SKAS3)],
  // Its guests learn of faults, and start in a space, as those of skas3 do.
  ['skas4', [...names(SKAS4), 'switchmm', 'faultinfo']],
  ...names(PARTS).map((part): [string, PatchPart[]] => [part, [part]]),
]);

/** The parts of host patches that are on. */
export type PatchChoice = ReadonlySet<PatchPart>;

export const NO_PATCHES: PatchChoice = new Set();
export const DEFAULT_PATCHES: PatchChoice = new Set(names(SKAS3));

/** Reads `skas3,-faultinfo`, `procmm,faultinfo` or `none`; a text says what is wrong with it. */
export function parsePatches(list: string): PatchChoice | string {
  const chosen = new Set<PatchPart>();
  for (const word of list.split(',').map((each) => each.trim())) {
    if (word === '' || word === 'none') continue;
    const off = word.startsWith('-');
    const name = off ? word.slice(1) : word;
    const named = NAMES.get(name);
    if (named === undefined)
      return `--patch ${list}: there is no patch ${name} (${[...NAMES.keys()].join(', ')} and none are known)`;
    for (const part of named) {
      if (off) chosen.delete(part);
      else chosen.add(part);
      // One number, two versions.
      if (!off && part === 'faultinfo-other') chosen.delete('faultinfo');
      if (!off && part === 'faultinfo') chosen.delete('faultinfo-other');
    }
  }
  return chosen;
}

export function hostPatches(choice: PatchChoice): readonly HostPatch[] {
  return [...choice].map((part) => PARTS[part]);
}
