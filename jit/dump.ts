// What `-d` prints of a region: its instructions by block, and its intermediate form. The printer of the latter
// knows shapes only, since ir.ts names operations as wasm does. The WebAssembly text is binaryen's (wasm.ts).
// These texts are made where a region is compiled and travel with it.
import { disassemble } from '../src/isa/disasm.ts';
import type { Node, Region, Statement, Terminator } from './ir.ts';
import { EXTENT, FIXED } from './locals.ts';
import type { Graph } from './region.ts';

const FIXED_NAMES: readonly string[] = [
  ...['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'],
  ...[
    'flag.op',
    'flag.a',
    'flag.b',
    'flag.r',
    'flag.c',
    'fuel',
    'table',
    'next',
    'answer',
    'depth',
    'label',
    'slot',
  ],
];
const EXTENT_WORDS = ['low', 'span', 'bias'];

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** The instructions of a region, block by block, as `objdump -M intel` writes them. */
export function instructionsText({ entry, blocks }: Graph): string {
  const lines = [`region ${hex(entry)}`];
  for (const block of blocks) {
    lines.push(`${hex(block.address)}:`);
    for (const insn of block.insns) lines.push(`  ${hex(insn.address)}  ${disassemble(insn)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The intermediate form: blocks by number, a statement a line, expressions in prefix form. */
export function irText(region: Region): string {
  const lines: string[] = [];
  region.blocks.forEach((block, n) => {
    lines.push(`b${n}: at ${nodeText(block.at)}`);
    statementLines(block.body, '  ', lines);
    lines.push(`  ${endText(block.end)}`);
  });
  return `${lines.join('\n')}\n`;
}

function localName(local: number): string {
  if (local >= FIXED) return `t${local - FIXED}`;
  if (local < EXTENT) return FIXED_NAMES[local]!;
  const n = local - EXTENT;
  return `extent${Math.floor(n / 3)}.${EXTENT_WORDS[n % 3]}`;
}

function constantText(node: Node): string {
  if (node.type === 'i64') return `${node.name}n`;
  if (node.type === 'v128') return `[${node.name}]`;
  if (node.type !== 'i32') return `${node.n}`;
  return Math.abs(node.n) < 1024 ? `${node.n}` : hex(node.n);
}

function place(address: Node, offset: number): string {
  return offset === 0 ? nodeText(address) : `${nodeText(address)} + ${offset < 1024 ? offset : hex(offset)}`;
}

function nodeText(node: Node): string {
  const args = node.args.map(nodeText);
  switch (node.op) {
    case 'const':
      return constantText(node);
    case 'get':
      return localName(node.n);
    case 'call':
      return `${node.name}(${args.join(', ')})`;
    default:
      break;
  }
  if (/\.load/.test(node.op)) return `${node.op}[${place(node.args[0]!, node.n)}]`;
  const lane = /_lane$/.test(node.op) ? [`${node.n}`] : node.op === 'i8x16.shuffle' ? [`[${node.name}]`] : [];
  return `(${[node.op, ...lane, ...args].join(' ')})`;
}

function statementLines(list: readonly Statement[], indent: string, lines: string[]): void {
  for (const s of list) {
    if (s.kind !== 'if') {
      lines.push(indent + statementText(s));
      continue;
    }
    lines.push(`${indent}if ${nodeText(s.condition)}`);
    statementLines(s.body, `${indent}  `, lines);
  }
}

function statementText(s: Exclude<Statement, { kind: 'if' }>): string {
  switch (s.kind) {
    case 'set':
      return `${localName(s.local)} = ${nodeText(s.value)}`;
    case 'store':
      return `${s.op}[${place(s.address, s.offset)}] = ${nodeText(s.value)}`;
    case 'drop':
      return nodeText(s.value);
    case 'spill':
      return `spill at ${nodeText(s.eip)}, ${s.undone} undone`;
    case 'onward':
      return `onward to ${nodeText(s.to)}`;
    case 'exit':
      return `exit ${s.code}`;
    case 'return':
      return `return ${nodeText(s.value)}`;
    default:
      return s.kind;
  }
}

function endText(end: Terminator): string {
  switch (end.kind) {
    case 'goto':
      return `goto b${end.to}`;
    case 'branch':
      return `goto ${nodeText(end.condition)} ? b${end.to} : b${end.otherwise}`;
    case 'switch':
      return `goto ${nodeText(end.index)} of ${end.targets.map((to) => `b${to}`).join(' ')}, else b${end.otherwise}`;
    case 'end':
      return 'end';
  }
}
