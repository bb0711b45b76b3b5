// The text form of test/cases/*.x86: short sequences with the state before and, recorded on a processor,
// the state after. `BLESS=1 npx vitest run test/cases.test.ts` assembles `asm` lines and records `after`.
//
//   # comment                       up to the next case
//   case a name
//   asm add al, bl                  Intel syntax, one instruction per line; optional
//   code 00 d8
//   before eax=80 [10000000]=12     hex; the rest is 0, esp=30001800, eflags=202, ds es ss=0f, cs=07
//   ignore oa                       flags the manual leaves undefined
//   after eax=0 eflags=846          what changed; ends with `stop` and the vector
//   stop 0e error=6 cr2=10003000    03 is the int3 behind the sequence
//
// The addresses are those of test/fuzz/sandbox.ts; code starts at 20000800.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CODE, SELECTOR_CODE, SELECTOR_DATA, STACK } from '../fuzz/sandbox.ts';
import { flagBits } from '../fuzz/values.ts';
import type { FuzzCase, FuzzResult } from '../fuzz/wire.ts';

export interface TextCase {
  readonly name: string;
  readonly comments: readonly string[];
  readonly asm: readonly string[];
  readonly test: FuzzCase;
  /** Words of the `before` line, kept as the author wrote them. */
  readonly before: string;
  /** Flag letters the comparison ignores. */
  readonly ignore: string;
  readonly native: FuzzResult;
}

const REGISTERS = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'];
const SEGMENTS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
const EIP = CODE + 0x800;
const ESP = STACK + 0x1800;

interface State {
  regs: number[];
  selectors: number[];
  eflags: number;
  eip: number;
  memory: Map<number, number>;
}

function startState(): State {
  const regs = [0, 0, 0, 0, ESP, 0, 0, 0];
  const selectors = [SELECTOR_DATA, SELECTOR_CODE, SELECTOR_DATA, SELECTOR_DATA, 0, 0];
  return { regs, selectors, eflags: 0x202, eip: EIP, memory: new Map() };
}

/** Applies `name=value` words to a state. */
function apply(state: State, text: string): State {
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const [name, digits] = word.split('=');
    const value = Number.parseInt(digits, 16);
    if (Number.isNaN(value)) throw new Error(`cannot read ${word}`);
    const register = REGISTERS.indexOf(name);
    const segment = SEGMENTS.indexOf(name);
    if (register >= 0) state.regs[register] = value;
    else if (segment >= 0) state.selectors[segment] = value;
    else if (name === 'eflags') state.eflags = value;
    else if (name === 'eip') state.eip = value;
    else if (name.startsWith('[')) state.memory.set(Number.parseInt(name.slice(1), 16), value);
    else throw new Error(`cannot read ${word}`);
  }
  return state;
}

/** Machine code of Intel-syntax lines, by GNU as. */
export function assemble(lines: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'x86-'));
  try {
    const [source, object, binary] = ['a.s', 'a.o', 'a.bin'].map((file) => join(folder, file));
    writeFileSync(source, `.intel_syntax noprefix\n${lines.join('\n')}\n`);
    execFileSync('as', ['--32', source, '-o', object], { stdio: 'pipe' });
    execFileSync('objcopy', ['-O', 'binary', '-j', '.text', object, binary], { stdio: 'pipe' });
    return new Uint8Array(readFileSync(binary));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function parseOne(lines: readonly string[], comments: readonly string[]): TextCase {
  const all = (key: string) =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1).trim());
  const asm = all('asm');
  const digits = all('code').join('').replaceAll(' ', '');
  const code = digits === '' && asm.length > 0 ? assemble(asm) : new Uint8Array(Buffer.from(digits, 'hex'));
  const before = all('before').join(' ');
  const start = apply(startState(), before);
  const end = apply({ ...structuredClone(start), memory: new Map() }, all('after').join(' '));
  const [vector = '0', ...details] = (all('stop')[0] ?? '').split(/\s+/);
  const detail = (name: string) =>
    Number.parseInt(details.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? '0', 16);
  const test: FuzzCase = {
    eip: EIP,
    selectors: start.selectors,
    regs: start.regs,
    eflags: start.eflags,
    code: Uint8Array.from([...code, 0xcc]),
    patches: [...start.memory],
    fx: null,
    stepLimit: 0,
  };
  const native: FuzzResult = {
    regs: end.regs,
    eflags: end.eflags,
    eip: end.eip,
    selectors: end.selectors,
    signal: 0,
    vector: Number.parseInt(vector, 16),
    error: detail('error'),
    cr2: detail('cr2'),
    steps: [],
    changes: end.memory,
    fx: null,
  };
  return { name: all('case')[0], comments, asm, test, before, ignore: all('ignore').join(''), native };
}

export function parseCases(text: string): TextCase[] {
  const cases: TextCase[] = [];
  let comments: string[] = [];
  for (const block of text.split(/\n(?=case )|\n\s*\n/)) {
    const lines = block.split('\n').filter((line) => line.trim() !== '');
    comments.push(...lines.filter((line) => line.startsWith('#')));
    const rest = lines.filter((line) => !line.startsWith('#'));
    if (rest.length === 0) continue;
    cases.push(parseOne(rest, comments));
    comments = [];
  }
  return cases;
}

export function ignoredFlags(one: TextCase): number {
  return flagBits(one.ignore);
}

const short = (value: number) => (value >>> 0).toString(16);

/** One case as text, with `after` taken from `native`. */
export function formatCase(one: TextCase, native: FuzzResult): string {
  const { test } = one;
  const after: string[] = [];
  REGISTERS.forEach((name, i) => {
    if (native.regs[i] !== test.regs[i]) after.push(`${name}=${short(native.regs[i])}`);
  });
  SEGMENTS.forEach((name, i) => {
    if (native.selectors[i] !== test.selectors[i]) after.push(`${name}=${short(native.selectors[i])}`);
  });
  after.push(`eflags=${short(native.eflags & ~0x10000)}`, `eip=${short(native.eip)}`);
  for (const [address, value] of native.changes) after.push(`[${short(address)}]=${short(value)}`);
  const fault = native.vector === 14 ? ` error=${short(native.error)} cr2=${short(native.cr2)}` : '';
  const error = native.vector >= 10 && native.vector < 14 ? ` error=${short(native.error)}` : '';
  const lines = [
    ...one.comments,
    `case ${one.name}`,
    ...one.asm.map((line) => `asm ${line}`),
    `code ${Buffer.from(test.code.slice(0, -1))
      .toString('hex')
      .replace(/(..)(?!$)/g, '$1 ')}`,
  ];
  if (one.before !== '') lines.push(`before ${one.before}`);
  if (one.ignore !== '') lines.push(`ignore ${one.ignore}`);
  lines.push(
    `after ${after.join(' ')}`,
    `stop ${native.vector.toString(16).padStart(2, '0')}${fault}${error}`,
  );
  return lines.join('\n');
}
