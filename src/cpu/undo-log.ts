// Logs of stores to guest memory, for `--verify` (jit/verify.ts): what a region has stored is undone, the interpreter
// does the same work, and the two are compared. A log has an entry for each aligned eight bytes that a store touches:
// where they lie, what was there before the store, and what is there when the log is closed. While nothing is
// logged, a store of the general interpreter costs one test more; the fast loop never logs.
import { UNDO_LOG, UNDO_LOG_END } from '../layout.ts';

const ENTRY: u32 = 24;
const OLD: usize = 8;
const NEW: usize = 16;

/** Stores are to be logged. */
export let logging: bool = false;
/** Address of the next entry. */
let next: u32 = UNDO_LOG;

/** Stores are logged from now on, from `at`: UNDO_LOG, or the end of another log. */
export function beginLog(at: u32): void {
  next = at;
  logging = true;
}

/** The log is complete; answers its end. */
export function endLog(at: u32): u32 {
  logging = false;
  for (let e = at; e < next; e += ENTRY) store<u64>(e, load<u64>(load<u32>(e)), NEW);
  return next;
}

/** `size` bytes at a host address will be stored to. */
export function logStore(host: u32, size: u32): void {
  for (let unit = host & ~7; unit < host + size; unit += 8) {
    if (next > <u32>UNDO_LOG_END - ENTRY) unreachable();
    store<u32>(next, unit);
    store<u64>(next, load<u64>(unit), OLD);
    next += ENTRY;
  }
}

/** Memory as it was before the stores of a log. */
export function undoLog(at: u32, end: u32): void {
  for (let e = end; e > at; ) {
    e -= ENTRY;
    store<u64>(load<u32>(e), load<u64>(e, OLD));
  }
}

/** Memory as it was when the log was closed. */
export function redoLog(at: u32, end: u32): void {
  for (let e = at; e < end; e += ENTRY) store<u64>(load<u32>(e), load<u64>(e, NEW));
}

/** The first entry whose bytes are not what they were when the log was closed, or `end`. */
export function compareLog(at: u32, end: u32): u32 {
  let e = at;
  while (e < end && load<u64>(load<u32>(e)) == load<u64>(e, NEW)) e += ENTRY;
  return e;
}
