// A small seeded random source (mulberry32): a case is named by its seed and its number, on every host.

export class Random {
  #state: number;

  constructor(seed: number, stream: number) {
    this.#state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35)) >>> 0;
    this.word();
  }

  /** 32 random bits, unsigned. */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** 0 .. count-1 */
  below(count: number): number {
    return this.word() % count;
  }

  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  /** True in `percent` of the calls. */
  chance(percent: number): boolean {
    return this.word() < percent * 42949672.96;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}
