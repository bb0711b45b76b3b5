// i386 programs of a few instructions, made without a compiler: an ELF file of one segment, readable,
// writable and executable, and the handful of instructions that a test of the command needs.

import { writeFileSync } from 'node:fs';

const BASE = 0x08048000;
const HEADERS = 84;

/** ELF32 executable: EM_386, one PT_LOAD of the whole file with a page behind it, entry at the code. */
export function elfFile(code: readonly number[]): Buffer {
  const file = Buffer.alloc(HEADERS + code.length);
  file.write('7f454c46010101', 'hex');
  file.writeUInt16LE(2, 16); // ET_EXEC
  file.writeUInt16LE(3, 18); // EM_386
  file.writeUInt32LE(1, 20);
  file.writeUInt32LE(BASE + HEADERS, 24);
  file.writeUInt32LE(52, 28); // e_phoff
  file.writeUInt16LE(52, 40);
  file.writeUInt16LE(32, 42);
  file.writeUInt16LE(1, 44);
  file.writeUInt32LE(1, 52); // PT_LOAD
  file.writeUInt32LE(BASE, 60);
  file.writeUInt32LE(BASE, 64);
  file.writeUInt32LE(file.length, 68);
  file.writeUInt32LE(file.length + 4096, 72);
  file.writeUInt32LE(7, 76);
  file.writeUInt32LE(4096, 80);
  file.set(code, HEADERS);
  return file;
}

const word = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
/** mov eax, imm; mov ebx, imm; mov ecx, imm */
const LOAD = [0xb8, 0xbb, 0xb9];

/** A system call with up to two constant arguments. */
export const call = (...values: readonly number[]): number[] => [
  ...values.flatMap((value, index) => [LOAD[index]!, ...word(value)]),
  ...[0xcd, 0x80],
];
export const exit = (status: number): number[] => call(1, status);
/** kill(getpid(), signal) */
export const raise = (signal: number): number[] => [
  ...call(20),
  ...[0x89, 0xc3], // mov ebx, eax
  ...[0xb9, ...word(signal)],
  ...[0xb8, ...word(37)],
  ...[0xcd, 0x80],
];
/** mov eax, [0] */
export const readNull = [0xa1, 0, 0, 0, 0];
/** jmp to itself */
export const loop = [0xeb, 0xfe];

export function writeProgram(path: string, code: readonly number[]): string {
  writeFileSync(path, elfFile(code), { mode: 0o755 });
  return path;
}

const system = (number: number): number[] => [0xb8, ...word(number), 0xcd, 0x80];
/** mov ebx, [esp + 8]: argv[1] */
const firstArgument = [0x8b, 0x5c, 0x24, 0x08];

/** Writes the first page of the file argv[1] to standard output; its exit status is open(2)'s errno. */
export const shower = [
  ...firstArgument,
  ...[0x31, 0xc9], // xor ecx, ecx
  ...system(5), // open
  ...[0x85, 0xc0, 0x78, 0x2d], // test eax, eax; js to the last exit
  ...[0x89, 0xc3], // mov ebx, eax
  ...[0x81, 0xec, ...word(4096)], // sub esp, 4096
  ...[0x89, 0xe1], // mov ecx, esp
  ...[0xba, ...word(4096)], // mov edx, 4096
  ...system(3), // read
  ...[0x89, 0xc2], // mov edx, eax
  ...[0xbb, ...word(1)], // mov ebx, 1
  ...system(4), // write
  ...[0x31, 0xdb], // xor ebx, ebx
  ...system(1),
  ...[0x89, 0xc3, 0xf7, 0xdb], // mov ebx, eax; neg ebx
  ...system(1),
];

/** Makes the file argv[1]; its exit status says whether that failed. */
export const creator = [
  ...firstArgument,
  ...[0xb9, ...word(0o644)], // mov ecx, 0644
  ...system(8), // creat
  ...[0x89, 0xc3, 0xc1, 0xeb, 0x1f], // mov ebx, eax; shr ebx, 31
  ...system(1),
];

/** Opens a file without a name in the folder argv[1], says "\x7fELF" and waits; `flags` beside O_TMPFILE | O_RDWR. */
export const temporary = (flags: number): number[] => [
  ...firstArgument,
  ...[0xb9, ...word(0o20200002 | flags)], // mov ecx, flags
  ...[0xba, ...word(0o600)], // mov edx, 0600
  ...system(5), // open
  ...[0x85, 0xc0, 0x78, 0x1d], // test eax, eax; js to the exit
  ...[0xba, ...word(4)], // mov edx, 4
  ...call(4, 1, BASE), // write
  ...system(29), // pause
  ...exit(1),
];
