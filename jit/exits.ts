// The ways out of a region, as statements, and where the jump cache is asked for another.
import {
  CPU,
  JUMP_CACHE,
  JUMP_EIP,
  JUMP_ENTRIES,
  JUMP_ENTRY_SIZE,
  JUMP_FN,
  NOWHERE,
  REGION_CODE,
  REGION_LEAVE,
} from '../src/layout.ts';
import {
  add,
  and,
  binary,
  constant,
  eqz,
  get,
  isConstant,
  load,
  type Node,
  type Statement,
  select,
  shl,
  shrU,
  xor,
} from './ir.ts';
import * as L from './locals.ts';

/** Leaves by the end that all such exits have in common: to go on at `at`, if the code is REGION_LEAVE. */
export function out(at: Node, code: number): Statement[] {
  return [
    { kind: 'set', local: L.NEXT, value: at },
    { kind: 'exit', code },
  ];
}

/** Leaves by an end of its own to go on at `to`: where control often comes. `flags`: the kind of the record, of flags.ts. */
export function onward(to: Node, flags: number): Statement[] {
  return [{ kind: 'onward', to, flags }];
}

/** Returns at once, with a code: the state has been stored. */
export function back(code: number): Statement[] {
  return [say(code), { kind: 'return', value: constant(NOWHERE) }];
}

/** What the common end does first, by code. */
export function answering(code: number): Statement[] {
  if (code === REGION_LEAVE) return [{ kind: 'set', local: L.ANSWER, value: get(L.NEXT) }];
  return [say(code), { kind: 'set', local: L.ANSWER, value: constant(NOWHERE) }];
}

/**
 * SLOT for the region where the guest goes on: the one that the first jump cache entry for the address in NEXT leads to. 0 where
 * that leads elsewhere, and where it is the address that the caller waits for.
 */
export function following(): Statement[] {
  const next = get(L.NEXT);
  const at = get(L.SLOT);
  const found = binary('i32.eq', load('i32.load', at, JUMP_CACHE + JUMP_EIP), next);
  const look: Statement[] = [
    { kind: 'set', local: L.SLOT, value: add(get(L.TABLE), jumpHash(next)) },
    {
      kind: 'set',
      local: L.SLOT,
      value: select(found, load('i32.load', at, JUMP_CACHE + JUMP_FN), constant(0)),
    },
  ];
  return [{ kind: 'if', condition: binary('i32.ne', next, get(L.EXPECTED)), body: look, otherwise: [] }];
}

/**
 * SLOT for the region at `next`, a constant or a local; where the jump cache's first entry knows none, and where `next` is
 * computed and what the caller waits for, the caller is answered.
 */
export function goingOn(next: Node): Statement[] {
  const answer: Statement[] = [{ kind: 'return', value: next }];
  const arrived: Statement = {
    kind: 'if',
    condition: binary('i32.eq', next, get(L.EXPECTED)),
    body: answer,
    otherwise: [],
  };
  const there = isConstant(next) ? get(L.TABLE) : get(L.SLOT);
  const entry = isConstant(next) ? jumpOffset(next.n) : JUMP_CACHE;
  const into = (value: Node): Statement => ({ kind: 'set', local: L.SLOT, value });
  const other = binary('i32.ne', load('i32.load', there, entry + JUMP_EIP), next);
  return [
    ...(isConstant(next) ? [] : [arrived, into(add(get(L.TABLE), jumpHash(next)))]),
    { kind: 'if', condition: other, body: answer },
    into(load('i32.load', there, entry + JUMP_FN)),
    { kind: 'if', condition: eqz(get(L.SLOT)), body: answer },
  ];
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
