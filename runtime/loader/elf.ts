// ELF32 program files: parseElf reads and judges the headers, loadElf maps the segments of a program and
// of its interpreter as Linux's binfmt_elf does. System V ABI, chapters 4 and 5.

import { PAGE_MASK, PAGE_SIZE } from '../../src/layout.ts';
import { EINVAL, ENOMEM } from '../abi/errno.ts';
import { MAP, PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/memory.ts';
import type { Mm } from '../mm/mm.ts';
import type { Mappable } from '../mm/vma.ts';

/** A program file: its bytes for the headers, and its pages for the mappings. */
export interface Executable {
  readonly mappable: Mappable;
  /** Up to `length` bytes at `offset`; fewer at the end of the file. May throw Blocked. */
  read(offset: number, length: number): Uint8Array;
}

/**
 * Why a file is not a program for this machine. `truncated-name`: it ends before its interpreter's name does.
 * `bad-headers`: an i386 ELF file that contradicts itself. `unloadable`: its segments do, which Linux finds out only when the old program is gone.
 */
export type ElfProblem =
  | 'not-elf'
  | '64-bit'
  | 'foreign-endian'
  | 'foreign-machine'
  | 'not-executable'
  | 'truncated'
  | 'truncated-name'
  | 'bad-headers'
  | 'unloadable';

export interface Segment {
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  /** PROT_* bits. */
  readonly protection: number;
  readonly alignment: number;
}

export interface ElfImage {
  /** ET_DYN: may lie anywhere. */
  readonly relocatable: boolean;
  readonly entry: number;
  /** PT_LOAD headers, by address. */
  readonly segments: readonly Segment[];
  /** PT_INTERP: the path of the dynamic linker as a byte string, or null. */
  readonly interpreter: string | null;
  /** Where the program headers lie in the file, and how many they are. */
  readonly headersOffset: number;
  readonly headersCount: number;
  /** PT_GNU_STACK: absent (an old program, all it can read is executable), with or without PF_X. */
  readonly stack: 'absent' | 'executable' | 'plain';
}

export interface LoadedElf {
  /** Where the program starts, for AT_ENTRY. */
  readonly programEntry: number;
  /** Where execution starts: the interpreter's entry if there is one. */
  readonly entry: number;
  /** What was added to the program's addresses. */
  readonly bias: number;
  /** AT_PHDR, AT_PHNUM. */
  readonly headers: number;
  readonly headersCount: number;
  /** AT_BASE: where the interpreter lies, 0 without one. */
  readonly interpreterBase: number;
}

export const ELF_HEADER_SIZE = 52;
const PROGRAM_HEADER_SIZE = 32;
const ET_EXEC = 2;
const ET_DYN = 3;
const EM_386 = 3;
const EM_486 = 6;
const PT_LOAD = 1;
const PT_INTERP = 3;
const PT_GNU_STACK = 0x6474e551;
const PF_X = 1;
const PF_W = 2;
const PF_R = 4;
const PATH_MAX = 4096;
/** Distance of a position-independent program from the bottom of the mmap area, without randomisation. */
const PIE_OFFSET = 0x1000000;

const pageDown = (address: number): number => address - (address % PAGE_SIZE);
const pageUp = (address: number): number => pageDown(address + PAGE_MASK);

/** True for files that begin like ELF files of any kind. */
export function isElf(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/** Reads the headers. May throw what `file.read` throws. */
export function parseElf(file: Executable): ElfImage | ElfProblem {
  const head = file.read(0, ELF_HEADER_SIZE);
  if (!isElf(head)) return 'not-elf';
  if (head.length < ELF_HEADER_SIZE) return 'truncated';
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const type = view.getUint16(16, true);
  const machine = view.getUint16(18, true);
  // Linux looks at the machine alone; the class and the order of bytes say more to whoever asks why.
  if (machine !== EM_386 && machine !== EM_486)
    return head[4] === 2 ? '64-bit' : head[5] === 2 ? 'foreign-endian' : 'foreign-machine';
  if (type !== ET_EXEC && type !== ET_DYN) return 'not-executable';
  const headersOffset = view.getUint32(28, true);
  const headersCount = view.getUint16(44, true);
  if (view.getUint16(42, true) !== PROGRAM_HEADER_SIZE || headersCount === 0) return 'bad-headers';
  const size = headersCount * PROGRAM_HEADER_SIZE;
  if (size > 0x10000) return 'bad-headers';
  const table = file.read(headersOffset, size);
  if (table.length < size) return 'truncated';

  const headers = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const segments: Segment[] = [];
  let interpreter: string | null = null;
  let stack: ElfImage['stack'] = 'absent';
  for (let at = 0; at < size; at += PROGRAM_HEADER_SIZE) {
    const kind = headers.getUint32(at, true);
    const flags = headers.getUint32(at + 24, true);
    const offset = headers.getUint32(at + 4, true);
    const fileSize = headers.getUint32(at + 16, true);
    if (kind === PT_LOAD) {
      segments.push({
        offset,
        address: headers.getUint32(at + 8, true),
        fileSize,
        memorySize: headers.getUint32(at + 20, true),
        protection:
          ((flags & PF_R) === 0 ? 0 : PROT_READ) |
          ((flags & PF_W) === 0 ? 0 : PROT_WRITE) |
          ((flags & PF_X) === 0 ? 0 : PROT_EXEC),
        alignment: headers.getUint32(at + 28, true),
      });
    } else if (kind === PT_INTERP && interpreter === null) {
      if (fileSize < 2 || fileSize > PATH_MAX) return 'bad-headers';
      const path = file.read(offset, fileSize);
      if (path.length < fileSize) return 'truncated-name';
      if (path[fileSize - 1] !== 0) return 'bad-headers';
      interpreter = String.fromCharCode(...path.subarray(0, path.indexOf(0)));
    } else if (kind === PT_GNU_STACK) {
      stack = (flags & PF_X) === 0 ? 'plain' : 'executable';
    }
  }
  if (segments.length === 0 || segments.some((segment) => !isSound(segment))) return 'unloadable';
  return {
    relocatable: type === ET_DYN,
    entry: view.getUint32(24, true),
    segments,
    interpreter,
    headersOffset,
    headersCount,
    stack,
  };
}

function isSound({ offset, address, fileSize, memorySize }: Segment): boolean {
  const congruent = fileSize === 0 || offset % PAGE_SIZE === address % PAGE_SIZE;
  return congruent && fileSize <= memorySize && address + memorySize <= 2 ** 32;
}

/**
 * Maps a program, and its interpreter if it has one, into a fresh address space, whose limits are set;
 * sets the break and the numbers for /proc. Throws ENOMEM or EINVAL when the segments do not fit.
 */
export function loadElf(
  mm: Mm,
  program: { readonly image: ElfImage; readonly file: Executable },
  interpreter: { readonly image: ElfImage; readonly file: Executable } | null,
): LoadedElf {
  const { image, file } = program;
  mm.chooseLayout();
  mm.readImpliesExec = image.stack === 'absent';
  const pieBase = pageUp(Math.floor(mm.taskSize / 3)) + PIE_OFFSET;
  let bias = 0;
  // A position-independent program without interpreter is one itself, perhaps: it lies where those lie.
  if (image.relocatable)
    bias = interpreter === null ? place(mm, image) : alignedTo(pieBase, image) - lowest(image);
  const end = mapSegments(mm, image, file, bias);
  const selfContained = image.relocatable && interpreter === null;
  mm.setBrk(selfContained ? pieBase : pageUp(end));
  describe(mm, image, bias);

  let interpreterBase = 0;
  let entry = image.entry + bias;
  if (interpreter !== null) {
    interpreterBase = interpreter.image.relocatable ? place(mm, interpreter.image) : 0;
    mapSegments(mm, interpreter.image, interpreter.file, interpreterBase);
    entry = interpreter.image.entry + interpreterBase;
  }
  return {
    programEntry: (image.entry + bias) >>> 0,
    entry: entry >>> 0,
    bias,
    headers: headersAddress(image, bias),
    headersCount: image.headersCount,
    interpreterBase,
  };
}

const lowest = (image: ElfImage): number =>
  pageDown(Math.min(...image.segments.map(({ address }) => address)));
const highest = (image: ElfImage): number =>
  Math.max(...image.segments.map(({ address, memorySize }) => address + memorySize));

function alignmentOf(image: ElfImage): number {
  const powers = image.segments.map(({ alignment }) => alignment).filter((a) => (a & (a - 1)) === 0);
  return Math.max(PAGE_SIZE, ...powers);
}
function alignedTo(address: number, image: ElfImage): number {
  const alignment = alignmentOf(image);
  return address - (address % alignment);
}

/** Finds room for all segments of a relocatable image at once; answers the bias. */
function place(mm: Mm, image: ElfImage): number {
  const low = lowest(image);
  const size = pageUp(highest(image)) - low;
  const alignment = alignmentOf(image);
  const slack = alignment - PAGE_SIZE;
  const first = mm.findRoom(0, (size + slack) / PAGE_SIZE) * PAGE_SIZE;
  return Math.ceil(first / alignment) * alignment - low;
}

/** Maps the PT_LOAD segments; answers the highest address they use. */
function mapSegments(mm: Mm, image: ElfImage, file: Executable, bias: number): number {
  let end = 0;
  for (const segment of image.segments) {
    const address = segment.address + bias;
    const fileEnd = address + segment.fileSize;
    const memoryEnd = address + segment.memorySize;
    if (memoryEnd > mm.taskSize || address < 0) throw segment.memorySize > mm.taskSize ? ENOMEM : EINVAL;
    if (segment.fileSize > 0) mapFile(mm, segment, file, address);
    if (memoryEnd > fileEnd) {
      const tail = pageUp(fileEnd) - fileEnd;
      if (segment.fileSize > 0 && tail > 0 && (segment.protection & PROT_WRITE) !== 0)
        mm.memory.zero(fileEnd, tail);
      const start = segment.fileSize > 0 ? pageUp(fileEnd) : pageDown(address);
      if (pageUp(memoryEnd) > start)
        mm.map({
          address: start,
          length: pageUp(memoryEnd) - start,
          protection: segment.protection,
          flags: MAP.MAP_PRIVATE | MAP.MAP_FIXED,
          privileged: true,
        });
    }
    end = Math.max(end, memoryEnd);
  }
  return end;
}

function mapFile(mm: Mm, segment: Segment, file: Executable, address: number): void {
  const skew = address % PAGE_SIZE;
  mm.map({
    address: address - skew,
    length: segment.fileSize + skew,
    protection: segment.protection,
    flags: MAP.MAP_PRIVATE | MAP.MAP_FIXED,
    mappable: file.mappable,
    offset: segment.offset - skew,
    privileged: true,
  });
}

/** Address of the program headers in memory (AT_PHDR); 0 if no segment holds them. */
function headersAddress(image: ElfImage, bias: number): number {
  const at = image.headersOffset;
  const holder = image.segments.find(({ offset, fileSize }) => offset <= at && at < offset + fileSize);
  return holder === undefined ? 0 : (holder.address + (at - holder.offset) + bias) >>> 0;
}

function describe(mm: Mm, image: ElfImage, bias: number): void {
  const code = image.segments.filter(({ protection }) => (protection & PROT_EXEC) !== 0);
  mm.codeStart = lowest(image) + bias;
  mm.codeEnd = Math.max(0, ...code.map(({ address, fileSize }) => address + fileSize)) + bias;
  mm.dataStart = Math.max(...image.segments.map(({ address }) => address)) + bias;
  mm.dataEnd = Math.max(...image.segments.map(({ address, fileSize }) => address + fileSize)) + bias;
}
