// Times as i386 calls pass them: struct timespec with a 32-bit or a 64-bit time_t, struct timeval.
// Inside the kernel a time is a number of nanoseconds.

import { EINVAL } from '../abi/errno.ts';
import { SECOND } from '../abi/time.ts';
import type { UserMemory } from '../mm/user-memory.ts';

/** Reads a time of one of the two forms. Throws EINVAL where the fields are out of range. */
export type ReadTime = (memory: UserMemory, address: number) => number;
export type WriteTime = (memory: UserMemory, address: number, nanoseconds: number | bigint) => void;

function toNanoseconds(seconds: number, rest: number): number {
  if (seconds < 0 || rest < 0 || rest >= SECOND) throw EINVAL;
  return seconds * SECOND + rest;
}

/** struct old_timespec32: 8 bytes. */
export const readTimespec32: ReadTime = (memory, address) =>
  toNanoseconds(memory.readU32(address) | 0, memory.readU32(address + 4) | 0);
/** struct __kernel_timespec: 16 bytes; the upper half of tv_nsec is padding to 32-bit programs. */
export const readTimespec64: ReadTime = (memory, address) =>
  toNanoseconds(Number(BigInt.asIntN(64, memory.readU64(address))), memory.readU32(address + 8) | 0);

function split(nanoseconds: number | bigint): [seconds: bigint, rest: number] {
  const exact = typeof nanoseconds === 'bigint' ? nanoseconds : BigInt(Math.floor(nanoseconds));
  return [exact / BigInt(SECOND), Number(exact % BigInt(SECOND))];
}
export const writeTimespec32: WriteTime = (memory, address, nanoseconds) => {
  const [seconds, rest] = split(nanoseconds);
  memory.writeU32(address, Number(seconds & 0xffffffffn));
  memory.writeU32(address + 4, rest);
};
export const writeTimespec64: WriteTime = (memory, address, nanoseconds) => {
  const [seconds, rest] = split(nanoseconds);
  memory.writeU64(address, seconds);
  memory.writeU64(address + 8, BigInt(rest));
};

/** struct old_timeval32. */
export const readTimeval: ReadTime = (memory, address) => {
  const microseconds = memory.readU32(address + 4) | 0;
  if (microseconds < 0 || microseconds >= 1e6) throw EINVAL;
  return toNanoseconds(memory.readU32(address) | 0, microseconds * 1000);
};
export const writeTimeval: WriteTime = (memory, address, nanoseconds) => {
  const [seconds, rest] = split(nanoseconds);
  memory.writeU32(address, Number(seconds & 0xffffffffn));
  memory.writeU32(address + 4, Math.floor(rest / 1000));
};
