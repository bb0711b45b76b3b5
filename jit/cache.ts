// TranslationCache: regions of earlier runs. A blob of the store holds those of one program in one window of
// addresses, and is named after the first page of the window that became hot: its number, its contents, the
// options and the translator's version. That name only finds; a region is used where its very code lies.
import type { Counter } from '../src/engine.ts';
import { PAGE_MASK, PAGE_SHIFT, PAGE_SIZE } from '../src/layout.ts';
import { digest, hexDigest, wordsOf } from './digest.ts';
import { decodeKept, encodeKept, equal, type Kept, type Shelf } from './kept.ts';
import { type FunctionPart, takeApart } from './module-parts.ts';
import type { TranslationStore } from './settings.ts';
import { shelve } from './shelves.ts';
import type { Span } from './territory.ts';

/** Where code lies now. */
export interface CodeView {
  /** The frame that a page may be executed from, or -1. */
  frameOf(page: number): number;
  /** A frame's bytes. */
  bytes(frame: number): Uint8Array;
}

/** A region that has been compiled: the code it was made from, as pages were then. */
export interface Made {
  readonly entries: readonly number[];
  readonly insns: number;
  readonly spans: readonly Span[];
  readonly own: number;
}

/** Pages of a window, as a power of two. */
const WINDOW = 8;
/** What one blob may hold: regions, and bytes of code. */
const BLOB_REGIONS = 8192;
const BLOB_BYTES = 24 * 2 ** 20;
/** What one run may take from the store, and what it may gather for it, in bytes. */
const READ_MOST = 192 * 2 ** 20;
const GATHERED_MOST = 96 * 2 ** 20;
/** Bytes gathered that are written without waiting for the end of the run. */
const GATHERED_MUCH = 24 * 2 ** 20;

/** What is new goes into a second blob while that is this many times smaller than the first. */
const SMALLER = 4;
const ADDITIONS = '01';

/** A blob, read or to be written. */
interface Group {
  readonly name: string;
  /** The page it is named after, and the frame that this had. */
  readonly page: number;
  readonly frame: number;
  /** By each address at which they can be entered. */
  readonly byEntry: Map<number, Kept[]>;
  /** Of each region the shelf that it lay on. */
  readonly shelves: Map<Kept, Shelf>;
  readonly fresh: Kept[];
  /** Bytes of the blob; 0: it was not read, or is to be written anew. */
  size: number;
}

export const pagesOf = ({ spans }: Pick<Kept, 'spans'>): number[] => {
  const pages = new Set<number>();
  for (const { address, code } of spans)
    for (let page = address >>> PAGE_SHIFT; page <= (address + code.length - 1) >>> PAGE_SHIFT; page++)
      pages.add(page);
  return [...pages];
};

export class TranslationCache {
  readonly #store: TranslationStore;
  readonly #key: readonly number[];
  readonly #groups = new Map<number, Group[]>();
  /** Pages that were looked for, by frame. */
  readonly #looked = new Map<number, number>();
  readonly #counts = { hits: 0, misses: 0, refused: 0, read: 0, written: 0 };
  #gathered = 0;
  #gatheredEver = 0;

  /** `key`: whatever else the code of a region depends on. */
  constructor(store: TranslationStore, key: string) {
    this.#store = store;
    this.#key = digest(wordsOf(key));
  }

  counters(): readonly Counter[] {
    const { hits, misses, refused, read, written } = this.#counts;
    return [
      ['regions from the cache', hits],
      ['regions not in the cache', misses],
      ['cached regions refused', refused],
      ['cache bytes read', read],
      ['cache bytes written', written],
    ];
  }

  /** The kept region for `entry` whose code lies where it did. */
  find(entry: number, view: CodeView): Kept | undefined {
    const there = this.#groupAt(entry, view)?.byEntry.get(entry);
    return there?.find((kept) => matches(kept, view));
  }

  /** What a region that `find` gave is to be made with. */
  shelfOf(kept: Kept, view: CodeView): Shelf {
    return this.#groupAt(kept.entries[0]!, view)?.shelves.get(kept) ?? [kept];
  }

  /** A region of the cache has become valid. */
  hit(): void {
    this.#counts.hits++;
  }

