// Whether a folder may hold what is going to be run: only if nobody but the user can change what lies in it.

import { constants, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Mode bits by which others than the owner can write. */
export const OTHERS_WRITE = constants.S_IWGRP | constants.S_IWOTH;
const STICKY = 0o1000;

export interface FolderProblem {
  /** The end of a sentence that begins with the folder. */
  readonly text: string;
  readonly why: 'untrusted' | 'unusable';
}

/** Why a folder cannot be used, null if it can. */
export function folderProblem(folder: string): FolderProblem | null {
  try {
    const text = distrust(folder);
    return text === null ? null : { text, why: 'untrusted' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { text: `cannot be used (${code ?? String(error)})`, why: 'unusable' };
  }
}

/** Why a folder cannot be trusted, null if it can. Throws what lstat throws. */
function distrust(folder: string): string | null {
  const stats = lstatSync(folder);
  if (stats.isSymbolicLink()) return 'is a symbolic link';
  if (!stats.isDirectory()) return 'is not a folder';
  if (!isOwn(stats)) return 'belongs to another user';
  if ((stats.mode & OTHERS_WRITE) !== 0) return 'can be written by other users';
  // Who can write above it, and is not held back by the sticky bit, can put another folder in its place.
  let below = realpathSync(folder);
  for (let above = dirname(below); above !== below; below = above, above = dirname(above)) {
    const { mode } = statSync(above);
    if ((mode & constants.S_IWOTH) !== 0 && (mode & STICKY) === 0)
      return `lies below ${above}, which anybody can write`;
  }
  return null;
}

export function isOwn(stats: Stats): boolean {
  return process.geteuid === undefined || stats.uid === process.geteuid();
}
