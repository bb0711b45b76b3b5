// Segment registers of a task, written from outside: by sigreturn, by signal delivery and by a tracer.

import type { Task } from './task.ts';

// Register numbers in the order of the manual.
export const ES = 0;
export const CS = 1;
export const SS = 2;
export const DS = 3;
export const FS = 4;
export const GS = 5;

/** Flat user segments of Linux i386: __USER_CS, __USER_DS. */
export const USER_CS = 0x73;
export const USER_DS = 0x7b;

/**
 * Loads a selector with the descriptor behind it. One that is as it was is left alone, which makes the
 * usual case cheap. A selector without a usable descriptor becomes a null one; false for cs and ss,
 * which stay as they are.
 */
export function setSegment(task: Task, register: number, selector: number): boolean {
  if (task.registers.segment(register) === selector) return true;
  const { kernel } = task;
  const before = kernel.loaded;
  kernel.load(task);
  let loaded = kernel.engine.loadSegment(register, selector);
  if (!loaded && register !== CS && register !== SS) loaded = kernel.engine.loadSegment(register, 0);
  if (before !== null && before !== task) kernel.load(before);
  return loaded;
}
