// The exports of cpu.wasm: for src/interpreter.ts, and for the modules of the translator (jit/wasm.ts).
export { changeCarry, changeZero, conditionOf as condition, setRotatedFlags as setRotated } from './flags';
export { replay, settleRegion } from './replay';
export { stepOne } from './step';
export { tryLoadSegment as loadSegment } from './system';
export { dispatch, run, setPatience, setVerifying, settle } from './tier';
export { beginLog, compareLog, endLog, logStore, redoLog, undoLog } from './undo-log';
