// How the skasm command refuses: one clear line and an exit status, never a stack trace; and the files that
// options name for its output, which are refused before a guest starts.

import { openSync, writeSync } from 'node:fs';
import { ENOENT } from './abi/errno.ts';

/** A refusal with one clear line and an exit status; not a failure of skasm. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** Exit statuses: 2 for unusable options, 126 not executable, 127 not found, 125 skasm's own failure. */
export function refuse(message: string, status = 2): Refusal {
  return new Refusal(message, status);
}

/** Opens a file that is written anew. `option` is how the user has named it: `--strace=`, `-D `. */
export function openOutput(option: string, name: string): number {
  try {
    return openSync(name, 'w');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(`${option}${name}: ${code === 'ENOENT' ? ENOENT.text : `cannot be written (${code})`}`);
  }
}

/** Writes a byte string. */
export function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
