// The ways out of a region, as statements, and where the jump cache is asked for another.
import {
  CPU,
  JUMP_CACHE,
  JUMP_ENTRIES,
  JUMP_ENTRY_SIZE,
  NOWHERE,
  REGION_CODE,
  REGION_LEAVE,
} from '../src/layout.ts';
import { and, constant, type Node, type Statement, shl, shrU, xor } from './ir.ts';
import * as L from './locals.ts';

/** Leaves by the common end: to go on at `at`, or, for a code other than REGION_LEAVE, by NOWHERE. */
export function out(at: Node, code: number): Statement[] {
  const next: Statement = { kind: 'set', local: L.NEXT, value: at };
  if (code === REGION_LEAVE) return [next, { kind: 'set', local: L.ANSWER, value: at }, { kind: 'exit' }];
  return [next, say(code), { kind: 'set', local: L.ANSWER, value: constant(NOWHERE) }, { kind: 'exit' }];
}

/** Returns at once, with a code: the state has been stored. */
export function back(code: number): Statement[] {
  return [say(code), { kind: 'return', value: constant(NOWHERE) }];
}

function say(code: number): Statement {
  const address = constant(CPU + REGION_CODE);
  return { kind: 'store', op: 'i32.store', address, offset: 0, value: constant(code) };
}

/** Offset from the table base of the first entry that may serve `eip`; as in src/cpu/tier.ts. */
export function jumpOffset(eip: number): number {
  const mask = (JUMP_ENTRIES - 1) * JUMP_ENTRY_SIZE;
  return JUMP_CACHE + (((eip << 4) ^ (eip >>> 8)) & mask);
}

/** The same without JUMP_CACHE, of an address that is not known before. */
export function jumpHash(eip: Node): Node {
  const mask = constant((JUMP_ENTRIES - 1) * JUMP_ENTRY_SIZE);
  return and(xor(shl(eip, 4), shrU(eip, 8)), mask);
}
