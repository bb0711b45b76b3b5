// The slot map: every opcode has one owner or is known to raise #UD.
import { expect, test } from 'vitest';
import { type Slot, slotMap, slots } from '../../src/isa/map.ts';
import { row } from '../../src/isa/row.ts';

const hex = (n: number) => n.toString(16).toUpperCase().padStart(2, '0');

function unclaimed(map: 0 | 1): string {
  const taken = new Set(slots.filter((s) => s.map === map && !s.vex).map((s) => s.opcode));
  return Array.from({ length: 256 }, (_, i) => i)
    .filter((opcode) => !taken.has(opcode))
    .map(hex)
    .join(' ');
}

test('the one-byte map lacks the prefixes and the escape only', () => {
  expect(unclaimed(0)).toBe('0F 26 2E 36 3E 64 65 66 67 F0 F2 F3');
});

test('the 0F map lacks what raises #UD', () => {
  expect(unclaimed(1).replaceAll(/ (?=[0-9A-F]0)/g, '\n')).toMatchSnapshot();
});

test('every ModRM byte of D8-DF that Intel defines has an owner', () => {
  const missing: string[] = [];
  for (let opcode = 0xd8; opcode <= 0xdf; opcode++) {
    for (let byte = 0xc0; byte <= 0xff; byte++) {
      const owns = (s: Slot) =>
        s.map === 0 &&
        s.opcode === opcode &&
        s.modrm === 'reg' &&
        s.reg === ((byte >> 3) & 7) &&
        s.rm === (byte & 7);
      const count = slots.filter(owns).length;
      expect(count).toBeLessThan(2);
      if (count === 0) missing.push(hex(opcode) + hex(byte));
    }
  }
  expect(missing.join(' ').replaceAll(/ (?=D.[CDEF]0)/g, '\n')).toMatchSnapshot();
});

test('a slot with two owners is refused', () => {
  expect(() => slotMap([row('40+r', 'inc', 'Zv'), row('45', 'dec', 'Zv')])).toThrow(
    'slot 45 is both inc and dec',
  );
  expect(() => slotMap([row('D8C0+i', 'fadd', 'ST0,STi'), row('D8C3', 'fnop')])).toThrow('both');
  expect(() => slotMap([row('8C', 'mov', 'Mw,Sw'), row('8C', 'mov', 'Ev,Sw')])).toThrow('both');
  expect(slotMap([row('8C', 'mov', 'Mw,Sw'), row('8C', 'mov', 'Rv,Sw')])).toHaveLength(2);
});

test('an unreadable slot and an unknown operand are refused', () => {
  expect(() => slotMap([row('G0', 'add')])).toThrow('cannot be read');
  expect(() => row('00', 'add', 'Eb,Kb')).toThrow('no such operand: Kb');
});

test('the expansion forms', () => {
  const jcc = slots.filter((s) => s.map === 0 && s.row.name === 'jcc');
  expect(jcc.map((s) => hex(s.opcode)).join(' ')).toBe('70 71 72 73 74 75 76 77 78 79 7A 7B 7C 7D 7E 7F');
  const xchg = slots.filter((s) => s.row.slot === '91+r');
  expect(xchg.map((s) => hex(s.opcode)).join(' ')).toBe('91 92 93 94 95 96 97');
  const fadd = slots.filter((s) => s.row.slot === 'D8C0+i');
  expect(fadd.map((s) => s.rm)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(fadd.every((s) => s.opcode === 0xd8 && s.reg === 0 && s.modrm === 'reg')).toBe(true);
});
