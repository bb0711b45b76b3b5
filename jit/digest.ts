// A 128-bit hash of words: MurmurHash3's x86_128 variant, without its tail. It names what is looked for, and
// proves nothing: who uses what a name led to compares bytes. Source: Austin Appleby's description, public domain.

const rotl = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

function mix(x: number): number {
  let h = x ^ (x >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

/** Four words; `words` count in fours, the rest is taken as zeros. */
export function digest(words: Int32Array): readonly [number, number, number, number] {
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  for (let at = 0; at < words.length; at += 4) {
    h1 ^= Math.imul(rotl(Math.imul(words[at]!, C1), 15), C2);
    h1 = (Math.imul(rotl(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotl(Math.imul(words[at + 1]! | 0, C2), 16), C3);
    h2 = (Math.imul(rotl(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotl(Math.imul(words[at + 2]! | 0, C3), 17), C4);
    h3 = (Math.imul(rotl(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotl(Math.imul(words[at + 3]! | 0, C4), 18), C1);
    h4 = (Math.imul(rotl(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  h1 ^= words.length * 4;
  h2 ^= words.length * 4;
  h3 ^= words.length * 4;
  h4 ^= words.length * 4;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = mix(h1);
  h2 = mix(h2);
  h3 = mix(h3);
  h4 = mix(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  return [h1, (h2 + h1) | 0, (h3 + h1) | 0, (h4 + h1) | 0];
}

/** 32 hexadecimal digits. */
export function hexDigest(words: Int32Array): string {
  return digest(words)
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('');
}

/** The characters of a text as words. */
export function wordsOf(text: string): Int32Array {
  return Int32Array.from(text, (character) => character.codePointAt(0)!);
}
