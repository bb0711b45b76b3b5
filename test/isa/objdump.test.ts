// Decoder and disassembler against objdump's recorded lines (address, bytes, text).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decode } from '../../src/isa/decode.ts';
import { disassemble } from '../../src/isa/disasm.ts';
import { record } from './objdump-record.ts';

const file = join(import.meta.dirname, 'objdump.txt');
if (process.env.BLESS) record(file, (bytes) => typeof decode(Uint8Array.from(bytes)) !== 'string');

interface Line {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly text: string;
}

const lines: Line[] = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [address, code, text] = line.split('\t');
    return { address: Number.parseInt(address, 16), bytes: Uint8Array.from(Buffer.from(code, 'hex')), text };
  });

/** objdump's own names and operands, where they are not Intel's. */
const THEIRS: readonly (readonly [RegExp, string])[] = [
  [/^xlat .*/, 'xlat'],
  [/\(\d+ only\)$/, ''],
  [/\b([sl][gi]dt)[dw] /, '$1 '],
  [/^lddqu (xmm\d),/, 'lddqu $1,XMMWORD PTR '],
];

const normal = (text: string) => THEIRS.reduce((t, [pattern, ours]) => t.replace(pattern, ours), text);

test('every line has its length and its text', () => {
  const wrong: string[] = [];
  for (const { address, bytes, text } of lines) {
    const insn = decode(bytes, 0, address);
    const ours = typeof insn === 'string' ? insn : disassemble(insn);
    const length = typeof insn === 'string' ? 0 : insn.length;
    if (length !== bytes.length || ours !== normal(text)) {
      wrong.push(`${Buffer.from(bytes).toString('hex')} ${length}: ${ours} | ${text}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(lines.length).toBeGreaterThan(3000);
});

test('a cut instruction is truncated, not misread', () => {
  for (const { bytes, address } of lines) {
    for (let n = 0; n < bytes.length; n++) {
      const cut = decode(bytes.subarray(0, n), 0, address);
      expect(cut).toBe('truncated');
    }
  }
});

test('beyond fifteen bytes there is no instruction', () => {
  const bytes = new Uint8Array(16).fill(0x66);
  bytes[14] = 0x90;
  expect(decode(bytes)).toMatchObject({ length: 15 });
  bytes[14] = 0x66;
  bytes[15] = 0x90;
  expect(decode(bytes)).toBe('too long');
});

test('what raises #UD does not decode', () => {
  const cases = [
    'f0 01 c8',
    'f0 8b 00',
    'f0 39 00',
    '8e c8',
    '8c f0',
    '8d c0',
    'c4 c0 00 00',
    'c4 e2 64 f2 c1',
    'f3 0f 38 f0 00',
    '0f 0f',
    '0f 04',
    'd9 d1',
    'f3 66 0f fc c1',
    'f2 0f 28 c1',
    '66 0f 12 c1',
    'f0 0f 58 00',
  ];
  for (const text of cases) {
    expect([text, decode(Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex')))]).toEqual([
      text,
      'undefined',
    ]);
  }
});
