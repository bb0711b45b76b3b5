// A lock between processes: a symbolic link that names its holder's pid, so that one who was killed is not waited for.
import { mkdirSync, readlinkSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';

const PATIENCE = 60_000;
const PAUSE = 100;

/** Runs `body` while `lock` is held. A holder that lives on for a minute is taken for another process of its pid. */
export async function locked(lock, body) {
  for (let waited = 0; !take(lock) && waited < PATIENCE; waited += PAUSE) {
    const holder = holderOf(lock);
    if (!lives(holder) && release(lock, holder)) continue;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  try {
    await body();
  } finally {
    release(lock, String(process.pid));
  }
}

/** `action`'s answer, or null where it fails by one of these. */
function unless(codes, action) {
  try {
    return action();
  } catch (error) {
    if (!codes.includes(error.code)) throw error;
    return null;
  }
}

function take(lock) {
  return unless(['EEXIST'], () => symlinkSync(String(process.pid), lock) ?? true) !== null;
}

/** The pid in the link; null: nobody holds the lock. */
function holderOf(lock) {
  return unless(['ENOENT'], () => readlinkSync(lock));
}

function lives(holder) {
  // EPERM: of another user.
  const signal = () => unless(['EPERM'], () => process.kill(Number(holder), 0)) ?? true;
  return holder === null || unless(['ESRCH'], signal) !== null;
}

/** Removes the lock if it is that holder's still. False: another is at it, since only one may look and then remove. */
function release(lock, holder) {
  const releasing = `${lock}-releasing`;
  if (unless(['EEXIST'], () => mkdirSync(releasing) ?? true) === null) return false;
  try {
    if (holderOf(lock) === holder) rmSync(lock, { force: true });
  } finally {
    rmdirSync(releasing);
  }
  return true;
}
