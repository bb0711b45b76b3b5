// The memory devices: /dev/null, zero, full, random, urandom. mem(4), null(4), full(4), random(4).

import { ENODEV, ENOSPC } from '../abi/errno.ts';
import type { Frames } from '../mm/frames.ts';
import { SharedMemory } from '../mm/shared-memory.ts';
import type { Mappable } from '../mm/vma.ts';
import type { Caller } from '../vfs/caller.ts';
import type { Devices } from '../vfs/devices.ts';
import { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';
import type { Result } from '../wait.ts';

export const MEMORY_MAJOR = 1;
export const NULL_MINOR = 3;
export const ZERO_MINOR = 5;
export const FULL_MINOR = 7;
export const RANDOM_MINOR = 8;
export const URANDOM_MINOR = 9;

const RNDGETENTCNT = 0x80045200;
/** Bits of entropy that Linux's generator says it has once it is seeded. */
const ENTROPY = 256;
/** A mapping of /dev/zero may be as long as the address space. */
const EVERYTHING = 2 ** 32;

abstract class MemoryDevice extends FileDescription {
  readonly #path: string;

  constructor(inode: Inode, flags: number, path: string) {
    super(inode, flags);
    this.#path = path;
  }
  override get path(): string {
    return this.#path;
  }
  override readAt(length: number, _position: number): Uint8Array {
    return this.read(length);
  }
  override writeAt(bytes: Uint8Array, _position: number): Result {
    return this.write(bytes);
  }
  /** Wherever to, the position stays 0: null_lseek in drivers/char/mem.c. */
  override seek(_offset: number, _whence: number): number {
    return 0;
  }
  abstract override read(length: number): Uint8Array;
  override write(bytes: Uint8Array): Result {
    return bytes.length;
  }
}

class NullDevice extends MemoryDevice {
  override read(_length: number): Uint8Array {
    return new Uint8Array(0);
  }
}

class ZeroDevice extends MemoryDevice {
  readonly #frames: Frames;

  constructor(frames: Frames, inode: Inode, flags: number, path: string) {
    super(inode, flags, path);
    this.#frames = frames;
  }
  override read(length: number): Uint8Array {
    return new Uint8Array(length);
  }
  /** Every mapping is memory of its own. */
  override mappable(): Mappable {
    return new SharedMemory(this.#frames, EVERYTHING, this.path);
  }
}

class FullDevice extends MemoryDevice {
  override read(length: number): Uint8Array {
    return new Uint8Array(length);
  }
  override write(_bytes: Uint8Array): Result {
    throw ENOSPC;
  }
  override mappable(): Mappable {
    throw ENODEV;
  }
}

class RandomDevice extends MemoryDevice {
  readonly #random: (into: Uint8Array) => void;

  constructor(random: (into: Uint8Array) => void, inode: Inode, flags: number, path: string) {
    super(inode, flags, path);
    this.#random = random;
  }
  override get pollable(): boolean {
    return true;
  }
  override read(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#random(bytes);
    return bytes;
  }
  override ioctl(caller: Caller, request: number, argument: number): Result {
    if (request !== RNDGETENTCNT) return super.ioctl(caller, request, argument);
    caller.memory.writeU32(argument, ENTROPY);
    return 0;
  }
}

/** `random` fills with the host's entropy. */
export function registerMemoryDevices(
  devices: Devices,
  parts: { readonly frames: Frames; readonly random: (into: Uint8Array) => void },
): void {
  const { frames, random } = parts;
  devices.registerCharacter(
    MEMORY_MAJOR,
    NULL_MINOR,
    (flags, _caller, inode, path) => new NullDevice(inode, flags, path),
  );
  devices.registerCharacter(
    MEMORY_MAJOR,
    ZERO_MINOR,
    (flags, _caller, inode, path) => new ZeroDevice(frames, inode, flags, path),
  );
  devices.registerCharacter(
    MEMORY_MAJOR,
    FULL_MINOR,
    (flags, _caller, inode, path) => new FullDevice(inode, flags, path),
  );
  for (const minor of [RANDOM_MINOR, URANDOM_MINOR]) {
    devices.registerCharacter(
      MEMORY_MAJOR,
      minor,
      (flags, _caller, inode, path) => new RandomDevice(random, inode, flags, path),
    );
  }
}
