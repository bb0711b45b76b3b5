// Which code belongs to which region. Each instruction is to be translated once: a region ends where another's code
// begins, and goes on there by way of the jump cache; or it takes the other in, when both together are small enough or
// when control enters the other in its middle. What was taken in keeps its entries. Code of small functions that
// are translated where they are called belongs to nobody.

/** Addresses of the first byte and behind the last. */
export type Span = readonly [start: number, end: number];

export interface Owner {
  /** Its name among the owners of a job. */
  readonly id: number;
  readonly entries: readonly number[];
  readonly insns: number;
  /** What belongs to it. */
  readonly own: readonly Span[];
}

export class Territory {
  readonly #owners: Owner[];
  /** By start; made anew after a change. */
  #spans: (readonly [start: number, end: number, owner: Owner])[] | null = null;

  constructor(owners: readonly Owner[]) {
    this.#owners = [...owners];
  }

  add(owner: Owner): void {
    this.#owners.push(owner);
    this.#spans = null;
  }
  remove(owner: Owner): void {
    this.#owners.splice(this.#owners.indexOf(owner), 1);
    this.#spans = null;
  }

  ownerOf(address: number): Owner | undefined {
    this.#spans ??= this.#owners
      .flatMap((owner) => owner.own.map(([start, end]) => [start, end, owner] as const))
      .sort((a, b) => a[0] - b[0]);
    let [low, high] = [0, this.#spans.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#spans[middle]![0] <= address) low = middle + 1;
      else high = middle;
    }
    // Regions of other address spaces may overlap; a wrong answer costs a translation twice, no more.
    const last = this.#spans[low - 1];
    return last !== undefined && address < last[1] ? last[2] : undefined;
  }
}
