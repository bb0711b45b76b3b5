// The micro-benchmarks as a table: a guest of bench/guest, and for each of its units the byte that asks for it.
// How many operations a unit has is told by the guest.

export interface MicroCase {
  readonly unit: string;
  readonly name: string;
}

export interface Chapter {
  /** bench/guest/NAME.c. */
  readonly guest: string;
  readonly title: string;
  readonly cases: readonly MicroCase[];
}

const chapter = (guest: string, title: string, cases: Readonly<Record<string, string>>): Chapter => ({
  guest,
  title,
  cases: Object.entries(cases).map(([unit, name]) => ({ unit, name })),
});

export const CHAPTERS: readonly Chapter[] = [
  chapter('alu', 'arithmetic', {
    a: 'add, xor, rol, lea in a chain',
    c: 'add and adc',
    f: 'cmp, setcc, cmov',
    m: 'imul',
    d: 'div',
  }),
  chapter('memory', 'memory', {
    l: 'loads in order',
    s: 'stores in order',
    m: 'add to memory',
    b: 'loads of bytes',
    p: 'loads that wait for each other',
    u: 'unaligned loads',
  }),
  chapter('branches', 'branches', {
    p: 'jcc with a pattern',
    r: 'jcc without a pattern',
    i: 'jmp through a table',
  }),
  chapter('calls', 'calls', { d: 'direct', i: 'through a pointer', r: '100 deep' }),
  chapter('strings', 'string instructions, a byte', {
    b: 'rep movsb',
    d: 'rep movsd',
    s: 'rep stosd',
    n: 'repne scasb',
    c: 'repe cmpsb',
  }),
  chapter('x87', 'x87', {
    a: 'add and multiply, 80 bits',
    d: 'div and sqrt',
    m: '80-bit values in memory',
    l: 'doubles in memory',
    i: 'fild and fistp',
  }),
  chapter('sse', 'SSE and SSE2', {
    d: 'scalar doubles',
    f: 'four floats',
    i: 'four integers',
    s: 'shuffles and 16-bit products',
  }),
  chapter('syscall', 'system call', { s: 'getppid, there and back' }),
  chapter('ptrace', 'ptrace', { p: 'a stop, its registers, and on' }),
  chapter('switch', 'address space', { w: 'a switch, by a byte in a pipe' }),
];
