// CPU models: what `--cpu` understands, and that without a feature its instructions raise #UD on every engine, as on a
// processor that has it not. The instructions are the recorded ones of test/isa/objdump.txt, at least one for each
// row.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CpuModel, FEATURES, type FeatureName, parseCpuModel } from '../src/cpu-model.ts';
import { decode, type Insn } from '../src/isa/decode.ts';
import { slots } from '../src/isa/map.ts';
import { VECTOR_UD } from '../src/layout.ts';
import type { FuzzResult } from './fuzz/wire.ts';
import { BareMachine } from './support/bare-machine.ts';
import { parseCases } from './support/case-file.ts';
import { allEngines } from './support/engines.ts';

const model = (text: string): CpuModel => {
  const made = parseCpuModel(text);
  if (typeof made === 'string') throw new Error(made);
  return made;
};

interface Sample {
  readonly insn: Insn;
  readonly bytes: Uint8Array;
}

const lines = readFileSync(join(import.meta.dirname, 'isa/objdump.txt'), 'utf8')
  .trimEnd()
  .split('\n');
const samples: Sample[] = lines.flatMap((line) => {
  const bytes = Uint8Array.from(Buffer.from(line.split('\t')[1]!, 'hex'));
  const insn = decode(bytes);
  return typeof insn === 'object' && insn.row.cpu !== '' ? [{ insn, bytes }] : [];
});
const [empty] = parseCases('case nothing\ncode 90\nafter\nstop 03\n');

function run(machine: BareMachine, code: Uint8Array): FuzzResult {
  const result = machine.run({ ...empty!.test, code: Uint8Array.from([...code, 0xcc]) });
  if (typeof result === 'string') throw new Error(result);
  return result;
}

test('each row that needs a feature has a sample', () => {
  const sampled = new Set(samples.map(({ insn }) => insn.row));
  const missing = slots.filter(({ row }) => row.cpu !== '' && !sampled.has(row)).map(({ row }) => row.slot);
  expect(missing).toEqual([]);
});

describe.each(allEngines())('$name', ({ create }) => {
  const features = (Object.keys(FEATURES) as FeatureName[]).filter(
    (name) => FEATURES[name].instructions !== 0,
  );
  test.each(features)('without %s', (name) => {
    const machine = new BareMachine(create, model(`max,-${name}`));
    const concerned = samples.filter(({ insn }) => insn.row.cpu === name);
    expect(concerned.length).toBeGreaterThan(0);
    const wrong = concerned.filter(({ insn, bytes }) => {
      const { vector, eip, regs, eflags } = run(machine, bytes);
      if (!insn.row.ignorable) return vector !== VECTOR_UD || eip !== empty!.test.eip;
      // As if its prefix were not there.
      const plain = run(
        machine,
        bytes.filter((byte) => byte !== 0xf3),
      );
      const same = [vector, eflags, ...regs].join() === [plain.vector, plain.eflags, ...plain.regs].join();
      return vector === VECTOR_UD || !same;
    });
    expect(wrong.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual([]);
  });
});

/** What cpuid answers in eax, ebx, ecx and edx. */
function cpuid(text: string, leaf: number, subleaf = 0): number[] {
  const machine = new BareMachine(allEngines()[0]!.create, model(text));
  const word = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);
  const { regs } = run(machine, Uint8Array.from([0xb8, ...word(leaf), 0xb9, ...word(subleaf), 0x0f, 0xa2]));
  return [regs[0], regs[3], regs[1], regs[2]].map((value) => value! >>> 0);
}

describe('cpuid', () => {
  test('names the vendor and the last function', () => {
    expect(cpuid('Haswell', 0)).toEqual([7, 0x756e6547, 0x6c65746e, 0x49656e69]);
    expect(cpuid('pentium', 0)[0]).toBe(1);
  });
  test('agrees with what the model says of itself', () => {
    for (const name of ['pentium', 'pentium3', 'Nehalem', 'Haswell', 'max', 'Nehalem,-popcnt,+bmi1']) {
      const made = model(name);
      const [signature, , ecx, edx] = cpuid(name, 1);
      expect(edx).toBe(made.hardwareCapabilities);
      const family = (signature! >> 8) & 15;
      expect([family, ((signature! >> 4) & 15) | ((signature! >> 12) & 0xf0)]).toEqual([
        made.family,
        made.model,
      ]);
      expect(((ecx! >> 23) & 1) === 1).toBe(made.features.has('popcnt'));
      const bmi1 = made.level >= 7 && ((cpuid(name, 7)[1]! >> 3) & 1) === 1;
      expect(bmi1).toBe(made.features.has('bmi1'));
      expect(((cpuid(name, 0x80000001)[2]! >> 5) & 1) === 1).toBe(made.features.has('lzcnt'));
    }
  });
  test('beyond the last function answers as that does; a subleaf that is not there with zeros', () => {
    expect(cpuid('pentium4', 0x1234)).toEqual(cpuid('pentium4', 2));
    expect(cpuid('Haswell', 7, 1)).toEqual([0, 0, 0, 0]);
    expect(cpuid('Haswell', 5)).toEqual([0, 0, 0, 0]);
  });
  test('has the brand', () => {
    const text = [2, 3, 4].flatMap((leaf) => cpuid('max', 0x80000000 + leaf));
    expect(Buffer.from(Uint32Array.from(text).buffer).toString('latin1').replace(/\0+$/, '')).toBe(
      model('max').brand,
    );
  });
});

describe('texts', () => {
  test('names of models in any case, features by the names of QEMU', () => {
    expect([...model('haswell,-abm,-sse4.2').features]).not.toContain('lzcnt');
    expect([...model('haswell,-abm,-sse4-2').features]).not.toContain('sse4_2');
    expect([...model('pentium3,+sse2,pni=on').features]).toEqual(expect.arrayContaining(['sse2', 'sse3']));
    expect(model('pentium').flags).toEqual(['fpu', 'tsc', 'cx8']);
    expect(model('Penryn').flags.slice(-3)).toEqual(['pni', 'ssse3', 'sse4_1']);
  });
  test('what is wrong is said', () => {
    expect(parseCpuModel('z80')).toMatch(/^there is no CPU model z80 \(pentium, /);
    expect(parseCpuModel('')).toMatch(/^there is no CPU model without a name/);
    expect(parseCpuModel('max,+avx')).toMatch(/^there is no CPU feature avx \(fpu, /);
    expect(parseCpuModel('max,sse')).toBe('write +sse or -sse, not sse');
    expect(parseCpuModel('max,sse=maybe')).toBe('write +sse or -sse, not sse=maybe');
    expect(parseCpuModel('max,-fpu')).toBe('the CPU feature fpu cannot be absent');
  });
});
