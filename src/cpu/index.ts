// The exports of cpu.wasm: for src/interpreter.ts, and for the modules of the translator (jit/wasm.ts).
export { changeCarry, changeZero, conditionOf as condition, setRotatedFlags as setRotated } from './flags';
export { replay, settleRegion } from './replay';
export * from './fpu-values';
export { ffree_sti, ffreep_sti, fdecstp, fincstp, fnclex, fninit } from './fpu-control';
export { crc32, pdep, pext } from './bits';
export { fbld_m80, fldl2e, fldl2t, fldlg2, fldln2, fldpi, fstp1_sti } from './fpu-move';
export { fxam } from './fpu-compare';
export { fprem, fprem1, frndint, fscale, fxtract } from './fpu-remainder';
export {
  f2xm1,
  fcos,
  fpatan,
  fptan,
  fsin,
  fsincos,
  fyl2x,
  fyl2xp1,
} from './fpu-transcendental';
export {
  addsd,
  addss,
  divsd,
  divss,
  maxsd,
  maxss,
  minsd,
  minss,
  mulsd,
  mulss,
  sqrtsd,
  sqrtss,
  subsd,
  subss,
} from './sse-arithmetic';
export { addsubpd, addsubps, dppd, dpps, mpsadbw, phminposuw } from './sse-horizontal';
export { roundpd, roundps, roundsd, roundss } from './sse-round';
export { explicitIndex, implicitIndex } from './sse-string';
export { cmppd, cmpps, cmpsd, cmpss, comisd, comiss, ucomisd, ucomiss } from './sse-compare';
export {
  cvtdq2pd,
  cvtdq2ps,
  cvtpd2dq,
  cvtpd2ps,
  cvtps2dq,
  cvtps2pd,
  cvtsd2si,
  cvtsd2ss,
  cvtsi2ss,
  cvtss2sd,
  cvtss2si,
  cvttpd2dq,
  cvttps2dq,
  cvttsd2si,
  cvttss2si,
  rcpps,
  rcpss,
  rsqrtps,
  rsqrtss,
} from './sse-convert';
export {
  addpd,
  addps,
  divpd,
  divps,
  maxpd,
  maxps,
  minpd,
  minps,
  mulpd,
  mulps,
  sqrtpd,
  sqrtps,
  subpd,
  subps,
} from './sse-packed';
export { copyState } from './copy-state';
export { readable, writable } from './mmu';
export { stepOne } from './step';
export { copyWithinPages, fillWithinPage } from './string';
export { setWorth } from './strip';
export { tryLoadSegment as loadSegment } from './system';
export { dispatch, proceed, run, setPatience, setVerifying, settle } from './tier';
export { beginLog, compareLog, endLog, logStore, redoLog, undoLog } from './undo-log';
