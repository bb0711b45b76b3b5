// A task's state from its slot to the CPU block and back, when tasks take turns: in JavaScript the copies would take
// longer than all the rest of a switch. Not the engine's own words, which lie in between.
import { ENGINE_WORDS, ENGINE_WORDS_END, STATE_SIZE } from '../layout.ts';

export function copyState(to: u32, from: u32): void {
  for (let at: u32 = 0; at < <u32>ENGINE_WORDS; at += 16) v128.store(to + at, v128.load(from + at));
  for (let at: u32 = ENGINE_WORDS_END; at < <u32>STATE_SIZE; at += 16) {
    v128.store(to + at, v128.load(from + at));
  }
}
