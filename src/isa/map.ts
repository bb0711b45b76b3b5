// The slot map: every row of integer.ts, x87.ts, sse.ts and sse4.ts, expanded to the opcode slots it occupies.
// Refuses a slot text it cannot read and a slot that two rows claim. A slot that no row claims raises #UD.
// Intel SDM volume 2, appendix A.
import { integer } from './integer.ts';
import type { Operand, Row } from './row.ts';
import { sse } from './sse.ts';
import { sse4 } from './sse4.ts';
import { x87 } from './x87.ts';

export type { Operand, Row } from './row.ts';

export interface Slot {
  /** 0: the one-byte map, 1: behind 0F, 2: behind 0F38, 3: behind 0F3A. */
  readonly map: 0 | 1 | 2 | 3;
  /** Behind a VEX prefix, which then says the map and the prefix. */
  readonly vex: boolean;
  readonly opcode: number;
  /** ModRM reg (/digit, or of a fixed ModRM), -1 = any. */
  readonly reg: number;
  /** ModRM r/m of a fixed ModRM byte, -1 = any. */
  readonly rm: number;
  /** Whether a ModRM byte follows and what its mod field may say. */
  readonly modrm: 'none' | 'any' | 'mem' | 'reg';
  /** Prefix that belongs to the opcode. It wins over '' when present; '' then still serves the others. */
  readonly prefix: '' | '66' | 'F3' | 'F2';
  /** Intel's NP: with prefix '', no 66, F3 or F2 may stand before it. */
  readonly strict: boolean;
  readonly row: Row;
}

const SYNTAX =
  /^(?:(VEX\.)?(NP|66|F3|F2) )?(0F38|0F3A|0F)?([0-9A-F]{2})(?:\/([0-7])|([C-F][0-9A-F]))?(?:\+([rci]))?$/;
const ESCAPES = [undefined, '0F', '0F38', '0F3A'];

function modrmOf(operands: readonly Operand[], given: boolean): Slot['modrm'] {
  const kinds = operands.map((o) => (/\d/.test(o.kind) ? '' : o.kind)).join(' ');
  if (/[RNU]/.test(kinds)) return 'reg';
  if (/M/.test(kinds)) return 'mem';
  return given || /[EGSCDPQVW]/.test(kinds) ? 'any' : 'none';
}

/** The slots of one row: eight for +r and +i (fewer when it starts above the first), sixteen for +c. */
function expand(row: Row): Slot[] {
  const match = SYNTAX.exec(row.slot);
  if (!match) throw new Error(`slot ${row.slot} of ${row.name} cannot be read`);
  const [, vex, prefix, behind, opcodeText, digit, fixed, suffix] = match;
  const opcode = Number.parseInt(opcodeText, 16);
  const base = {
    map: ESCAPES.indexOf(behind),
    vex: vex !== undefined,
    opcode,
    reg: digit === undefined ? -1 : Number(digit),
    rm: -1,
    modrm: modrmOf(row.operands, digit !== undefined),
    prefix: prefix === undefined || prefix === 'NP' ? '' : prefix,
    strict: prefix === 'NP',
    row,
  } as Slot;
  if (fixed !== undefined) {
    const byte = Number.parseInt(fixed, 16);
    const one = { ...base, modrm: 'reg', reg: (byte >> 3) & 7, rm: byte & 7 } as Slot;
    return suffix === 'i'
      ? Array.from({ length: 8 - one.rm }, (_, i) => ({ ...one, rm: one.rm + i }))
      : [one];
  }
  if (suffix === undefined) return [base];
  const end = suffix === 'c' ? opcode | 15 : opcode | 7;
  return Array.from({ length: end - opcode + 1 }, (_, i) => ({ ...base, opcode: opcode + i }));
}

function overlap(a: Slot, b: Slot): boolean {
  if (a.modrm === 'none' || b.modrm === 'none') return true;
  const open = (x: number, y: number) => x === -1 || y === -1 || x === y;
  const mods = a.modrm === 'any' || b.modrm === 'any' || a.modrm === b.modrm;
  return mods && open(a.reg, b.reg) && open(a.rm, b.rm);
}

/** Expands rows to slots; throws when two of them claim the same slot. */
export function slotMap(rows: readonly Row[]): readonly Slot[] {
  const taken = new Map<string, Slot[]>();
  const all = rows.flatMap(expand);
  for (const slot of all) {
    const key = `${slot.vex}.${slot.map}.${slot.opcode}.${slot.prefix}`;
    const others = taken.get(key) ?? [];
    const other = others.find((o) => overlap(o, slot));
    if (other) throw new Error(`slot ${slot.row.slot} is both ${other.row.name} and ${slot.row.name}`);
    taken.set(key, [...others, slot]);
  }
  return all;
}

export const slots: readonly Slot[] = slotMap([...integer, ...x87, ...sse, ...sse4]);
