// docs/ISA.md from the rows: the table of everything the CPU knows. Nothing is written here by hand but
// the legend; test/isa/document.test.ts keeps the file and this function together.
import { integer } from './integer.ts';
import type { Row } from './row.ts';
import { sse } from './sse.ts';
import { sse4 } from './sse4.ts';
import { x87 } from './x87.ts';

const LEGEND = `# The instruction set

Generated from the rows of \`src/isa\` by \`BLESS=1 npx vitest run test/isa/document.test.ts\`; do not edit.
A slot that is not listed raises #UD. Columns:

- **slot**: opcode in hexadecimal; \`+r\` eight registers, \`+c\` sixteen conditions, \`+i\` eight ST(i),
  \`/n\` the reg field of ModRM. \`66\`, \`F3\`, \`F2\` in front: the prefix is part of the code; \`NP\`: none may be there;
  \`VEX\`: behind a VEX prefix that says so.
- **operands**: Intel's letters (SDM volume 2, appendix A).
- **reads**, **writes**, **undefined**: flags o s z a p c d; \`cond\`: those of the condition in the opcode.
- **notes**: lock: LOCK allowed in memory; rep, repz: may be repeated; #GP: privileged, faults in user mode;
  how control leaves; the CPUID feature it needs.
`;

function notes(row: Row): string {
  const list = [
    row.lock ? 'lock' : '',
    row.rep,
    row.privileged ? '#GP' : '',
    row.ends,
    row.cpu && `cpu: ${row.cpu}${row.ignorable ? ', else without its prefix' : ''}`,
  ];
  return list.filter((note) => note !== '').join(', ');
}

function line(row: Row): string {
  const operands = row.operands.map((o) => o.letters).join(', ');
  const cells = [`\`${row.slot}\``, row.name, operands, row.reads, row.writes, row.undefined, notes(row)];
  return `| ${cells.join(' | ')} |`.replaceAll(/ {2,}/g, ' ');
}

function chapter(title: string, rows: readonly Row[]): string {
  const head =
    '| slot | instruction | operands | reads | writes | undefined | notes |\n|---|---|---|---|---|---|---|';
  return `## ${title}\n\n${rows.length} rows.\n\n${head}\n${rows.map(line).join('\n')}\n`;
}

export function isaTable(): string {
  const chapters = [
    chapter('Integer and system', integer),
    chapter('x87', x87),
    chapter('SIMD', sse),
    chapter('SIMD from SSE3 on', sse4),
  ];
  return [LEGEND, ...chapters].join('\n');
}
