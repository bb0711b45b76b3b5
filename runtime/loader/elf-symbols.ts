// ElfSymbols: which function of an ELF file an address belongs to, for profiles. Names come from .symtab, or
// .dynsym in a stripped file; where they name nothing, eh-frame.ts still tells where functions begin. Loads
// nothing and knows no process. System V ABI, chapter 4.

import { startsOfFrames, startsOfSearchTable } from './eh-frame.ts';
import { isElf } from './elf.ts';

/** Up to `length` bytes of the file at `offset`; fewer at its end. */
export type ReadFile = (offset: number, length: number) => Uint8Array;

export interface FunctionPlace {
  /** Its first address, as the file's own headers count. */
  readonly start: number;
  /** A byte string; null where only the beginning is known. */
  readonly name: string | null;
}

interface Segment {
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

interface Section {
  readonly name: number;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

interface Symbol extends FunctionPlace {
  readonly name: string;
  /** 0: not told. */
  readonly size: number;
  /** A mere label of assembly code. */
  readonly label: boolean;
}

const HEADER_SIZE = 52;
const PROGRAM_HEADER_SIZE = 32;
const SECTION_HEADER_SIZE = 40;
const SYMBOL_SIZE = 16;
const PT_LOAD = 1;
const PT_GNU_EH_FRAME = 0x6474e550;
const PF_X = 1;
const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;
const SHF_EXECINSTR = 4;
const SHN_UNDEF = 0;
const STT_NOTYPE = 0;
const STT_FUNC = 2;
const STT_GNU_IFUNC = 10;
/** A table larger than this is no table. */
const LARGEST = 2 ** 26;

export class ElfSymbols {
  readonly #segments: readonly Segment[];
  readonly #symbols: readonly Symbol[];
  /** Where functions begin, sorted. */
  readonly #starts: readonly number[];

  private constructor(segments: readonly Segment[], symbols: readonly Symbol[], starts: readonly number[]) {
    this.#segments = segments;
    this.#symbols = symbols;
    this.#starts = starts;
  }

  /** Reads the tables of a 32-bit little-endian ELF file; null for any other. Throws what `read` throws. */
  static read(read: ReadFile): ElfSymbols | null {
    const head = read(0, HEADER_SIZE);
    if (head.length < HEADER_SIZE || !isElf(head) || head[4] !== 1 || head[5] !== 1) return null;
    const header = viewOf(head);
    const segments: Segment[] = [];
    let starts: number[] = [];
    const programHeaders = table(
      read,
      header.getUint32(28, true),
      header.getUint16(44, true) * PROGRAM_HEADER_SIZE,
    );
    for (let at = 0; at + PROGRAM_HEADER_SIZE <= programHeaders.byteLength; at += PROGRAM_HEADER_SIZE) {
      const type = programHeaders.getUint32(at, true);
      const segment = {
        offset: programHeaders.getUint32(at + 4, true),
        address: programHeaders.getUint32(at + 8, true),
        size: programHeaders.getUint32(at + 16, true),
      };
      if (type === PT_LOAD && (programHeaders.getUint32(at + 24, true) & PF_X) !== 0) segments.push(segment);
      else if (type === PT_GNU_EH_FRAME)
        starts = startsOfSearchTable(table(read, segment.offset, segment.size), segment.address);
    }
    const sections = sectionsOf(read, header);
    if (starts.length === 0) starts = frameStarts(read, sections, header.getUint16(50, true));
    return new ElfSymbols(segments, symbolsOf(read, sections), starts);
  }

  /** The address of a byte of the file within the code; null outside. */
  addressOf(offset: number): number | null {
    const segment = this.#segments.find((each) => offset >= each.offset && offset < each.offset + each.size);
    return segment === undefined ? null : segment.address + (offset - segment.offset);
  }

