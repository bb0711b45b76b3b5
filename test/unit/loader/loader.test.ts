import { describe, expect, test } from 'vitest';
import { E2BIG, EINVAL } from '../../../runtime/abi/errno.ts';
import { PROT_EXEC, PROT_READ } from '../../../runtime/abi/memory.ts';
import { type ElfImage, type Executable, loadElf, parseElf } from '../../../runtime/loader/elf.ts';
import { checkArguments, setUpStack } from '../../../runtime/loader/stack.ts';
import { Vdso } from '../../../runtime/loader/vdso.ts';
import type { Mm } from '../../../runtime/mm/mm.ts';
import { PageCache } from '../../../runtime/mm/page-cache.ts';
import { FakeFile, type Memory, makeMemory, makeMm, PAGE } from '../../support/address-space.ts';
import { thrown } from '../../support/thrown.ts';

const PT_LOAD = 1;
const PT_INTERP = 3;
const PT_GNU_STACK = 0x6474e551;
const ET_EXEC = 2;
const ET_DYN = 3;

type Header = readonly [
  type: number,
  offset: number,
  address: number,
  file: number,
  memory: number,
  flags: number,
];

/** An ELF file of `size` bytes of 0xaa behind the given headers. */
function elfBytes(type: number, headers: readonly Header[], size = 0x3000): Uint8Array {
  const bytes = new Uint8Array(size).fill(0xaa);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  view.setUint16(16, type, true);
  view.setUint16(18, 3, true);
  view.setUint32(24, headers[0]![2] + 0x100, true);
  view.setUint32(28, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, headers.length, true);
  headers.forEach(([kind, offset, address, file, memory, flags], i) => {
    [kind, offset, address, address, file, memory, flags, PAGE].forEach((word, j) => {
      view.setUint32(52 + i * 32 + j * 4, word, true);
    });
  });
  return bytes;
}

function executable(memory: Memory, bytes: Uint8Array): Executable {
  const mappable = new FakeFile(memory, bytes.length);
  const cache = new PageCache(memory.frames, {
    fill: (index, page) => page.set(bytes.subarray(index * PAGE, (index + 1) * PAGE)),
    store: () => {},
  });
  Object.defineProperty(mappable, 'cache', { value: cache });
  return { mappable, read: (offset, length) => bytes.slice(offset, offset + length) };
}

const maps = (mm: Mm): string[] =>
  mm.areas.items.map((area) => {
    const rights = [...'rwx']
      .map((letter, bit) => ((area.protection & (1 << bit)) === 0 ? '-' : letter))
      .join('');
    return `${area.start.toString(16)}-${area.end.toString(16)} ${rights} ${mm.nameOf(area)}`;
  });

const PROGRAM: readonly Header[] = [
  [PT_LOAD, 0, 0x8048000, 0x200, 0x200, 5],
  [PT_LOAD, 0x1f00, 0x804af00, 0x180, 0x2000, 6],
  [PT_GNU_STACK, 0, 0, 0, 0, 6],
];
const PIE: readonly Header[] = [
  [PT_LOAD, 0, 0, 0x200, 0x200, 5],
  [PT_LOAD, 0x1f00, 0x2f00, 0x180, 0x2000, 6],
  [PT_GNU_STACK, 0, 0, 0, 0, 6],
];

function parsed(memory: Memory, bytes: Uint8Array): { image: ElfImage; file: Executable } {
  const file = executable(memory, bytes);
  const image = parseElf(file);
  if (typeof image === 'string') throw new Error(image);
  return { image, file };
}

