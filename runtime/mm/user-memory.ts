// UserMemory: how the kernel reads and writes a program's memory (Linux: copy_from_user, copy_to_user).
// Pages are brought in on the way like for the program's own accesses; what the program may not touch
// is EFAULT. Any access may throw Blocked while the host fetches a page: the whole call is then repeated.

import { PAGE_MASK, PAGE_SHIFT, PAGE_SIZE, PF_USER, PF_WRITE } from '../../src/layout.ts';
import { EFAULT, EINVAL, ENAMETOOLONG } from '../abi/errno.ts';
import type { AddressSpace } from './address-space.ts';
import { forcedFrame, handleFault } from './fault.ts';
import { HAS_CODE } from './frames.ts';
import { PTE_READ, PTE_WRITE } from './page-table.ts';

/** struct iovec. */
export interface IoVector {
  readonly base: number;
  readonly length: number;
}

const UIO_MAXIOV = 1024;
/** Bytes one read or write moves at most. Linux: MAX_RW_COUNT. */
export const MAX_RW_COUNT = 0x7ffff000;
const PATH_MAX = 4096;
const TOP = 2 ** 32;
/** So many bytes are copied one by one: a view costs more. */
const FEW = 32;
/** What is copied word by word at most, bytes: the largest image that ptrace hands over. */
const FEW_BYTES = 512;

export class UserMemory {
  readonly #space: AddressSpace;

  constructor(space: AddressSpace) {
    this.#space = space;
  }

