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