  /** The regions make no module: they are forgotten. */
  refuse(regions: readonly Kept[]): void {
    this.#counts.refused += regions.length;
    const bad = new Set(regions);
    for (const groups of this.#groups.values())
      for (const group of groups)
        for (const [entry, list] of group.byEntry) {
          const good = list.filter((kept) => !bad.has(kept));
          if (good.length === list.length) continue;
          group.byEntry.set(entry, good);
          group.size = 0;
        }
  }

  /** Keeps what has been compiled of code that lies in the view; null: a function that is not to be kept. */
  add(module: Uint8Array, made: readonly (Made | null)[], view: CodeView): void {
    let parts: { readonly prelude: Uint8Array; readonly functions: readonly FunctionPart[] };
    try {
      parts = takeApart(module);
    } catch {
      return; // A module of another form is used, but not kept.
    }
    for (const [i, region] of made.entries()) {
      const part = parts.functions[i];
      if (region === null || part === undefined) continue;
      const spans = region.spans.map(([start, end]) => ({
        address: start,
        code: codeAt(start, end - start, view),
      }));
      const size = part.body.length;
      if (this.#gatheredEver + size > GATHERED_MOST || spans.some(({ code }) => code === null)) continue;
      const { entries, insns, own } = region;
      this.#counts.misses++;
      this.#gathered += size;
      this.#gatheredEver += size;
      const { prelude } = parts;
      this.#groupFor(entries[0]! >>> PAGE_SHIFT, view).fresh.push({
        entries,
        insns,
        own,
        ...part,
        prelude,
        spans,
      } as Kept);
    }
    if (this.#gathered > GATHERED_MUCH) this.flush();
  }

  /** Writes what has been gathered. */
  flush(): void {
    this.#gathered = 0;
    for (const groups of this.#groups.values())
      for (const group of groups) if (group.fresh.length > 0) this.#write(group, group.fresh.splice(0));
  }

  #write({ name, size }: Group, fresh: readonly Kept[]): void {
    // Another run may have written meanwhile: what it has kept stays.
    const additions = this.#read(name + ADDITIONS)?.shelves ?? [];
    const small = encodeKept(merged(additions, fresh));
    if (small.length * SMALLER <= size) {
      this.#put(name + ADDITIONS, small);
      return;
    }
    const first = this.#read(name)?.shelves ?? [];
    this.#put(name, encodeKept(merged([...first, ...additions], fresh)));
    if (additions.length > 0) this.#put(name + ADDITIONS, encodeKept([]));
  }

  #put(name: string, bytes: Uint8Array): void {
    this.#store.write(name, bytes);
    this.#counts.written += bytes.length;
  }

