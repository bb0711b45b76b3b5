// Modules taken apart and put together again: functions of several modules run as one module's. And the hash that
// finds them.
import { describe, expect, test } from 'vitest';
import { digest, hexDigest, wordsOf } from '../../../jit/digest.ts';
import { constant, get, type Statement } from '../../../jit/ir.ts';
import { putTogether, takeApart } from '../../../jit/module-parts.ts';
import { ModuleWriter } from '../../../jit/wasm.ts';

const SIGNATURES = { first: [[], 'i32'], second: [['i32'], 'i32'] } as const;

/** A module of regions that do what comes before and return these numbers. */
function moduleOf(numbers: readonly number[], before: readonly Statement[] = []): Uint8Array {
  const writer = new ModuleWriter(SIGNATURES, true, true);
  for (const number of numbers)
    writer.add({
      entries: [0x1000],
      locals: [],
      blocks: [
        {
          body: [...before, { kind: 'return', value: constant(number) }],
          end: { kind: 'end' },
          at: constant(0x1000),
        },
      ],
      vectors: [],
      bounds: [],
    });
  const bytes = writer.bytes();
  writer.dispose();
  return bytes;
}

function numbersOf(module: Uint8Array): number[] {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  const { Table } = WebAssembly as unknown as { Table: new (type: object) => object };
  const table = new Table({ element: 'anyfunc', initial: 1 });
  const cpu = { first: () => 0, second: () => 0, table };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module as BufferSource), {
    env: { memory },
    cpu,
  });
  return Object.values(instance.exports).map((region) => (region as () => number)());
}

describe('modules', () => {
  test('functions of two make a third', () => {
    const [one, other] = [takeApart(moduleOf([1, 2, 3])), takeApart(moduleOf([4, 5, 6, 7]))];
    expect(one.prelude).toEqual(other.prelude);
    const functions = [...other.functions, ...one.functions];
    expect(numbersOf(putTogether(one.prelude, functions))).toEqual([4, 5, 6, 7, 1, 2, 3]);
  });

  test('keep their hints', () => {
    const rare = { kind: 'if', condition: get(0), body: [{ kind: 'return', value: constant(1) }] } as const;
    const once = takeApart(moduleOf([1, 2], [rare]));
    const twice = takeApart(putTogether(once.prelude, once.functions));
    expect(once.functions.every(({ hints }) => hints.length > 3)).toBe(true);
    expect(twice).toEqual(once);
    const [plain] = takeApart(moduleOf([1])).functions;
    expect(takeApart(putTogether(once.prelude, [plain!, once.functions[1]!])).functions[0]).toEqual(plain);
  });

  test('of many functions', () => {
    const { prelude, functions } = takeApart(moduleOf([8]));
    const many = Array.from({ length: 300 }, () => functions[0]!);
    expect(numbersOf(putTogether(prelude, many))).toEqual(new Array(300).fill(8));
  });

  test('cut anywhere are none', () => {
    const module = moduleOf([1, 2]);
    for (let length = 9; length < module.length; length++)
      try {
        expect(takeApart(module.subarray(0, length)).functions.length).not.toBe(2);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
  });

  test('with other sections are none', () => {
    const withGlobal = Uint8Array.from([...moduleOf([1]), 6, 1, 0]);
    expect(() => takeApart(withGlobal)).toThrow(/section 6/);
  });
});

describe('digest', () => {
  test('differs with every word, its place and the length', () => {
    const words = Int32Array.from({ length: 64 }, (_, i) => i * 3);
    const seen = new Set([hexDigest(words), hexDigest(words.subarray(0, 60)), hexDigest(new Int32Array(64))]);
    for (let i = 0; i < 64; i++) {
      const other = words.slice();
      other[i]! ^= 1 << (i & 31);
      seen.add(hexDigest(other));
      if (i === 0) continue;
      const swapped = words.slice();
      [swapped[i - 1], swapped[i]] = [words[i]!, words[i - 1]!];
      seen.add(hexDigest(swapped));
    }
    expect(seen.size).toBe(3 + 64 + 63);
  });

  test('has four words of hexadecimal digits', () => {
    expect(hexDigest(wordsOf('skasm'))).toMatch(/^[0-9a-f]{32}$/);
    expect(digest(wordsOf('a'))).not.toEqual(digest(wordsOf('b')));
  });
});
