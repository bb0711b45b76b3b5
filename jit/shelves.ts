// How the regions of a blob lie on shelves. A shelf comes back as one module, so that a program pays for shelves with
// what it uses and not for all that others have kept: a run fills shelves in the order in which regions were needed,
// and what runs begin with lies together. A full shelf is never changed, since its machine code is kept by its bytes.
import { equal, type Kept, type Shelf } from './kept.ts';

/** Regions of a shelf, and bytes of their code. */
const MOST = 16;
const MOST_BYTES = 128 * 1024;
/** A shelf of so many regions, or half its bytes, is full enough to stay as it is. */
const ENOUGH = MOST / 2;

const bytesOf = (shelf: Shelf): number => shelf.reduce((sum, { body }) => sum + body.length, 0);

/** Shelves of what has been kept, oldest first, and what comes new. Shelves with little on them are filled up. */
export function shelve(old: readonly Shelf[], fresh: Shelf): Shelf[] {
  const full = old.filter((shelf) => shelf.length >= ENOUGH || bytesOf(shelf) >= MOST_BYTES / 2);
  const isFull = new Set(full);
  const loose = [...old.filter((shelf) => !isFull.has(shelf)).flat(), ...fresh];
  return [...full, ...cut(loose)];
}

/** Regions of different preludes make no module. */
function cut(regions: Shelf): Shelf[] {
  const shelves: Kept[][] = [];
  const open: Kept[][] = [];
  for (const kept of regions) {
    let at = open.findIndex(([first]) => equal(first!.prelude, kept.prelude));
    if (at < 0) at = open.length;
    const shelf = open[at];
    if (shelf !== undefined && shelf.length < MOST && bytesOf(shelf) + kept.body.length <= MOST_BYTES) {
      shelf.push(kept);
      continue;
    }
    open[at] = [kept];
    shelves.push(open[at]);
  }
  return shelves;
}
