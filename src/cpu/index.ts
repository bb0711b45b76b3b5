// The exports of cpu.wasm: for src/interpreter.ts, and for the modules of the translator (jit/wasm.ts).
export { changeCarry, changeZero, conditionOf as condition, setRotatedFlags as setRotated } from './flags';
export { stepOne } from './step';
export { tryLoadSegment as loadSegment } from './system';
export { dispatch, run, setPatience, settle } from './tier';
