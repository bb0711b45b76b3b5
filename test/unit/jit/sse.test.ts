// What is known of numbers in XMM registers, carried through a loop.
import { expect, test } from 'vitest';
import { copies, looksAt } from '../../../jit/lower/sse-form.ts';
import { forget, type Learn, NOTHING, planKnown } from '../../../jit/sse.ts';
import { decode, type Insn } from '../../../src/isa/decode.ts';

function insns(...bytes: readonly (readonly number[])[]): readonly Insn[] {
  return bytes.map((list) => {
    const insn = decode(Uint8Array.from(list));
    if (typeof insn === 'string') throw new Error(insn);
    return insn;
  });
}

const ADDSD_1_2 = [0xf2, 0x0f, 0x58, 0xca];
const MOVAPD_3_1 = [0x66, 0x0f, 0x28, 0xd9];
const PADDD_2_2 = [0x66, 0x0f, 0xfe, 0xd2];
const CALL = [0xe8, 0, 0, 0, 0];

const learnOf = ({ row }: Insn): Learn =>
  ({ addsd: looksAt('f64'), move: copies('f32', 'f64'), call: () => NOTHING })[row.fn] ?? forget;

const plan = (blocks: readonly (readonly Insn[])[], successors: readonly (readonly number[])[]) =>
  planKnown(
    blocks.map((list) => ({ insns: list })),
    successors,
    learnOf,
  ).map(({ f64 }) => f64);

test('what both ways to a loop have looked at is known in it', () => {
  const blocks = [insns(ADDSD_1_2, MOVAPD_3_1), insns(ADDSD_1_2), insns(MOVAPD_3_1)];
  expect(plan(blocks, [[1], [1, 2], []])).toEqual([0, 0b110, 0b110]);
});

test('what one way writes is not', () => {
  const blocks = [insns(ADDSD_1_2), insns(MOVAPD_3_1), insns(PADDD_2_2), insns(CALL), insns(ADDSD_1_2)];
  expect(plan(blocks, [[1], [2, 3], [1], [4], []])).toEqual([0, 0b010, 0b010, 0b010, 0]);
});
