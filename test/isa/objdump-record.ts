// Records test/isa/objdump.txt: instructions beside the text objdump gives them. The bytes are every slot
// of the map with a spread of prefixes and addressing forms, and instructions met in i386 libraries of
// the recording machine. Run by `BLESS=1 vitest run test/isa/objdump.test.ts`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Slot, slots } from '../../src/isa/map.ts';

/** Distance between two instructions in the file given to objdump: no instruction is longer. */
const STRIDE = 32;
const NOP = 0x90;
/** objdump joins it to the x87 instruction that follows. */
const FWAIT = 0x9b;
const LIBRARIES = ['/usr/lib32/libc.so.6', '/usr/lib32/libm.so.6', '/usr/lib32/libgcc_s.so.1'];
const PER_LIBRARY = 700;

/** What objdump knows and the map does not (other processors), knows not, or prints as two in one. */
const SKIPPED =
  /\(bad\)|\?|xlat BYTE PTR (?!ds:\[ebx\])|^\.byte|^(bnd|notrack|rdssp|cldemote|bndldx|bndstx|bndmov|(data|addr)16 (fwait|xlat))/;

/** ModRM with SIB and displacement; the mod-3 forms are apart. */
const MEMORY_FORMS = [
  [0x00],
  [0x45, 0x00],
  [0x43, 0xf0],
  [0x87, 0x44, 0x33, 0x22, 0x91],
  [0x05, 0x78, 0x56, 0x34, 0x12],
  [0x04, 0x24],
  [0x44, 0x24, 0x7c],
  [0x04, 0x9d, 0x00, 0x01, 0x00, 0x00],
  [0x84, 0xb5, 0x00, 0xff, 0xff, 0xff],
  [0x04, 0x20],
  [0x44, 0x65, 0x00],
  [0x04, 0xe4],
  [0x04, 0x25, 0x10, 0x00, 0x00, 0x80],
];
const MEMORY_FORMS_16 = [
  [0x00],
  [0x41, 0x80],
  [0x82, 0x34, 0x92],
  [0x06, 0xcd, 0xab],
  [0x46, 0x00],
  [0x05],
  [0x87, 1, 0],
];
const ESCAPES = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];
const IMMEDIATE = [0x81, 0xff, 0x12, 0x7f, 0x34, 0x80];

/** The same sequence at every run, so that a new recording differs only where it must. */
function* sequence(): Generator<number> {
  for (let x = 0x2545f491; ; ) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    yield x >>> 0;
  }
}

function examples(slot: Slot, next: () => number): number[][] {
  const third = slot.row.operands.some(({ kind }) => kind === 'B') ? next() & 7 : 0;
  const last = 0x40 | ((~third & 7) << 3) | ['', '66', 'F3', 'F2'].indexOf(slot.prefix);
  const vex = [0xc4, 0xe0 | slot.map, last, slot.opcode];
  const opcode = slot.vex ? vex : [...ESCAPES[slot.map], slot.opcode];
  const mandatory = slot.prefix && !slot.vex ? [Number.parseInt(slot.prefix, 16)] : [];
  const reg = (slot.reg < 0 ? next() & 7 : slot.reg) << 3;
  const code = (prefixes: number[], modrm: number[]) => {
    const [first, ...rest] = modrm;
    const form = modrm.length === 0 ? [] : [first | reg, ...rest];
    return [...prefixes, ...mandatory, ...opcode, ...form, ...IMMEDIATE];
  };
  const list: number[][] = [];
  if (slot.modrm === 'none') {
    list.push(code([], []), code([0x66], []), code([0x67], []));
    if (slot.row.rep) list.push(code([0xf3], []), code([0xf2], []), code([0x64], []), code([0xf3, 0x66], []));
    if (slot.row.operands.some((o) => o.kind === 'O')) list.push(code([0x65], []), code([0x66], []));
    return list;
  }
  if (slot.modrm !== 'mem') {
    const rm = () => 0xc0 | (slot.rm < 0 ? next() & 7 : slot.rm);
    list.push(code([], [rm()]));
    if (slot.row.sized) list.push(code([0x66], [rm()]));
    // A predicate that has a mnemonic of its own.
    if (/^cmp[ps][sd]$/.test(slot.row.name))
      list.push([...code([], [rm()]).slice(0, -IMMEDIATE.length), next() & 7]);
  }
  if (slot.modrm !== 'reg') {
    const form = () => MEMORY_FORMS[next() % MEMORY_FORMS.length];
    list.push(code([], form()), code([[0x64], [0x3e], [0x36], [0x2e]][next() & 3], form()));
    if (slot.row.sized) list.push(code([0x66], form()));
    list.push(code([0x67], MEMORY_FORMS_16[next() % MEMORY_FORMS_16.length]));
    if (slot.row.lock) list.push(code([0xf0], form()));
  }
  return list;
}

