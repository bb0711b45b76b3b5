// The world of a fuzz case: pages with their protections at fixed addresses, the LDT, the initial bytes.
// The native oracle maps it for real and the bare machine builds it in linear memory. Neighbouring pages
// meet in every way that matters: writable beside writable, read-only, and nothing.

export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const PROT_EXEC = 4;

export interface SandboxPage {
  readonly address: number;
  readonly protection: number;
}

/** A segment descriptor in the terms of modify_ldt(2)'s `struct user_desc`. */
export interface SandboxSegment {
  readonly base: number;
  /** In bytes, or in pages when `pages` is set. */
  readonly limit: number;
  /** 0 data, 1 expand-down data, 2 code, 3 conforming code. */
  readonly contents: number;
  readonly readOnly?: boolean;
  readonly pages?: boolean;
  readonly absent?: boolean;
  readonly small?: boolean;
}

export const DATA = 0x10000000;
export const CODE = 0x20000000;
export const STACK = 0x30000000;
const PAGE = 0x1000;

const RW = PROT_READ | PROT_WRITE;
export const PAGES: readonly SandboxPage[] = [
  { address: DATA + 0 * PAGE, protection: RW },
  { address: DATA + 1 * PAGE, protection: RW },
  { address: DATA + 2 * PAGE, protection: PROT_READ },
  // one page of nothing
  { address: DATA + 4 * PAGE, protection: RW },
  { address: DATA + 5 * PAGE, protection: PROT_READ },
  { address: DATA + 6 * PAGE, protection: RW },
  { address: CODE + 0 * PAGE, protection: RW | PROT_EXEC },
  { address: CODE + 1 * PAGE, protection: PROT_READ | PROT_EXEC },
  { address: STACK + 0 * PAGE, protection: RW },
  { address: STACK + 1 * PAGE, protection: RW },
];

export const CODE_END = CODE + 2 * PAGE;
export const STACK_END = STACK + 2 * PAGE;

/** Selectors into the LDT below; index 0 is the code segment all cases start in. */
export const SELECTOR_CODE = 0x07;
export const SELECTOR_DATA = 0x0f;
export const SEGMENTS: readonly SandboxSegment[] = [
  { base: 0, limit: 0xfffff, contents: 2, pages: true },
  { base: 0, limit: 0xfffff, contents: 0, pages: true },
  { base: DATA, limit: 0x1fff, contents: 0 },
  { base: 0, limit: 0xfffff, contents: 0, pages: true, readOnly: true },
  { base: DATA, limit: 0xfff, contents: 1 },
  { base: 0, limit: 0xfffff, contents: 0, pages: true, absent: true },
  { base: 0, limit: 0xfffff, contents: 2, pages: true, readOnly: true },
  { base: 0, limit: 0xfffff, contents: 3, pages: true, absent: true },
  { base: DATA + 0x123, limit: 0x1001, contents: 0, small: true },
];
export const SELECTORS: readonly number[] = SEGMENTS.map((_, index) => index * 8 + 7);

/** Where the native oracle itself lives: an access here says nothing about the processor. */
export function belongsToOracle(address: number): boolean {
  const at = address >>> 0;
  return (at >= 0x5ffff000 && at < 0x62000000) || (at >= 0xf7000000 && at < 0xffffe000);
}

/** Bytes of all pages, in the order of PAGES: code pages full of int3, the others patterned. */
export function pristineImage(): Uint8Array {
  const image = new Uint8Array(PAGES.length * PAGE);
  let state = 0x2545f491;
  for (let page = 0; page < PAGES.length; page++) {
    const executable = (PAGES[page].protection & PROT_EXEC) !== 0;
    for (let i = 0; i < PAGE; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      image[page * PAGE + i] = executable ? 0xcc : state >>> 24;
    }
  }
  return image;
}
