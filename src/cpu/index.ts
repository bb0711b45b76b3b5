// The exports of cpu.wasm; src/interpreter.ts is their one caller.
export { run, settle } from './step';
export { tryLoadSegment as loadSegment } from './system';
