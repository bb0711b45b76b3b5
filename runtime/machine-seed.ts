// --seed: a host whose randomness and time come from a number, so that a run can be repeated. Time is what the
// guests have done: it goes on with each instruction and each reading, and over a sleep that nothing cuts short.
// Sleeps still take their time. What comes from outside (input, files) is not the seed's to repeat.

import type { Host } from './host/host.ts';

/** The time at which every seeded run begins, nanoseconds since 1970: 2026-01-01 00:00 UTC. */
const EPOCH = 1_767_225_600_000_000_000n;
/** The monotonic clock's start: a host that has been up for a while, nanoseconds. */
const UPTIME = 100_000_000_000;
const INSTRUCTION = 2;
const READING = 100;

/** splitmix32: one number to the words of a generator's state. */
function* scatter(seed: number): Generator<number, never> {
  // Beyond 32 bits the upper part is a second number.
  let state = ((seed % 2 ** 32) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b)) | 0;
  for (;;) {
    state = (state + 0x9e3779b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    yield word ^ (word >>> 15);
  }
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** xoshiro128** (Blackman and Vigna): a word at each call. */
function generator(seed: number): () => number {
  const words = scatter(seed);
  let a = words.next().value;
  let b = words.next().value;
  let c = words.next().value;
  let d = words.next().value;
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

/** `seed`: a whole number from 0. `instructions`: retired by all guests so far. */
export function seededHost(host: Host, seed: number, instructions: () => number): Host {
  const next = generator(seed);
  let word = 0;
  let left = 0;
  let readings = 0;
  let slept = UPTIME;
  /** Set during a sleep. */
  let wake: (() => void) | null = null;
  const now = (): number => slept + instructions() * INSTRUCTION + readings * READING;
  const monotonic = (): number => {
    readings++;
    return now();
  };
  return {
    files: host.files,
    streams: host.streams,
    clock: { monotonic, realtime: () => EPOCH + BigInt(monotonic() - UPTIME) },
    // Byte by byte, so that it does not matter in which portions they are asked for.
    random(into) {
      for (let i = 0; i < into.length; i++) {
        if (left === 0) {
          word = next();
          left = 4;
        }
        into[i] = word;
        word >>>= 8;
        left--;
      }
    },
    yield: () => host.yield(),
    async sleep(deadline) {
      const wait = deadline - now();
      let woken = false;
      wake = () => {
        woken = true;
        host.wakeUp();
      };
      await host.sleep(wait === Number.POSITIVE_INFINITY ? wait : host.clock.monotonic() + wait);
      wake = null;
      if (!woken && wait > 0 && wait !== Number.POSITIVE_INFINITY) slept += wait;
    },
    wakeUp: () => (wake === null ? host.wakeUp() : wake()),
  };
}
