// Regions as they are kept between runs, and a blob of them as bytes. A kept region carries the guest code it was
// made from: it is used where exactly these bytes lie. Regions lie on shelves, whose regions come back together
// (shelves.ts). The decoder believes nothing: what does not add up is absent.

/** Guest code: where it begins, and its bytes. */
export interface Span {
  readonly address: number;
  readonly code: Uint8Array;
}

export interface Kept {
  /** Addresses at which it can be entered. */
  readonly entries: readonly number[];
  readonly insns: number;
  /** All code that the region was made from; the first `own` of them belong to it (territory.ts). */
  readonly spans: readonly Span[];
  readonly own: number;
  /** What the modules have in common that it can be part of, and its part (module-parts.ts). */
  readonly prelude: Uint8Array;
  readonly type: number;
  readonly body: Uint8Array;
  readonly hints: Uint8Array;
}

/** 'skk' and the version of this format. */
const MAGIC = 0x036b6b73;
const SHELVES = 65536;
const REGIONS = 65536;
/** Bytes of a region's numbers. */
const ROW = 32;
const SPANS = 1024;
const ENTRIES = 256;

export const equal = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** Regions that were kept at about the same time, and one module when they come back. */
export type Shelf = readonly Kept[];

// Words: MAGIC, number of preludes, number of shelves; each prelude's length; each shelf's number of regions; for each
// region insns, prelude's number, type, lengths of body and hints, number of own spans, numbers of entries and spans,
// the entries, and each span's address and length. Then the bytes of the preludes, and for each region its body, its
// hints and its spans' code.
export function encodeKept(shelves: readonly Shelf[]): Uint8Array {
  const preludes: Uint8Array[] = [];
  const words: number[] = [];
  const chunks: Uint8Array[] = [];
  for (const { entries, insns, spans, own, prelude, type, body, hints } of shelves.flat()) {
    let number = preludes.findIndex((known) => equal(known, prelude));
    if (number < 0) number = preludes.push(prelude) - 1;
    words.push(insns, number, type, body.length, hints.length, own, entries.length, spans.length, ...entries);
    chunks.push(body, hints);
    for (const { address, code } of spans) {
      words.push(address, code.length);
      chunks.push(code);
    }
  }
  const head = [
    MAGIC,
    preludes.length,
    shelves.length,
    ...[...preludes, ...shelves].map(({ length }) => length),
  ];
  const all = [...preludes, ...chunks];
  const start = (head.length + words.length) * 4;
  const bytes = new Uint8Array(all.reduce((sum, chunk) => sum + chunk.length, start));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const list of [head, words])
    for (const word of list) {
      view.setUint32(at, word, true);
      at += 4;
    }
  for (const chunk of all) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  word(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }
  /** A number of things that take `each` bytes at least. */
  count(each: number, most: number): number {
    const count = this.word();
    if (count > most || count * each > this.#bytes.length) throw new RangeError('more than there is');
    return count;
  }
  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new RangeError('more than there is');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  get done(): boolean {
    return this.#at === this.#bytes.length;
  }
}

/** The shelves of a blob, whose regions are views of it; null if it is none. */
export function decodeKept(bytes: Uint8Array): Shelf[] | null {
  try {
    return decode(new Reader(bytes));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function decode(reader: Reader): Shelf[] | null {
  if (reader.word() !== MAGIC) return null;
  const preludeCount = reader.count(4, 4096);
  const shelfCount = reader.count(4, SHELVES);
  const lengths = Array.from({ length: preludeCount }, () => reader.word());
  const sizes = Array.from({ length: shelfCount }, () => reader.count(ROW, REGIONS));
  const regionCount = sizes.reduce((sum, size) => sum + size, 0);
  if (regionCount > REGIONS) throw new RangeError('more than there is');
  const rows = Array.from({ length: regionCount }, () => {
    const [insns, number, type] = [reader.word(), reader.word(), reader.word()];
    const [size, hinted, own] = [reader.word(), reader.word(), reader.word()];
    const [entryCount, spanCount] = [reader.count(4, ENTRIES), reader.count(8, SPANS)];
    const entries = Array.from({ length: entryCount }, () => reader.word());
    const spans = Array.from({ length: spanCount }, () => [reader.word(), reader.word()] as const);
    return { entries, insns, number, type, size, hinted, own, spans };
  });
  const preludes = lengths.map((length) => reader.take(length));
  const regions = rows.map(({ entries, insns, number, type, size, hinted, own, spans }) => {
    const prelude = preludes[number];
    if (prelude === undefined || spans.length === 0 || entries.length === 0)
      throw new RangeError('a region of nothing');
    const body = reader.take(size);
    const hints = reader.take(hinted);
    return {
      entries,
      insns,
      type,
      own,
      prelude,
      body,
      hints,
      spans: spans.map(([address, length]) => {
        if (length === 0 || address + length > 2 ** 32) throw new RangeError('code beyond the address space');
        return { address, code: reader.take(length) };
      }),
    };
  });
  if (!reader.done) return null;
  let at = 0;
  return sizes.map((size) => regions.slice(at, (at += size)));
}
