// Which branches of a function's code are hinted as rare: each `if` without an `else`, at its own offset.
import { expect, test } from 'vitest';
import { rareBranches } from '../../../jit/branch-hints.ts';

const NO_LOCALS = [0x00];
const I32_CONST = 0x41;
const IF_VOID = [0x04, 0x40];
const ELSE = 0x05;
const END = 0x0b;

test('an if without else is rare, one with else is not', () => {
  const alone = [I32_CONST, 1, ...IF_VOID, END];
  const both = [I32_CONST, 1, ...IF_VOID, ELSE, END];
  expect(rareBranches(Uint8Array.from([...NO_LOCALS, ...both, ...alone, END]))).toEqual([9]);
});

test('inner and outer ones are told apart, and immediates are not taken for opcodes', () => {
  const inner = [I32_CONST, 0x04, ...IF_VOID, END];
  const outer = [I32_CONST, 0x05, ...IF_VOID, ...inner, ELSE, END];
  const code = [0xfd, 0x0c, ...new Array<number>(16).fill(0x04), 0x1a]; // v128.const, drop
  expect(rareBranches(Uint8Array.from([...NO_LOCALS, ...code, ...outer, END]))).toEqual([26]);
});

test('code that ends too soon', () => {
  expect(() => rareBranches(Uint8Array.from([...NO_LOCALS, I32_CONST, 1, ...IF_VOID]))).toThrow(RangeError);
});
