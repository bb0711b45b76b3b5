// The names of host patches that --patch and Machine.create take, and which of their parts are on.

/** The parts of the skas3 patch, each with a switch of its own. */
const SKAS3 = ['procmm', 'faultinfo', 'sigpending', 'ldt', 'switchmm'] as const;
export type Skas3Part = (typeof SKAS3)[number];

export interface PatchChoice {
  readonly skas3: ReadonlySet<Skas3Part>;
}

export const NO_PATCHES: PatchChoice = { skas3: new Set() };

/** Reads `skas3,-faultinfo`, `procmm,faultinfo` or `none`; a text says what is wrong with it. */
export function parsePatches(list: string): PatchChoice | string {
  const parts = new Set<Skas3Part>();
  for (const word of list.split(',').map((each) => each.trim())) {
    if (word === '' || word === 'none') continue;
    const off = word.startsWith('-');
    const name = off ? word.slice(1) : word;
    const named = name === 'skas3' ? SKAS3 : SKAS3.filter((part) => part === name);
    if (named.length === 0)
      return `--patch ${list}: there is no patch ${name} (skas3, ${SKAS3.join(', ')} and none are known)`;
    for (const part of named) {
      if (off) parts.delete(part);
      else parts.add(part);
    }
  }
  return { skas3: parts };
}