describe('parseElf', () => {
  const memory = makeMemory();
  const problem = (change: (view: DataView) => void, size?: number): unknown => {
    const bytes = elfBytes(ET_EXEC, PROGRAM, size);
    change(new DataView(bytes.buffer));
    return parseElf(executable(memory, bytes));
  };

  test('names what is wrong', () => {
    expect(problem((v) => v.setUint8(0, 0x23))).toBe('not-elf');
    const foreign = (at: number): unknown =>
      problem((v) => {
        v.setUint8(at, 2);
        v.setUint16(18, 62, true);
      });
    expect(foreign(4)).toBe('64-bit');
    expect(foreign(5)).toBe('foreign-endian');
    expect(problem((v) => v.setUint16(18, 40, true))).toBe('foreign-machine');
    expect(problem((v) => v.setUint16(16, 1, true))).toBe('not-executable');
    expect(problem((v) => v.setUint16(42, 56, true))).toBe('bad-headers');
    expect(problem((v) => v.setUint32(28, 0x2fff, true))).toBe('truncated');
    expect(problem((v) => v.setUint32(52 + 16, 0x400, true))).toBe('unloadable');
    expect(parseElf(executable(memory, new Uint8Array(0)))).toBe('not-elf');
    expect(parseElf(executable(memory, elfBytes(ET_EXEC, PROGRAM).slice(0, 40)))).toBe('truncated');
  });

  test('finds the interpreter and the wish for a stack', () => {
    const bytes = elfBytes(ET_DYN, [...PIE.slice(0, 2), [PT_INTERP, 0x400, 0x400, 8, 8, 4]]);
    bytes.set([0x2f, 0x6c, 0x64, 0x2e, 0x73, 0x6f, 0, 0], 0x400);
    expect(parsed(memory, bytes).image).toMatchObject({
      interpreter: '/ld.so',
      stack: 'absent',
      relocatable: true,
    });
    bytes[0x407] = 1;
    expect(parseElf(executable(memory, bytes))).toBe('bad-headers');
  });
});

describe('loadElf', () => {
  test('maps segments, clears bss, sets the break', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const loaded = loadElf(mm, parsed(memory, elfBytes(ET_EXEC, PROGRAM)), null);
    expect(maps(mm)).toEqual([
      '8048000-8049000 r-x /fake',
      '804a000-804c000 rw- /fake',
      '804c000-804d000 rw- ',
    ]);
    expect(loaded).toMatchObject({ entry: 0x8048100, headers: 0x8048034, headersCount: 3, bias: 0 });
    expect(mm.brkStart).toBe(0x804d000);
    expect(mm.memory.readU8(0x804b07f)).toBe(0xaa);
    expect(mm.memory.readU32(0x804b080)).toBe(0);
    expect(mm.memory.readU32(0x804bffc)).toBe(0);
  });

  test('places programs and interpreters where Linux does without randomisation', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    const pie = parsed(memory, elfBytes(ET_DYN, PIE));
    const loaded = loadElf(mm, pie, parsed(memory, elfBytes(ET_DYN, PIE)));
    expect(loaded).toMatchObject({
      bias: 0x56555000,
      programEntry: 0x56555100,
      interpreterBase: 0xf7ff9000,
      entry: 0xf7ff9100,
    });
    expect(mm.brkStart).toBe(0x5655a000);
    const alone = makeMm(memory);
    expect(loadElf(alone, pie, null).bias).toBe(0xf7ff9000);
    expect(alone.brkStart).toBe(0x56555000);
  });

  test('old programs may execute all they read; impossible addresses are refused', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    loadElf(mm, parsed(memory, elfBytes(ET_EXEC, PROGRAM.slice(0, 2))), null);
    expect(maps(mm)[1]).toBe('804a000-804c000 rwx /fake');
    const high = elfBytes(ET_EXEC, [[PT_LOAD, 0, 0xfffff000, 0x200, 0x200, 5]]);
    expect(thrown(() => loadElf(makeMm(memory), parsed(memory, high), null))).toBe(EINVAL);
  });
});

