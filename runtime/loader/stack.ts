// The first contents of a program's stack: strings, auxiliary vector, pointers, argument count, laid out
// byte for byte as Linux does for i386 programs (System V ABI i386, "Process initialization").

import { PAGE_MASK, PAGE_SIZE } from '../../src/layout.ts';
import { E2BIG } from '../abi/errno.ts';
import { MAP, PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/memory.ts';
import type { Mm } from '../mm/mm.ts';
import type { ElfImage, LoadedElf } from './elf.ts';

// Auxiliary vector types, getauxval(3).
const AT_NULL = 0;
const AT_PHDR = 3;
const AT_PHENT = 4;
const AT_PHNUM = 5;
const AT_PAGESZ = 6;
const AT_BASE = 7;
const AT_FLAGS = 8;
const AT_ENTRY = 9;
const AT_UID = 11;
const AT_EUID = 12;
const AT_GID = 13;
const AT_EGID = 14;
const AT_PLATFORM = 15;
const AT_HWCAP = 16;
const AT_CLKTCK = 17;
const AT_SECURE = 23;
const AT_RANDOM = 25;
const AT_HWCAP2 = 26;
const AT_EXECFN = 31;
const AT_SYSINFO = 32;
const AT_SYSINFO_EHDR = 33;
const AT_MINSIGSTKSZ = 51;

const CLOCK_TICKS = 100;
const PROGRAM_HEADER_SIZE = 32;
/** Bytes above the strings that Linux leaves zero (one pointer of a 64-bit kernel). */
const TOP_GAP = 8;
/** The stack area reaches this far below the strings from the start. */
const HEADROOM = 0x20000;
/** Longest single string, and least total that is always allowed, with NUL. */
const MAX_ARG_STRLEN = 131072;
const ARG_MAX = 131072;
/** Three quarters of the default stack limit: no stack limit allows more. */
const MAX_ARG_TOTAL = 6 * 1024 * 1024;

export interface StackContents {
  /** Byte strings. */
  readonly argv: readonly string[];
  readonly envp: readonly string[];
  /** The path given to execve (AT_EXECFN). */
  readonly execfn: string;
  readonly image: ElfImage;
  readonly loaded: LoadedElf;
  readonly uid: number;
  readonly euid: number;
  readonly gid: number;
  readonly egid: number;
  /** AT_SECURE: the program got more rights than its caller had. */
  readonly secure: boolean;
  /** 16 bytes for AT_RANDOM. */
  readonly random: Uint8Array;
  /** AT_HWCAP: edx of CPUID function 1. */
  readonly hwcap: number;
  /** AT_MINSIGSTKSZ: bytes of the largest signal frame. */
  readonly minimumSignalStack: number;
}

/** Throws E2BIG if the strings of an execve exceed what `stackLimit` (RLIMIT_STACK) allows. */
export function checkArguments(
  argv: readonly string[],
  envp: readonly string[],
  execfn: string,
  stackLimit: number,
): void {
  const limit = Math.max(ARG_MAX, Math.min(MAX_ARG_TOTAL, stackLimit / 4));
  let total = execfn.length + 1 + (argv.length + envp.length) * 8;
  for (const strings of [argv, envp]) {
    for (const text of strings) {
      if (text.length >= MAX_ARG_STRLEN) throw E2BIG;
      total += text.length + 1;
    }
  }
  if (total > limit) throw E2BIG;
}

/** Maps and fills the stack; answers the program's first esp. */
export function setUpStack(mm: Mm, contents: StackContents): number {
  const { envp, execfn, image, loaded } = contents;
  const argv = contents.argv.length === 0 ? [''] : contents.argv;
  const top = mm.taskSize;
  const strings = new StringBlock([...argv, ...envp, execfn], TOP_GAP);
  const base = top - strings.bytes.length;
  mapStack(mm, base, image);
  mm.memory.copyOut(base, strings.bytes);

  const platform = base - (base % 16) - 5;
  mm.memory.copyOut(platform, new Uint8Array([0x69, 0x36, 0x38, 0x36, 0])); // "i686"
  const random = platform - 16;
  mm.memory.copyOut(random, contents.random);

  const address = (index: number): number => base + strings.offsets[index]!;
  const auxv = [
    ...(mm.vdso.base === 0 ? [] : [AT_SYSINFO, mm.vdso.entry, AT_SYSINFO_EHDR, mm.vdso.base]),
    ...[AT_MINSIGSTKSZ, contents.minimumSignalStack, AT_HWCAP, contents.hwcap, AT_PAGESZ, PAGE_SIZE],
    ...[AT_CLKTCK, CLOCK_TICKS, AT_PHDR, loaded.headers, AT_PHENT, PROGRAM_HEADER_SIZE],
    ...[AT_PHNUM, loaded.headersCount, AT_BASE, loaded.interpreterBase, AT_FLAGS, 0],
    ...[AT_ENTRY, loaded.programEntry, AT_UID, contents.uid, AT_EUID, contents.euid],
    ...[AT_GID, contents.gid, AT_EGID, contents.egid, AT_SECURE, contents.secure ? 1 : 0],
    ...[AT_RANDOM, random, AT_HWCAP2, 0, AT_EXECFN, address(argv.length + envp.length)],
    ...[AT_PLATFORM, platform, AT_NULL, 0],
  ];
  const words = [argv.length];
  for (let i = 0; i < argv.length; i++) words.push(address(i));
  words.push(0);
  for (let i = 0; i < envp.length; i++) words.push(address(argv.length + i));
  words.push(0);
  const esp = random - auxv.length * 4 - words.length * 4;
  const aligned = esp - (esp % 16);
  const vector = new Uint8Array(Uint32Array.from(auxv).buffer);
  mm.memory.copyOut(aligned, new Uint8Array(Uint32Array.from(words).buffer));
  mm.memory.copyOut(aligned + words.length * 4, vector);

  mm.auxv = vector;
  mm.stackStart = aligned;
  mm.argStart = address(0);
  mm.argEnd = address(argv.length);
  mm.envStart = mm.argEnd;
  mm.envEnd = address(argv.length + envp.length);
  return aligned;
}

function mapStack(mm: Mm, lowest: number, image: ElfImage): void {
  const top = mm.taskSize;
  const page = lowest - (lowest & PAGE_MASK);
  const size = Math.min(top - page + HEADROOM, Math.floor(mm.limits.stack / PAGE_SIZE) * PAGE_SIZE);
  const start = Math.min(page, top - size);
  mm.map({
    address: start,
    length: top - start,
    protection: PROT_READ | PROT_WRITE | (image.stack === 'plain' ? 0 : PROT_EXEC),
    flags: MAP.MAP_PRIVATE | MAP.MAP_FIXED | MAP.MAP_GROWSDOWN,
  });
}

/** Byte strings in a row, each with its NUL, and a gap of zeros behind the last. */
class StringBlock {
  readonly bytes: Uint8Array;
  /** Where each string begins. */
  readonly offsets: number[] = [];

  constructor(strings: readonly string[], gap: number) {
    this.bytes = new Uint8Array(strings.reduce((sum, text) => sum + text.length + 1, gap));
    let at = 0;
    for (const text of strings) {
      this.offsets.push(at);
      for (let i = 0; i < text.length; i++) this.bytes[at++] = text.charCodeAt(i);
      at++;
    }
  }
}
