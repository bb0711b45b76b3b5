// The exports of cpu.wasm: for src/interpreter.ts, and for the modules of the translator (jit/wasm.ts).
export { changeCarry, changeZero, conditionOf as condition, setRotatedFlags as setRotated } from './flags';
export { run, settle, stepOne } from './step';
export { tryLoadSegment as loadSegment } from './system';
export { dispatch, setPatience } from './tier';