describe('the stack', () => {
  const memory = makeMemory();
  const mm = makeMm(memory);
  const { image } = parsed(memory, elfBytes(ET_EXEC, PROGRAM));
  const loaded = loadElf(mm, { image, file: executable(memory, elfBytes(ET_EXEC, PROGRAM)) }, null);
  new Vdso(memory.frames).mapInto(mm);
  const esp = setUpStack(mm, {
    argv: ['./mpie', 'x', 'y'],
    envp: ['A=b'],
    execfn: './mpie',
    image,
    loaded,
    uid: 1,
    euid: 2,
    gid: 3,
    egid: 4,
    secure: true,
    random: Uint8Array.from({ length: 16 }, (_, i) => i),
    hwcap: 0x178bfbff,
    minimumSignalStack: 0xd30,
  });
  const word = (at: number): number => mm.memory.readU32(at);

  // The addresses were recorded natively under setarch -R, with two auxv entries more than here.
  test('has the pointers where Linux has them', () => {
    expect(esp).toBe(0xffffdef0);
    const words = Array.from({ length: 7 }, (_, i) => word(esp + 4 * i));
    expect(words).toEqual([3, 0xffffdfe2, 0xffffdfe9, 0xffffdfeb, 0, 0xffffdfed, 0]);
    expect(mm.memory.readString(0xffffdfe2)).toBe('./mpie');
    expect(mm.memory.readString(0xffffdff1)).toBe('./mpie');
    expect([mm.argStart, mm.argEnd, mm.envEnd]).toEqual([0xffffdfe2, 0xffffdfed, 0xffffdff1]);
    expect(maps(mm).at(-1)).toBe('fffdd000-ffffe000 rw- [stack]');
  });

  test('has the auxiliary vector in the order of Linux', () => {
    const vector = new Map<number, number>();
    for (let at = esp + 28; ; at += 8) {
      vector.set(word(at), word(at + 4));
      if (word(at) === 0) break;
    }
    const order = [32, 33, 51, 16, 6, 17, 3, 4, 5, 7, 8, 9, 11, 12, 13, 14, 23, 25, 26, 31, 15, 0];
    expect([...vector.keys()]).toEqual(order);
    expect(vector.get(3)).toBe(0x8048034);
    expect(vector.get(9)).toBe(0x8048100);
    expect([11, 12, 13, 14, 23].map((type) => vector.get(type))).toEqual([1, 2, 3, 4, 1]);
    expect(mm.memory.readString(vector.get(15)!)).toBe('i686');
    expect(vector.get(25)).toBe(0xffffdfcb);
    expect([...mm.memory.copyIn(vector.get(25)!, 4)]).toEqual([0, 1, 2, 3]);
    expect(mm.auxv.length).toBe(order.length * 8);
  });

  test('argument sizes have limits', () => {
    const limit = 8 * 1024 * 1024;
    checkArguments(['a'], [], '/a', limit);
    expect(thrown(() => checkArguments(['a'.repeat(131072)], [], '/a', limit))).toBe(E2BIG);
    const many = Array.from({ length: 20 }, () => 'a'.repeat(120000));
    expect(thrown(() => checkArguments(many, [], '/a', limit))).toBe(E2BIG);
    checkArguments(many, [], '/a', 64 * 1024 * 1024);
  });
});

describe('the vdso', () => {
  test('is an ELF object whose symbols lead to the code', () => {
    const memory = makeMemory();
    const mm = makeMm(memory);
    new Vdso(memory.frames).mapInto(mm);
    const { base, entry, sysenterReturn, sigreturn, rtSigreturn } = mm.vdso;
    expect(base).toBe(0xf7ffd000);
    const bytes = (at: number, length: number): number[] => [...mm.memory.copyIn(at, length)];
    expect(bytes(entry, 3)).toEqual([0xcd, 0x80, 0xc3]);
    expect(bytes(sysenterReturn, 4)).toEqual([0x5d, 0x5a, 0x59, 0xc3]);
    expect(bytes(sigreturn, 8)).toEqual([0x58, 0xb8, 0x77, 0, 0, 0, 0xcd, 0x80]);
    expect(bytes(rtSigreturn, 7)).toEqual([0xb8, 0xad, 0, 0, 0, 0xcd, 0x80]);
    expect(mm.areas.items[0]!.protection).toBe(PROT_READ | PROT_EXEC);

    const dynamic = new Map<number, number>();
    const header = base + 52 + 32;
    const from = base + mm.memory.readU32(header + 4);
    for (let at = from; mm.memory.readU32(at) !== 0; at += 8)
      dynamic.set(mm.memory.readU32(at), mm.memory.readU32(at + 4));
    const symbols = new Map<string, number>();
    for (let i = 1; i < mm.memory.readU32(base + dynamic.get(4)! + 4); i++) {
      const symbol = base + dynamic.get(6)! + i * 16;
      const name = mm.memory.readString(base + dynamic.get(5)! + mm.memory.readU32(symbol));
      symbols.set(name, base + mm.memory.readU32(symbol + 4));
    }
    expect(symbols.get('__kernel_vsyscall')).toBe(entry);
    expect(symbols.get('__kernel_sigreturn')).toBe(sigreturn);
    expect(symbols.get('__kernel_rt_sigreturn')).toBe(rtSigreturn);
  });
});