  /** Linear-memory address of `va` for an access within its page. Throws EFAULT. */
  #address(va: number, write: boolean): number {
    const space = this.#space;
    const needs = write ? PTE_WRITE : PTE_READ;
    for (;;) {
      const pte = space.pages.get(va >>> PAGE_SHIFT);
      if ((pte & needs) !== 0 && (!write || (space.frames.flags[pte >>> PAGE_SHIFT]! & HAS_CODE) === 0))
        return (pte >>> PAGE_SHIFT) * PAGE_SIZE + (va & PAGE_MASK);
      if (handleFault(space, va, write ? PF_USER | PF_WRITE : PF_USER) !== null) throw EFAULT;
    }
  }

  // ---- numbers ----

  readU8(va: number): number {
    const address = this.#address(va, false);
    return this.#space.frames.u8[address]!;
  }
  readU16(va: number): number {
    return this.readU8(va) | (this.readU8(va + 1) << 8);
  }
  readU32(va: number): number {
    if ((va & 3) === 0) {
      const address = this.#address(va, false);
      return this.#space.frames.u32[address / 4]!;
    }
    return (this.readU16(va) | (this.readU16(va + 2) << 16)) >>> 0;
  }
  readU64(va: number): bigint {
    return BigInt(this.readU32(va)) | (BigInt(this.readU32(va + 4)) << 32n);
  }
  writeU8(va: number, value: number): void {
    const address = this.#address(va, true);
    this.#space.frames.u8[address] = value;
  }
  writeU16(va: number, value: number): void {
    if ((va & PAGE_MASK) === PAGE_MASK) this.verify(va, 2, true);
    this.writeU8(va, value);
    this.writeU8(va + 1, value >>> 8);
  }
  writeU32(va: number, value: number): void {
    if ((va & 3) === 0) {
      const address = this.#address(va, true);
      this.#space.frames.u32[address / 4] = value;
      return;
    }
    if ((va & PAGE_MASK) > PAGE_SIZE - 4) this.verify(va, 4, true);
    for (let i = 0; i < 4; i++) this.writeU8(va + i, value >>> (8 * i));
  }
  writeU64(va: number, value: bigint): void {
    this.writeU32(va, Number(value & 0xffffffffn));
    this.writeU32(va + 4, Number((value >> 32n) & 0xffffffffn));
  }

  // ---- blocks ----

  /** A copy of the bytes at [va, va + length). */
  copyIn(va: number, length: number): Uint8Array {
    const bytes = new Uint8Array(this.#checked(va, length));
    if (length <= FEW && (va & PAGE_MASK) + length <= PAGE_SIZE) {
      if (length === 0) return bytes;
      const address = this.#address(va, false);
      const { u8 } = this.#space.frames;
      for (let i = 0; i < length; i++) bytes[i] = u8[address + i]!;
      return bytes;
    }
    for (let done = 0; done < length; ) {
      const at = va + done;
      const part = Math.min(PAGE_SIZE - (at & PAGE_MASK), length - done);
      const address = this.#address(at, false);
      bytes.set(this.#space.frames.u8.subarray(address, address + part), done);
      done += part;
    }
    return bytes;
  }
  /** Stores bytes at `va`; on EFAULT the part before the bad page has been stored. */
  copyOut(va: number, bytes: Uint8Array): void {
    if (this.copyOutPart(va, bytes) < bytes.length) throw EFAULT;
  }
  /** Stores bytes up to the first page that may not be written; answers how many. */
  copyOutPart(va: number, bytes: Uint8Array): number {
    const { length } = bytes;
    let done = 0;
    try {
      while (done < length) {
        const at = va + done;
        const part = Math.min(PAGE_SIZE - (at & PAGE_MASK), length - done);
        if (at >= TOP) break;
        const address = this.#address(at, true);
        this.#space.frames.u8.set(part === length ? bytes : bytes.subarray(done, done + part), address);
        done += part;
      }
    } catch (thrown) {
      if (thrown !== EFAULT) throw thrown;
    }
    return done;
  }
  /** As copyIn, to address `to` of linear memory: nothing is allocated. */
  load(va: number, length: number, to: number): void {
    this.#checked(va, length);
    for (let done = 0; done < length; ) {
      const at = va + done;
      const part = Math.min(PAGE_SIZE - (at & PAGE_MASK), length - done);
      const address = this.#address(at, false);
      this.#move(to + done, address, part);
      done += part;
    }
  }
  /** As copyOut, from address `from` of linear memory: nothing is allocated. */
  store(va: number, length: number, from: number): void {
    for (let done = 0; done < length; ) {
      const at = va + done;
      if (at >= TOP) throw EFAULT;
      const part = Math.min(PAGE_SIZE - (at & PAGE_MASK), length - done);
      const address = this.#address(at, true);
      this.#move(address, from + done, part);
      done += part;
    }
  }
  /** Between places of linear memory. Few words are copied sooner than copyWithin is called. */
  #move(to: number, from: number, length: number): void {
    const { u8, u32 } = this.#space.frames;
    if (length > FEW_BYTES || ((to | from | length) & 3) !== 0) {
      u8.copyWithin(to, from, from + length);
      return;
    }
    const [target, source] = [to >>> 2, from >>> 2];
    for (let i = 0; i < length >>> 2; i++) u32[target + i] = u32[source + i]!;
  }
  zero(va: number, length: number): void {
    this.#checked(va, length);
    for (let done = 0; done < length; ) {
      const at = va + done;
      const part = Math.min(PAGE_SIZE - (at & PAGE_MASK), length - done);
      const address = this.#address(at, true);
      this.#space.frames.u8.fill(0, address, address + part);
      done += part;
    }
  }
  /**
   * The bytes themselves when they lie in a row in linear memory (always within one page), else null.
   * Valid until the next allocation of a frame.
   */
  view(va: number, length: number, forWrite: boolean): Uint8Array | null {
    this.#checked(va, length);
    if ((va & PAGE_MASK) + length > PAGE_SIZE) return null;
    if (length === 0) return new Uint8Array(0);
    const address = this.#address(va, forWrite);
    return this.#space.frames.u8.subarray(address, address + length);
  }
  /** Throws EFAULT unless all of the range may be accessed; brings the pages in. */
  verify(va: number, length: number, write: boolean): void {
    this.#checked(va, length);
    if (length === 0) return;
    const end = va + length;
    for (let at = va; at < end; at = at - (at & PAGE_MASK) + PAGE_SIZE) this.#address(at, write);
  }
  #checked(va: number, length: number): number {
    if (length < 0 || va + length > TOP) throw EFAULT;
    return length;
  }

  /**
   * The bytes up to a NUL, one a code unit (0..255). Throws ENAMETOOLONG when there is none within
   * `max` bytes.
   */
  readString(va: number, max = PATH_MAX): string {
    let text = '';
    for (let at = va; at - va < max; ) {
      if (at >= TOP) throw EFAULT;
      const part = Math.min(PAGE_SIZE - (at & PAGE_MASK), max - (at - va));
      const address = this.#address(at, false);
      const { u8 } = this.#space.frames;
      let end = address;
      while (end < address + part && u8[end] !== 0) end++;
      text += String.fromCharCode.apply(null, u8.subarray(address, end) as unknown as number[]);
      if (end < address + part) return text;
      at += part;
    }
    throw ENAMETOOLONG;
  }

  // ---- iovecs ----

  /** readv(2)'s array; lengths beyond MAX_RW_COUNT are cut. Throws EINVAL, EFAULT. */
  readVectors(va: number, count: number): IoVector[] {
    if (count < 0 || count > UIO_MAXIOV) throw EINVAL;
    const vectors: IoVector[] = [];
    let total = 0;
    for (let i = 0; i < count; i++) {
      const base = this.readU32(va + i * 8);
      const asked = this.readU32(va + i * 8 + 4);
      if (asked > 0x7fffffff) throw EINVAL;
      const length = Math.min(asked, MAX_RW_COUNT - total);
      total += length;
      vectors.push({ base, length });
    }
    return vectors;
  }
  /** The bytes of all vectors in a row. */
  gather(vectors: readonly IoVector[]): Uint8Array {
    const bytes = new Uint8Array(vectors.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const { base, length } of vectors) {
      bytes.set(this.copyIn(base, length), at);
      at += length;
    }
    return bytes;
  }
  /** Spreads bytes over the vectors, as many as there are. */
  scatter(vectors: readonly IoVector[], bytes: Uint8Array): void {
    let at = 0;
    for (const { base, length } of vectors) {
      if (at >= bytes.length) return;
      this.copyOut(base, bytes.subarray(at, at + length));
      at += length;
    }
  }

  // ---- a debugger's access ----

  /** Reads whatever is mapped, readable or not (PTRACE_PEEKTEXT). Throws EFAULT. */
  forceRead(va: number, length: number): Uint8Array {
    const bytes = new Uint8Array(this.#checked(va, length));
    for (let done = 0; done < length; ) {
      const at = va + done;
      const part = Math.min(PAGE_SIZE - (at & PAGE_MASK), length - done);
      const address = forcedFrame(this.#space, at >>> PAGE_SHIFT, false) * PAGE_SIZE + (at & PAGE_MASK);
      bytes.set(this.#space.frames.u8.subarray(address, address + part), done);
      done += part;
    }
    return bytes;
  }
  /** Writes whatever is mapped, read-only private pages too (PTRACE_POKETEXT). Throws EFAULT, EIO. */
  forceWrite(va: number, bytes: Uint8Array): void {
    const length = this.#checked(va, bytes.length);
    for (let done = 0; done < length; ) {
      const at = va + done;
      const part = Math.min(PAGE_SIZE - (at & PAGE_MASK), length - done);
      const address = forcedFrame(this.#space, at >>> PAGE_SHIFT, true) * PAGE_SIZE + (at & PAGE_MASK);
      this.#space.frames.u8.set(bytes.subarray(done, done + part), address);
      done += part;
    }
  }
}
