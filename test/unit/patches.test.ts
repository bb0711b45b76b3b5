// What --patch and Machine.create's `patches` understand, and that what is left out is not there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../runtime/host/fake.ts';
import { Machine } from '../../runtime/machine.ts';
import { DEFAULT_PATCHES, hostPatches, parsePatches } from '../../runtime/machine-patches.ts';

const SKAS3 = ['faultinfo', 'ldt', 'procmm', 'sigpending', 'switchmm'];
const parts = (list: string): string[] => {
  const choice = parsePatches(list);
  if (typeof choice === 'string') throw new Error(choice);
  return [...choice].sort();
};

describe('parsePatches', () => {
  it('knows patches by name, and their parts', () => {
    expect(parts('skas3')).toEqual(SKAS3);
    expect(parts('procmm,ldt')).toEqual(['ldt', 'procmm']);
    expect(parts('skas4')).toEqual(['faultinfo', 'indirect', 'newmm', 'switchmm']);
    expect(parts('skas4-posted')).toEqual(['skas4-posted']);
  });
  it('takes parts away, in the order of the words', () => {
    expect(parts('skas3,-faultinfo')).toEqual(SKAS3.filter((part) => part !== 'faultinfo'));
    expect(parts('-faultinfo,skas3')).toEqual(SKAS3);
    expect(parts('skas3,-skas3')).toEqual([]);
    expect(parts(' skas3 , -ldt ')).not.toContain('ldt');
  });
  it('has one version of FAULTINFO, the one that was named last', () => {
    expect(parts('skas3,faultinfo-other')).toEqual(
      [...SKAS3.filter((part) => part !== 'faultinfo'), 'faultinfo-other'].sort(),
    );
    expect(parts('faultinfo-other,skas3')).toEqual(SKAS3);
  });
  it('joins patches', () => {
    expect(parts('skas3,skas4')).toEqual([...SKAS3, 'indirect', 'newmm'].sort());
  });
  it('has nothing for none, and skas3 where nothing is said', () => {
    expect(parts('none')).toEqual([]);
    expect(parts('')).toEqual([]);
    expect([...DEFAULT_PATCHES].sort()).toEqual(SKAS3);
  });
  it('names what it does not know', () => {
    expect(parsePatches('skas3,-fault')).toMatch(/there is no patch fault \(skas3, /);
  });
});

describe('a machine with patches', () => {
  const cpu = readFileSync(join(import.meta.dirname, '../../dist/cpu.wasm'));
  const machine = (list: string): Machine => {
    const patches = parsePatches(list);
    if (typeof patches === 'string') throw new Error(patches);
    return Machine.create({ host: createFakeHost(), cpu, patches });
  };
  const names = (list: string): string[] =>
    machine(list).calls.rows.flatMap((row) => (row === undefined ? [] : [row.name]));

  it('has /proc/mm with procmm alone', () => {
    expect(machine('procmm').files.exists('/proc/mm')).toBe(true);
    expect(machine('skas3,-procmm').files.exists('/proc/mm')).toBe(false);
    expect(machine('skas4').files.exists('/proc/mm')).toBe(false);
  });
  it('has the calls of skas4, and timerfd unless the posted numbers are asked for', () => {
    expect(names('skas3')).not.toContain('new_mm');
    expect(names('skas4')).toEqual(expect.arrayContaining(['new_mm', 'mm_indirect', 'timerfd_settime']));
    expect(names('skas4-posted')).toContain('switch_mm');
    expect(names('skas4-posted')).not.toContain('timerfd_settime');
    expect(names('skas4-posted')).not.toContain('timerfd_gettime');
    expect(names('skas4-posted')).toContain('timerfd_create');
  });
  it('has a patch for each part', () => {
    expect(hostPatches(DEFAULT_PATCHES)).toHaveLength(SKAS3.length);
  });
});