/** objdump's lines of a raw file: offset, bytes, text. */
function objdump(bytes: Uint8Array): { offset: number; bytes: number[]; text: string }[] {
  const folder = mkdtempSync(join(tmpdir(), 'objdump-'));
  const file = join(folder, 'code.bin');
  writeFileSync(file, bytes);
  const options = ['-D', '-z', '-w', '-b', 'binary', '-m', 'i386', '-M', 'intel', '--insn-width=16'];
  const output = execFileSync('objdump', [...options, file], { encoding: 'utf8', maxBuffer: 1 << 30 });
  rmSync(folder, { recursive: true });
  return [...output.matchAll(/^ *([0-9a-f]+):\t([0-9a-f ]+?) *(?:\t(.*))?$/gm)].map((m) => ({
    offset: Number.parseInt(m[1], 16),
    bytes: m[2].split(' ').map((b) => Number.parseInt(b, 16)),
    text: (m[3] ?? '').replaceAll(/\s+/g, ' ').trim(),
  }));
}

/** The .text of an ELF32 file, by its section headers. */
function textOf(file: string): Uint8Array {
  const bytes = readFileSync(file);
  const [table, size, count, names] = [
    bytes.readUInt32LE(32),
    ...[46, 48, 50].map((at) => bytes.readUInt16LE(at)),
  ];
  const section = (i: number) => ({
    name: bytes.readUInt32LE(table + i * size),
    offset: bytes.readUInt32LE(table + i * size + 16),
    size: bytes.readUInt32LE(table + i * size + 20),
  });
  const strings = section(names).offset;
  for (let i = 0; i < count; i++) {
    const { name, offset, size: length } = section(i);
    if (bytes.toString('latin1', strings + name, strings + name + 6) === '.text\0')
      return bytes.subarray(offset, offset + length);
  }
  throw new Error(`${file} has no .text`);
}

/** Instructions of a library that differ in opcode, ModRM form and length from those already met. */
function met(file: string, shapes: Set<string>): number[][] {
  const found: number[][] = [];
  for (const line of objdump(textOf(file).subarray(0, 0x60000))) {
    const shape = `${line.text.split(' ')[0]} ${line.bytes.length} ${line.text.replaceAll(/0x[0-9a-f]+/g, 'N')}`;
    if (shapes.has(shape) || SKIPPED.test(line.text) || line.bytes.length > 15) continue;
    shapes.add(shape);
    found.push(line.bytes);
  }
  const step = Math.max(1, Math.floor(found.length / PER_LIBRARY));
  return found.filter((_, i) => i % step === 0);
}

export function record(file: string, known: (bytes: readonly number[]) => boolean): void {
  const numbers = sequence();
  const next = () => numbers.next().value as number;
  const shapes = new Set<string>();
  const fromLibraries = LIBRARIES.filter((name) => existsSync(name)).flatMap((name) => met(name, shapes));
  const codes = [...slots.flatMap((slot) => examples(slot, next)), ...fromLibraries.filter(known)];
  const bytes = new Uint8Array(codes.length * STRIDE).fill(NOP);
  codes.forEach((code, i) => {
    bytes.set(code, i * STRIDE);
  });
  const lines = objdump(bytes)
    .filter(({ offset, text }) => offset % STRIDE === 0 && !SKIPPED.test(text))
    .filter(({ bytes: code }) => code[0] !== FWAIT || code.length === 1)
    .map(({ offset, bytes: code, text }) => {
      const pairs = code.map((b) => b.toString(16).padStart(2, '0')).join('');
      return `${offset.toString(16)}\t${pairs}\t${text}`;
    });
  const unique = [...new Map(lines.map((line) => [line.replace(/^[0-9a-f]+\t/, ''), line])).values()];
  writeFileSync(file, `${unique.join('\n')}\n`);
}
