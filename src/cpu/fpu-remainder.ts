// Instructions on the parts of ST(0): frndint, fscale, fxtract, fprem, fprem1.
import { CPU, FSW } from '../layout.ts';
import { C0, C3, ES, INDEFINITE, INDEFINITE_SE, resultSe } from './float80.ts';
import {
  exponentOf,
  partialRemainder,
  remainderCodes,
  remainderDone,
  roundToInteger,
  scale,
  significandOf,
} from './float80-parts.ts';
import {
  begin,
  commitBefore,
  isEmpty,
  push,
  pushMissing,
  put,
  seAt,
  setCodes,
  sigAt,
  slotOf,
  underflow,
} from './fpu.ts';

export function frndint(): void {
  begin();
  if (isEmpty(0)) {
    underflow(0);
    return;
  }
  const slot = slotOf(0);
  const sig = roundToInteger(sigAt(slot), seAt(slot));
  if (commitBefore()) put(slot, sig, resultSe);
}

export function fscale(): void {
  begin();
  if (<i32>isEmpty(0) | <i32>isEmpty(1)) {
    underflow(0);
    return;
  }
  const slot = slotOf(0);
  const by = slotOf(1);
  const sig = scale(sigAt(slot), seAt(slot), sigAt(by), seAt(by));
  if (commitBefore()) put(slot, sig, resultSe);
}

/** ST(0) becomes the exponent; the significand is pushed. */
export function fxtract(): void {
  begin();
  if (isEmpty(0)) {
    if (underflow(0)) pushMissing();
    return;
  }
  const slot = slotOf(0);
  const exponent = exponentOf(sigAt(slot), seAt(slot));
  const exponentSe = resultSe;
  const sig = significandOf(sigAt(slot), seAt(slot));
  const se = resultSe;
  if (!isEmpty(-1)) {
    // Overflow: neither result is delivered.
    push(sig, se);
    if (!(load<u32>(CPU + FSW) & ES)) put(slot, INDEFINITE, INDEFINITE_SE);
    return;
  }
  if (!commitBefore()) return;
  put(slot, exponent, exponentSe);
  push(sig, se);
}

// @ts-ignore: decorator
@inline
function remainder(ieee: bool): void {
  begin();
  if (<i32>isEmpty(0) | <i32>isEmpty(1)) {
    underflow(0);
    setCodes(load<i32>(CPU + FSW) & (C0 | C3));
    return;
  }
  const slot = slotOf(0);
  const by = slotOf(1);
  const sig = partialRemainder(sigAt(slot), seAt(slot), sigAt(by), seAt(by), ieee);
  if (!commitBefore()) {
    setCodes(load<i32>(CPU + FSW) & (C0 | C3));
    return;
  }
  put(slot, sig, resultSe);
  setCodes(remainderDone ? remainderCodes : load<i32>(CPU + FSW) & (C0 | C3));
}

export function fprem(): void {
  remainder(false);
}

export function fprem1(): void {
  remainder(true);
}
