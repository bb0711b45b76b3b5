// What the fuzz does not generate, each with its reason. Everything else in src/isa is fair game.
import type { Row, Slot } from '../../src/isa/map.ts';

/** Rows by mnemonic. */
export const EXCLUDED_ROWS: Readonly<Record<string, string>> = {
  fxsave: 'MXCSR_MASK is that of the host',
  cpuid: 'describes the processor it runs on',
  rdtsc: 'reads a clock',
  int1: 'hypervisors report it with eip at the instruction or behind it',
  sysenter: 'enters the kernel; absent in compatibility mode on AMD',
  sgdt: 'value of the host; with UMIP emulated by the kernel',
  sidt: 'value of the host; with UMIP emulated by the kernel',
  smsw: 'value of the host; with UMIP emulated by the kernel',
  sldt: 'value of the host; with UMIP emulated by the kernel',
  str: 'value of the host; with UMIP emulated by the kernel',
  rdpmc: 'allowed or not by a setting of the host (CR4.PCE)',
};

/** Rows whose memory form is left out. */
export const EXCLUDED_MEMORY: Readonly<Record<string, string>> = {
  arpl: 'whether an unchanged operand is written back differs between processors',
};

const PREFETCH_GROUP = 0x0d; // with a register a nop on Intel, #UD on AMD

/** Prefixes by mnemonic that turn the instruction into another one on the host's newer processor. */
export const EXCLUDED_REPEAT: Readonly<Record<string, string>> = {
  loopne: 'F3 turns its condition around on AMD',
  loope: 'F2 turns its condition around on AMD',
};

/** Rows that get no LOCK prefix although they would refuse it. */
const EXCLUDED_LOCK: Readonly<Record<string, string>> = {
  verw: 'AMD lets LOCK pass',
};

/** Immediates by mnemonic. */
export const EXCLUDED_IMMEDIATE: Readonly<Record<string, readonly number[]>> = {
  int: [0x80], // would be a system call
};

export function withoutLock(row: Row): boolean {
  // AMD's LOCK MOV CR0 is another name of MOV CR8.
  return row.name in EXCLUDED_LOCK || row.operands.some(({ kind }) => kind === 'C');
}

export function isExcluded(slot: Slot): boolean {
  if (slot.map === 1 && slot.modrm === 'reg' && slot.opcode === PREFETCH_GROUP) return true;
  return slot.row.name in EXCLUDED_ROWS;
}
