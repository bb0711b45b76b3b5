// GuestProfile: where the instructions of the guests went, by samples of eip and of the frames below it, as a
// file for speedscope (its "file-format-schema.json"): one profile a process, weights in instructions. A sample
// sees callers as far as functions keep a frame in ebp; it changes nothing in the guest.

import { Errno } from './abi/errno.ts';
import { PROT_EXEC } from './abi/memory.ts';
import { decodeUtf8 } from './abi/utf8.ts';
import type { Profiler } from './kernel/run.ts';
import type { Task } from './kernel/task.ts';
import { ElfSymbols } from './loader/elf-symbols.ts';
import type { Frames } from './mm/frames.ts';
import type { Area, Mappable } from './mm/vma.ts';
import { Blocked } from './wait.ts';

/** Instructions between samples: a prime, so that no loop of the guest keeps step. */
const INTERVAL = 10_007;
const DEEPEST = 64;
/** With more samples than this, every other one goes and the interval doubles: long runs make no larger files. */
const MOST_SAMPLES = 65_536;
const PAGE = 4096;

/** A function, as speedscope wants it. */
interface Frame {
  readonly name: string;
  readonly file?: string;
}

interface MappedFile {
  readonly path: string;
  readonly symbols: ElfSymbols | null;
  /** Frame numbers by the function's first address. */
  readonly frames: Map<number, number>;
}

interface ProcessProfile {
  comm: string;
  /** Numbers of stacks, and the instructions of each. */
  stacks: number[];
  weights: number[];
}

export class GuestProfile implements Profiler {
  readonly #memory: Frames;
  readonly #processes = new Map<number, ProcessProfile>();
  readonly #frames: Frame[] = [];
  /** Frames that lie in no file, by name. */
  readonly #anonymous = new Map<string, number>();
  /** Each stack once: frame numbers, outermost first. */
  readonly #stacks: number[][] = [];
  readonly #stackNumbers = new Map<string, number>();
  readonly #files = new Map<string, MappedFile>();
  readonly #mapped = new WeakMap<Mappable, MappedFile>();
  #interval = INTERVAL;
  #samples = 0;

  constructor(memory: Frames) {
    this.#memory = memory;
  }

  get interval(): number {
    return this.#interval;
  }

  sample(task: Task, instructions: number): void {
    const { pid } = task;
    let process = this.#processes.get(pid);
    if (process === undefined) {
      process = { comm: '', stacks: [], weights: [] };
      this.#processes.set(pid, process);
    }
    process.comm = task.comm;
    const stack = this.#stackNumber(this.#walk(task));
    const last = process.stacks.length - 1;
    if (process.stacks[last] === stack) {
      process.weights[last]! += instructions;
      return;
    }
    process.stacks.push(stack);
    process.weights.push(instructions);
    if (++this.#samples > MOST_SAMPLES) this.#thin();
  }

  /** The file for speedscope. */
  toJson(name: string): string {
    const profiles = [...this.#processes].map(([pid, { comm, stacks, weights }]) => ({
      type: 'sampled',
      name: `${shown(comm)} (${pid})`,
      unit: 'none',
      startValue: 0,
      endValue: weights.reduce((sum, weight) => sum + weight, 0),
      samples: stacks.map((number) => this.#stacks[number]!),
      weights,
    }));
    return JSON.stringify({
      $schema: 'https://www.speedscope.app/file-format-schema.json',
      exporter: 'skasm',
      name,
      activeProfileIndex: 0,
      shared: { frames: this.#frames },
      profiles,
    });
  }

  /** Frame numbers of eip and its callers, outermost first. */
  #walk(task: Task): number[] {
    const { registers, mm } = task;
    const found = [this.#frameAt(mm.areas.atAddress(registers.eip), registers.eip)];
    const stack = mm.areas.atAddress(registers.esp);
    let low = registers.esp;
    let base = registers.ebp;
    while (stack !== null && found.length < DEEPEST) {
      if (base < low || base + 8 > stack.end || (base & 3) !== 0) break;
      const next = wordAt(task, base);
      const back = wordAt(task, base + 4);
      // The call lies before what it returns to, which may be another function already.
      const code = back === null || back === 0 ? null : mm.areas.atAddress(back - 1);
      if (next === null || code === null || (code.protection & PROT_EXEC) === 0) break;
      found.push(this.#frameAt(code, back! - 1));
      low = base + 8;
      base = next;
    }
    return found.reverse();
  }

  #frameAt(area: Area | null, address: number): number {
    const mappable = area?.mappable ?? null;
    const file = mappable === null ? null : this.#fileOf(mappable);
    if (file === null) return this.#anonymousFrame(`0x${hex(address)}`);
    const offset = area!.indexOf(Math.floor(address / PAGE)) * PAGE + (address % PAGE);
    const linked = file.symbols?.addressOf(offset) ?? null;
    const place = linked === null ? null : file.symbols!.functionAt(linked);
    const start = place?.start ?? linked ?? offset;
    let frame = file.frames.get(start);
    if (frame === undefined) {
      const name = place?.name ?? `${file.path.slice(file.path.lastIndexOf('/') + 1)}+0x${hex(start)}`;
      frame = this.#frames.push({ name: shown(name), file: shown(file.path) }) - 1;
      file.frames.set(start, frame);
    }
    return frame;
  }

  #anonymousFrame(name: string): number {
    let frame = this.#anonymous.get(name);
    if (frame === undefined) {
      frame = this.#frames.push({ name }) - 1;
      this.#anonymous.set(name, frame);
    }
    return frame;
  }

