// --verify finds what is wrong with a region: regions made from other instructions than those in memory are told
// from the interpreter by the first register, byte or fault that differs.
import { describe, expect, test } from 'vitest';
import { BareMachine } from './support/bare-machine.ts';
import { assemble, parseCases } from './support/case-file.ts';
import { translatorOf } from './support/engines.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').replace(/../g, '$& ').trim();

/** Runs `real` on regions that were made from `translated`, of the same length. */
function run(real: string[], translated: string[], before: string): string {
  const [code, other] = [assemble(real), assemble(translated)];
  expect(other.length).toBe(code.length);
  const [one] = parseCases(`case a\ncode ${hex(code)}\nbefore ${before}\n`);
  const machine = new BareMachine(
    translatorOf({ verify: true }, (job) => ({
      ...job,
      pages: job.pages.map(([page, bytes]) => {
        const changed = bytes.slice();
        if (page === one!.test.eip >>> 12) changed.set(other, one!.test.eip & 0xfff);
        return [page, changed] as const;
      }),
    })),
  );
  try {
    const result = machine.run(one!.test);
    return typeof result === 'string' ? result : `vector ${result.vector}`;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('--verify', () => {
  test('lets pass what is right', () => {
    const code = [
      'mov [esi], eax',
      'add eax, [esi+4]',
      'push eax',
      'mov ecx, 9',
      'rep movsd',
      'stosb',
      'inc ecx',
    ];
    expect(run(code, code, 'esi=10000000 edi=10000100 eax=5')).toBe('vector 3');
  });

  test.each<[what: string, real: string[], translated: string[], message: RegExp]>([
    [
      'a register',
      ['inc ecx', 'add eax, 3'],
      ['inc ecx', 'add eax, 4'],
      /after 2 instructions: eax 0x9, of the interpreter 0x8\n/,
    ],
    ['a flag', ['test eax, eax', 'nop'], ['cmp eax, eax', 'nop'], /eflags 0x246, of the interpreter 0x206\n/],
    [
      'what is stored',
      ['mov [esi], eax'],
      ['mov [esi], ecx'],
      /bytes at 0x10000000 00 00 00 00 .*, of the interpreter 05 00/,
    ],
    [
      'a store too few',
      ['mov [esi], eax'],
      ['mov eax, eax'],
      /bytes at 0x10000000 e2 .*, of the interpreter 05 00/,
    ],
    [
      'a store too many',
      ['mov eax, eax'],
      ['mov [esi], eax'],
      /bytes at 0x10000000 05 00 .*, of the interpreter e2/,
    ],
    ['the stack', ['push eax'], ['push ecx'], /bytes at 0x300017f8/],
    ['where it goes on', ['jmp .+2', 'nop'], ['jmp .+3', 'nop'], /eip|budget/],
  ])('%s', (_, real, translated, message) => {
    const found = run(real, translated, 'esi=10000000 edi=10000100 eax=5');
    expect(found).toMatch(message);
    expect(found).toContain('region 0x20000800\n0x20000800:\n  0x20000800  ');
  });
});