  #read(name: string): { readonly shelves: readonly Shelf[]; readonly size: number } | null {
    const bytes = this.#store.read(name);
    const shelves = bytes === null ? null : decodeKept(bytes);
    return shelves === null ? null : { shelves, size: bytes!.length };
  }

  /** What is kept of the running program around `entry`; a blob is read when nothing is there yet. */
  #groupAt(entry: number, view: CodeView): Group | undefined {
    const page = entry >>> PAGE_SHIFT;
    const group = this.#group(page, view);
    if (group !== undefined && group.byEntry.size > 0) return group;
    const frame = view.frameOf(page);
    if (frame < 0 || this.#looked.get(frame) === page) return group;
    this.#looked.set(frame, page);
    const name = this.#nameOf(page, view.bytes(frame));
    const first = this.#counts.read < READ_MOST ? this.#read(name) : null;
    if (first === null) return group ?? this.#open(name, page, frame);
    const second = this.#read(name + ADDITIONS);
    this.#counts.read += first.size + (second?.size ?? 0);
    const read = this.#open(name, page, frame);
    read.size = first.size;
    for (const shelf of [...first.shelves, ...(second?.shelves ?? [])]) place(read, shelf);
    return read;
  }

  /** The group of the running program for a page: one that was read, or else the first. */
  #group(page: number, view: CodeView): Group | undefined {
    const groups = this.#groups.get(page >>> WINDOW);
    if (groups === undefined) return undefined;
    let first: Group | undefined;
    for (const group of groups) {
      if (view.frameOf(group.page) !== group.frame) continue;
      if (group.byEntry.size > 0) return group;
      first ??= group;
    }
    return first;
  }

  #groupFor(page: number, view: CodeView): Group {
    const frame = view.frameOf(page);
    return this.#group(page, view) ?? this.#open(this.#nameOf(page, view.bytes(frame)), page, frame);
  }

  #open(name: string, page: number, frame: number): Group {
    const group: Group = { name, page, frame, byEntry: new Map(), shelves: new Map(), fresh: [], size: 0 };
    const window = page >>> WINDOW;
    const groups = this.#groups.get(window);
    if (groups === undefined) this.#groups.set(window, [group]);
    else groups.push(group);
    return group;
  }

  #nameOf(page: number, bytes: Uint8Array): string {
    const contents = digest(new Int32Array(bytes.buffer, bytes.byteOffset, PAGE_SIZE / 4));
    return hexDigest(Int32Array.from([...this.#key, page, 0, 0, 0, ...contents]));
  }
}

function place({ byEntry, shelves }: Group, shelf: Shelf): void {
  for (const kept of shelf) {
    shelves.set(kept, shelf);
    for (const entry of kept.entries) {
      const list = byEntry.get(entry);
      if (list === undefined) byEntry.set(entry, [kept]);
      else list.push(kept);
    }
  }
}

/** What was kept, oldest first, without what a newer region replaces or what has no room, and the new regions. */
function merged(old: readonly Shelf[], fresh: Shelf): Shelf[] {
  const byEntry = new Map<number, Kept[]>();
  const stay = new Set<Kept>();
  let bytes = 0;
  for (const kept of [...old.flat(), ...fresh].reverse()) {
    if (stay.size === BLOB_REGIONS || bytes + kept.body.length > BLOB_BYTES) break;
    const same = byEntry.get(kept.entries[0]!) ?? [];
    if (same.some((other) => replaces(other, kept))) continue;
    for (const entry of kept.entries) {
      const list = byEntry.get(entry);
      if (list === undefined) byEntry.set(entry, [kept]);
      else list.push(kept);
    }
    stay.add(kept);
    bytes += kept.body.length;
  }
  const left = (shelf: Shelf): Shelf => shelf.filter((kept) => stay.has(kept));
  return shelve(
    old.map(left).filter(({ length }) => length > 0),
    left(fresh),
  );
}

/** Whether a newer region serves all that `old` serves, in the same program. */
function replaces(newer: Kept, old: Kept): boolean {
  if (!old.entries.every((entry) => newer.entries.includes(entry))) return false;
  const address = old.entries[0]!;
  const codes = [newer, old].map(({ spans }) => {
    const span = spans.find((s) => s.address <= address && address < s.address + s.code.length)!;
    return span.code.subarray(address - span.address);
  });
  const length = Math.min(...codes.map((code) => code.length));
  return equal(codes[0]!.subarray(0, length), codes[1]!.subarray(0, length));
}

/** Whether the region's code lies where it did. */
function matches({ spans }: Kept, view: CodeView): boolean {
  for (const { address, code } of spans) {
    for (let done = 0; done < code.length; ) {
      const at = address + done;
      const frame = view.frameOf(at >>> PAGE_SHIFT);
      if (frame < 0) return false;
      const offset = at & PAGE_MASK;
      const length = Math.min(code.length - done, PAGE_SIZE - offset);
      const page = view.bytes(frame);
      for (let i = 0; i < length; i++) if (page[offset + i] !== code[done + i]) return false;
      done += length;
    }
  }
  return true;
}

/** A copy of `length` bytes of code, or null where some of it is not there. */
function codeAt(address: number, length: number, view: CodeView): Uint8Array | null {
  const code = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const at = address + done;
    const frame = view.frameOf(at >>> PAGE_SHIFT);
    if (frame < 0) return null;
    const offset = at & PAGE_MASK;
    const part = view.bytes(frame).subarray(offset, Math.min(PAGE_SIZE, offset + length - done));
    code.set(part, done);
    done += part.length;
  }
  return code;
}