  /** The function that holds an address, or null where none is known. */
  functionAt(address: number): FunctionPlace | null {
    const symbol = this.#symbols[lastUpTo(this.#symbols.length, (at) => this.#symbols[at]!.start <= address)];
    const start = this.#starts[lastUpTo(this.#starts.length, (at) => this.#starts[at]! <= address)];
    if (symbol !== undefined) {
      const { size } = symbol;
      const inside =
        size === 0 ? start === undefined || start <= symbol.start : address < symbol.start + size;
      if (inside) return symbol;
    }
    return start === undefined ? null : { start, name: null };
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function table(read: ReadFile, offset: number, size: number): DataView {
  return viewOf(size > LARGEST ? new Uint8Array(0) : read(offset, size));
}

/** The largest index below `count` for which `test` holds (it does up to there), or -1. */
function lastUpTo(count: number, test: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function sectionsOf(read: ReadFile, header: DataView): Section[] {
  if (header.getUint16(46, true) !== SECTION_HEADER_SIZE) return [];
  const headers = table(read, header.getUint32(32, true), header.getUint16(48, true) * SECTION_HEADER_SIZE);
  const sections: Section[] = [];
  for (let at = 0; at + SECTION_HEADER_SIZE <= headers.byteLength; at += SECTION_HEADER_SIZE)
    sections.push({
      name: headers.getUint32(at, true),
      type: headers.getUint32(at + 4, true),
      flags: headers.getUint32(at + 8, true),
      address: headers.getUint32(at + 12, true),
      offset: headers.getUint32(at + 16, true),
      size: headers.getUint32(at + 20, true),
      link: headers.getUint32(at + 24, true),
    });
  return sections;
}

/** Where .eh_frame says that functions begin. `namesIndex`: e_shstrndx. */
function frameStarts(read: ReadFile, sections: readonly Section[], namesIndex: number): number[] {
  const names = sections[namesIndex];
  if (names === undefined) return [];
  const texts = table(read, names.offset, names.size);
  const frames = sections.find(({ name }) => textAt(texts, name) === '.eh_frame');
  return frames === undefined ? [] : startsOfFrames(table(read, frames.offset, frames.size), frames.address);
}

function symbolsOf(read: ReadFile, sections: readonly Section[]): Symbol[] {
  const symbols =
    sections.find(({ type }) => type === SHT_SYMTAB) ?? sections.find(({ type }) => type === SHT_DYNSYM);
  const names = symbols === undefined ? undefined : sections[symbols.link];
  if (symbols === undefined || names === undefined) return [];
  const texts = table(read, names.offset, names.size);
  const entries = table(read, symbols.offset, symbols.size);
  const found: Symbol[] = [];
  for (let at = 0; at + SYMBOL_SIZE <= entries.byteLength; at += SYMBOL_SIZE) {
    const type = entries.getUint8(at + 12) & 15;
    const place = entries.getUint16(at + 14, true);
    if (place === SHN_UNDEF || (type !== STT_FUNC && type !== STT_GNU_IFUNC && type !== STT_NOTYPE)) continue;
    const label = type === STT_NOTYPE;
    if (label && ((sections[place]?.flags ?? 0) & SHF_EXECINSTR) === 0) continue;
    const name = textAt(texts, entries.getUint32(at, true));
    if (name === '' || name.startsWith('.L')) continue;
    found.push({
      name,
      start: entries.getUint32(at + 4, true),
      size: entries.getUint32(at + 8, true),
      label,
    });
  }
  return inOrder(found);
}

function textAt(texts: DataView, offset: number): string {
  let text = '';
  for (let at = offset; at < texts.byteLength; at++) {
    const byte = texts.getUint8(at);
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Sorted, one name for each address, without the labels within functions. */
function inOrder(symbols: Symbol[]): Symbol[] {
  symbols.sort((a, b) => a.start - b.start || preference(a) - preference(b) || (a.name < b.name ? -1 : 1));
  let end = 0;
  return symbols.filter(({ start, size, label }, at) => {
    if (start === symbols[at - 1]?.start || (label && start < end)) return false;
    end = Math.max(end, start + size);
    return true;
  });
}

/** Of a function's names the one for users: malloc rather than __libc_malloc. */
function preference({ name, size, label }: Symbol): number {
  const underscores = name.length - name.replace(/^_+/, '').length;
  return (label ? 2 ** 20 : 0) + (size === 0 ? 2 ** 19 : 0) + underscores * 2 ** 10 + name.length;
}
