// docs/SYSCALLS.md from the rows: every system call, socketcall's calls and ptrace's requests, with the kinds
// of their arguments and what is missing. Nothing is written here by hand but the legends;
// test/syscall-document.test.ts keeps the file and this function together.

import type { NamedRow } from './row.ts';

const LEGEND = `# System calls

Generated from the rows of \`runtime/syscalls\` by \`BLESS=1 npx vitest run test/syscall-document.test.ts\`; do not
edit. A number that is not listed answers ENOSYS, and skasm says so once on standard error.

- **arguments**: how the words of ebx, ecx, edx, esi, edi, ebp are read; \`pointer\` is an address that the
  call itself reads or writes.
- **support**: *full*: as on Linux, so far as one processor and the test cases show; *partial*: the note says what
  is missing; *refused*: answers an error on purpose.
`;

const SOCKETCALL = `The calls of \`socketcall\` (102): the number is ebx, the arguments lie where ecx points.`;

const PTRACE = `The requests of \`ptrace\` (26) besides PTRACE_TRACEME (0): the first argument is the tracee's id.`;

const PATCHED = `Chosen by \`--patch\`: skas3 (the default), skas4, skas4-posted; [skas.md](skas.md) has their story.`;

export interface DocumentedCalls {
  readonly calls: readonly NamedRow[];
  readonly socketcall: readonly NamedRow[];
  readonly ptrace: readonly NamedRow[];
  /** What host patches add: requests of ptrace, and calls. */
  readonly patchedPtrace: readonly NamedRow[];
  readonly patchedCalls: readonly NamedRow[];
}

const hex = (number: number): string => (number < 0x400 ? String(number) : `0x${number.toString(16)}`);

function line(row: NamedRow): string {
  const kinds = row.kinds.map((kind) => kind.label).join(', ');
  return `| ${hex(row.number)} | ${row.name} | ${kinds} | ${row.support.level} | ${row.support.note} |`;
}

function chapter(title: string, text: string, rows: readonly NamedRow[]): string {
  const sorted = [...rows].sort((a, b) => a.number - b.number);
  const count = (level: string): number => rows.filter((row) => row.support.level === level).length;
  const counts = `${rows.length} rows: ${count('full')} full, ${count('partial')} partial, ${count('refused')} refused.`;
  const head = '| number | name | arguments | support | note |\n|---:|---|---|---|---|';
  const body = sorted.map(line).join('\n').replaceAll(/ {2,}/g, ' ');
  return `## ${title}\n\n${text === '' ? '' : `${text} `}${counts}\n\n${head}\n${body}\n`;
}

export function callTable(known: DocumentedCalls): string {
  return [
    LEGEND,
    chapter('Calls', '', known.calls),
    chapter('socketcall', SOCKETCALL, known.socketcall),
    chapter('ptrace', PTRACE, known.ptrace),
    chapter('ptrace of host patches', PATCHED, known.patchedPtrace),
    chapter('Calls of host patches', PATCHED, known.patchedCalls),
  ].join('\n');
}