  /** Null while the host still fetches the file. */
  #fileOf(mappable: Mappable): MappedFile | null {
    const known = this.#mapped.get(mappable);
    if (known !== undefined) return known;
    // Every execve opens its files anew; their symbols are read once.
    const key = `${mappable.device}:${mappable.inode}:${mappable.name}`;
    let file = this.#files.get(key);
    if (file === undefined) {
      let symbols: ElfSymbols | null = null;
      try {
        symbols = ElfSymbols.read((offset, length) => this.#contents(mappable, offset, length));
      } catch (thrown) {
        if (thrown instanceof Blocked) return null;
        if (!(thrown instanceof Errno)) throw thrown; // the host cannot read it: no symbols
      }
      file = { path: mappable.name, symbols, frames: new Map() };
      this.#files.set(key, file);
    }
    this.#mapped.set(mappable, file);
    return file;
  }

  #contents(mappable: Mappable, offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = offset + done;
      const part = Math.min(PAGE - (at % PAGE), length - done);
      const frame = mappable.page(Math.floor(at / PAGE), false);
      if (frame === 0) return bytes.subarray(0, done);
      bytes.set(this.#memory.bytes(frame).subarray(at % PAGE, (at % PAGE) + part), done);
      this.#memory.release(frame);
      done += part;
    }
    return bytes;
  }

  #stackNumber(frames: number[]): number {
    const key = frames.join();
    let number = this.#stackNumbers.get(key);
    if (number === undefined) {
      number = this.#stacks.push(frames) - 1;
      this.#stackNumbers.set(key, number);
    }
    return number;
  }

  /** Makes one sample of two, alternately the first and the second one's stack. */
  #thin(): void {
    this.#interval *= 2;
    this.#samples = 0;
    for (const process of this.#processes.values()) {
      const stacks: number[] = [];
      const weights: number[] = [];
      for (let at = 0; at < process.stacks.length; at += 2) {
        const odd = at + 1 < process.stacks.length && (at & 2) !== 0 ? 1 : 0;
        stacks.push(process.stacks[at + odd]!);
        weights.push(process.weights[at]! + (process.weights[at + 1] ?? 0));
      }
      process.stacks = stacks;
      process.weights = weights;
      this.#samples += stacks.length;
    }
  }
}

function wordAt(task: Task, address: number): number | null {
  try {
    return task.memory.readU32(address);
  } catch (thrown) {
    if (thrown instanceof Errno || thrown instanceof Blocked) return null;
    throw thrown;
  }
}

const hex = (value: number): string => value.toString(16);

/** A byte string as text. */
function shown(bytes: string): string {
  return decodeUtf8(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}
