// What has been checked on every way to a block needs no check again, and nothing else goes without.
import { expect, test } from 'vitest';
import { foresee, type Questions } from '../../../jit/availability.ts';
import type { FlagEffect } from '../../../jit/flags.ts';
import type { BasicBlock } from '../../../jit/region.ts';
import { decode, type Insn } from '../../../src/isa/decode.ts';

const LOAD = [0x8b, 0x46, 0x08]; // mov eax, [esi+8]
const LOAD_NEAR = [0x8b, 0x56, 0x0c]; // mov edx, [esi+12]
const STORE = [0x89, 0x46, 0x08]; // mov [esi+8], eax
const LOAD_FAR = [0x8b, 0x86, 0, 0x10, 0, 0]; // mov eax, [esi+4096]
const ADVANCE = [0x83, 0xc6, 0x04]; // add esi, 4
const LOAD_BEHIND = [0x8b, 0x46, 0x04]; // mov eax, [esi+4]: after ADVANCE where LOAD was
const CHANGE = [0x89, 0xce]; // mov esi, ecx
const CALL = [0xe8, 0, 0, 0, 0];

function block(address: number, ...list: readonly (readonly number[])[]): BasicBlock {
  let at = address;
  const insns = list.map((bytes) => {
    const insn = decode(Uint8Array.from(bytes), 0, at) as Insn;
    at += bytes.length;
    return insn;
  });
  return { address, insns, next: at };
}

const touches = (insn: Insn): boolean => insn.operands.some(({ kind }) => kind === 'memory');
const questions: Questions = {
  effect: (insn): FlagEffect => ({
    exits: touches(insn) ? 'memory' : insn.row.fn === 'call',
    reads: false,
    writes: 'none',
    kind: 0,
  }),
  known: () => true,
  stays: () => false,
};

/** By block: for each instruction that touches memory whether it has to be checked. */
function checks(blocks: readonly BasicBlock[], successors: readonly (readonly number[])[]): boolean[][] {
  return foresee(blocks, successors, new Set([0]), questions).map(({ effects }, b) =>
    blocks[b]!.insns.flatMap((insn, i) => (touches(insn) ? [effects[i]!.exits !== false] : [])),
  );
}

test('in a block: the first access of a stretch is checked for all of it', () => {
  expect(checks([block(0, LOAD, LOAD_NEAR, LOAD)], [[]])).toEqual([[true, false, false]]);
  // One check for reading and writing, if a write is among them.
  expect(checks([block(0, LOAD, STORE)], [[]])).toEqual([[true, false]]);
  expect(checks([block(0, LOAD, LOAD_FAR)], [[]])).toEqual([[true, true]]);
});

test('a register may move by a constant, but not become another', () => {
  expect(checks([block(0, LOAD, ADVANCE, LOAD_BEHIND)], [[]])).toEqual([[true, false]]);
  expect(checks([block(0, LOAD, CHANGE, LOAD)], [[]])).toEqual([[true, true]]);
});

test('a call may change the address space', () => {
  expect(checks([block(0, LOAD, CALL, LOAD)], [[]])).toEqual([[true, true]]);
});

test('where ways join, only what all of them have checked', () => {
  const begin = block(0, [0x90]);
  const both = [begin, block(0x10, LOAD), block(0x20, LOAD), block(0x30, LOAD)];
  // Checked by one instruction on one way and by another on the other: that is not one check.
  expect(checks(both, [[1, 2], [3], [3], []])[3]).toEqual([true]);
  const before = [block(0, LOAD), block(0x10, [0x90]), block(0x20, [0x90]), block(0x30, LOAD)];
  expect(checks(before, [[1, 2], [3], [3], []])[3]).toEqual([false]);
  const changed = [block(0, LOAD), block(0x10, CHANGE), block(0x20, [0x90]), block(0x30, LOAD)];
  expect(checks(changed, [[1, 2], [3], [3], []])[3]).toEqual([true]);
  const called = [block(0, LOAD), block(0x10, CALL), block(0x20, [0x90]), block(0x30, LOAD)];
  expect(checks(called, [[1, 2], [3], [3], []])[3]).toEqual([true]);
});

test('in a loop: what was checked before it, unless the loop changes it', () => {
  const still = [block(0, LOAD), block(0x10, LOAD, LOAD_NEAR), block(0x20, LOAD)];
  expect(checks(still, [[1], [1, 2], []])).toEqual([[true], [false, true], [false]]);
  const moving = [block(0, LOAD), block(0x10, LOAD, ADVANCE), block(0x20, LOAD)];
  expect(checks(moving, [[1], [1, 2], []])[1]).toEqual([true]);
});

test('a block that the region may be entered at begins with nothing', () => {
  const blocks = [block(0, LOAD), block(0x10, LOAD)];
  const found = foresee(blocks, [[1], []], new Set([0, 1]), questions);
  expect(found[1]!.checked).toEqual([]);
  expect(found[1]!.effects[0]!.exits).toBe('memory');
});
