// The text form of test/translate/*.x86: code, and what the translator makes of it.
//
//   # comment                       up to the next case
//   case a name
//   asm inc eax                     Intel syntax, one instruction per line; `BLESS=1` assembles them
//   code 40
//   trace 0 7 c 0                 the interpreter was recorded going through these offsets; optional
//   wat                             the WebAssembly text is recorded too
//   ---- ir
//   b0: at 0x8048000
//   ---- wat
//   (func ...
//
// Code lies at 0x8048000, entered at its first byte, and the registers are those of REGISTERS.
import { compile, type Job } from '../../jit/compiler.ts';
import { Coverage } from '../../jit/coverage.ts';
import type { DumpKind } from '../../jit/settings.ts';
import { assemble } from './case-file.ts';

export const ADDRESS = 0x8048000;
const PAGE = 4096;
/** Hints of where accesses go: data, data, a count, data, the stack twice, the mmap zone, data. */
const REGISTERS = [0x8050000, 0x8051000, 3, 0x8052000, 0xfffe0000, 0xfffe0040, 0xb7000000, 0x8053000];
const ZONES = [0x80000, 0xf0000] as const;
/** Data, stack, mmap: where these registers lead. */
const EXTENTS = [
  [0x8050000, 0x8060000],
  [0xfff00000, 0xffff0000],
  [0xb7000000, 0xb7010000],
] as const;

export interface TranslationCase {
  readonly name: string;
  readonly comments: readonly string[];
  readonly asm: readonly string[];
  readonly code: Uint8Array;
  /** Offsets of instructions that were run one after the other, hexadecimal. */
  readonly trace: readonly string[];
  readonly kinds: readonly DumpKind[];
  /** What was recorded, by kind. */
  readonly recorded: Readonly<Record<string, string>>;
}

function bytesOf(asm: readonly string[], digits: string, anew: boolean): Uint8Array {
  if (asm.length > 0 && (anew || digits === '')) return assemble(asm);
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

/** `anew`: the code is what its asm lines are now. */
export function parseTranslations(text: string, anew: boolean): TranslationCase[] {
  const [head, ...blocks] = text.split(/^(?=case )/m);
  let comments = head!.split('\n').filter((line) => line.startsWith('#'));
  return blocks.map((block) => {
    const [top, ...sections] = block.split(/^---- /m);
    const lines = top!.split('\n');
    const all = (key: string): string[] =>
      lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1).trim());
    const mine = comments;
    comments = [];
    const recorded: Record<string, string> = {};
    for (const section of sections) {
      const [kind, ...body] = section.split('\n');
      // Comments behind a section belong to the next case.
      const first = body.findIndex((line) => line.startsWith('#'));
      if (first >= 0) comments = body.splice(first).filter((line) => line.startsWith('#'));
      recorded[kind!] = `${body.join('\n').trimEnd()}\n`;
    }
    const asm = all('asm');
    return {
      name: all('case')[0]!,
      comments: mine,
      asm,
      code: bytesOf(asm, all('code').join('').replaceAll(' ', ''), anew),
      trace: all('trace').flatMap((line) => line.split(' ')),
      kinds: lines.includes('wat') ? ['in_asm', 'ir', 'wat'] : ['in_asm', 'ir'],
      recorded,
    };
  });
}

/** What the translator makes of a case, by kind. */
export function translate(one: TranslationCase): Readonly<Partial<Record<DumpKind, string>>> {
  const bytes = new Uint8Array(PAGE).fill(0xf4); // hlt
  bytes.set(one.code);
  const coverage = new Coverage();
  coverage.add(
    Uint32Array.from(one.trace.flatMap((offset) => [ADDRESS + Number.parseInt(offset, 16), ...REGISTERS])),
  );
  const job: Job = {
    id: 1,
    wanted: [{ entry: ADDRESS, registers: REGISTERS }],
    pages: [[ADDRESS / PAGE, bytes]],
    zones: ZONES,
    extents: EXTENTS,
    gs: 0,
    instructions: 0xffffffff,
    disabled: [],
    calls: true,
    tails: true,
    verify: false,
    texts: one.kinds,
    coverage: coverage.extract([ADDRESS / PAGE]),
    owners: [],
  };
  const { module, regions } = compile(job, () => 0);
  new WebAssembly.Module(module as BufferSource); // throws if it is not valid
  return regions[0]!.texts;
}

export function formatTranslation(one: TranslationCase): string {
  const texts = translate(one);
  const code = Buffer.from(one.code)
    .toString('hex')
    .replace(/(..)(?!$)/g, '$1 ');
  const lines = [
    ...one.comments,
    `case ${one.name}`,
    ...one.asm.map((line) => `asm ${line}`),
    `code ${code}`,
  ];
  if (one.trace.length > 0) lines.push(`trace ${one.trace.join(' ')}`);
  if (one.kinds.includes('wat')) lines.push('wat');
  return `${lines.join('\n')}\n${one.kinds.map((kind) => `---- ${kind}\n${texts[kind]}`).join('')}`;
}
