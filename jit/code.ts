// The bytes a translation is made from: copies of code pages, as they were when it was asked for. Not live
// memory, so that a job can be done elsewhere and later; who installs the result compares the pages again.

import { decode, type Insn } from '../src/isa/decode.ts';
import { PAGE_MASK, PAGE_SHIFT, PAGE_SIZE } from '../src/layout.ts';

/** Longest instruction, in bytes. */
const LONGEST = 15;

export class Code {
  /** Executable pages by linear page number. */
  readonly pages: ReadonlyMap<number, Uint8Array>;

  constructor(pages: ReadonlyMap<number, Uint8Array>) {
    this.pages = pages;
  }

  /** The instruction at `address`, or null where there is none, or not all of it is known. */
  insn(address: number): Insn | null {
    const page = this.pages.get(address >>> PAGE_SHIFT);
    if (page === undefined) return null;
    const offset = address & PAGE_MASK;
    const insn =
      offset <= PAGE_SIZE - LONGEST ? decode(page, offset, address) : this.#acrossPages(page, address);
    return typeof insn === 'string' ? null : insn;
  }

  #acrossPages(page: Uint8Array, address: number): ReturnType<typeof decode> {
    const here = page.subarray(address & PAGE_MASK);
    const next = this.pages.get((address >>> PAGE_SHIFT) + 1);
    if (next === undefined) return decode(here, 0, address);
    const both = new Uint8Array(here.length + LONGEST);
    both.set(here);
    both.set(next.subarray(0, LONGEST), here.length);
    return decode(both, 0, address);
  }
}
