// Which region code belongs to, so that little is translated twice: a region ends where another begins, and goes on
// there by way of the jump cache, or it takes the other in, when both together are small enough. What was taken in
// stays for those who enter there, and is no owner any more. Code of small functions that are translated where they
// are called belongs to nobody.

/** Addresses of the first byte and behind the last. */
export type Span = readonly [start: number, end: number];

export interface Owner {
  /** Its name among the owners of a job. */
  readonly id: number;
  readonly entries: readonly number[];
  readonly insns: number;
}

export class Territory {
  readonly #byEntry = new Map<number, Owner>();

  constructor(owners: readonly Owner[]) {
    for (const owner of owners) this.add(owner);
  }

  add(owner: Owner): void {
    for (const entry of owner.entries) this.#byEntry.set(entry, owner);
  }
  remove({ entries }: Owner): void {
    for (const entry of entries) this.#byEntry.delete(entry);
  }

  /** The region that begins at `address`. */
  ownerAt(address: number): Owner | undefined {
    return this.#byEntry.get(address);
  }
}
