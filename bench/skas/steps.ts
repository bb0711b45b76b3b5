// What one event costs a User Mode Linux in host calls and in stops of a traced process, by the step lists of the modes
// (docs/skas.md). These are written down from what kernels of each kind do, not measured: the reports hold what is
// counted against them.

import type { SystemName, WorkName } from './rows.ts';

export interface Steps {
  readonly system: SystemName;
  readonly work: WorkName;
  readonly calls: number;
  readonly stops: number;
  readonly because: string;
}

/** SETREGS, SETFPXREGS, SYSEMU, wait4, GETREGS, GETFPXREGS. */
const TURN = 6;
/** Debug registers, on the way into the kernel and out of it: 8 PEEKUSR and 6 POKEUSR each. */
const DEBUG = 2 * (8 + 6);
/** getpid, kill(SIGUSR1), sigreturn; wait4, SYSEMU. */
const TT_BACK = 3 + 2;
/**
 * wait4, GETREGS, POKEUSR of the number, CONT(SIGUSR2); wait4 of that signal, CONT; back. A signal that goes with
 * the CONT of a stopped call is sent, not delivered: it stops the process once more (ptrace(2); recorded natively as
 * test/syscalls/tt-system-call.c). Lists of tt mode that have two stops leave this one out; a log of a 2.6.20 kernel
 * has 968 CONT(SIGUSR2) for 484 calls.
 */
const TT_CALL = DEBUG + 4 + 2 + TT_BACK;
/** On either side 3 rt_sigprocmask, rt_sigpending; F_SETOWN; a byte is written and read. */
const TT_SWITCH = 3 + 3 + 1 + 1 + 2;
/** A turn in the loop of switches: two processes, each of which reads and writes a byte. */
const CALLS_A_TURN = 4;
const SWITCHES_A_TURN = 2;

/** The stub in the guest's space: SETREGS, CONT, wait4, and the call that it makes. */
const STUB = 3 + 1;
/** GETSIGINFO, GETFPXREGS, CONT(SIGSEGV), wait4, SETFPXREGS. */
const STUB_FAULT = 5;

// biome-ignore format: columns
export const STEPS: readonly Steps[] = [
  { system: 'skas3', work: 'calls', calls: TURN, stops: 1, because: 'one turn' },
  { system: 'skas4', work: 'calls', calls: TURN, stops: 1, because: 'one turn' },
  { system: 'skas0', work: 'calls', calls: TURN, stops: 1, because: 'one turn' },
  { system: 'tt', work: 'calls', calls: TT_CALL, stops: 3, because: 'debug registers twice, the call as SIGUSR2, which stops it again, back by SIGUSR1' },
  { system: 'skas3', work: 'faults', calls: TURN + 1 + 1, stops: 1, because: 'a turn, FAULTINFO, a write to /proc/mm' },
  { system: 'skas4', work: 'faults', calls: TURN + 1 + 1, stops: 1, because: 'a turn, FAULTINFO, mm_indirect' },
  { system: 'skas0', work: 'faults', calls: TURN + STUB_FAULT + STUB, stops: 3, because: 'a turn, the handler in the stub, a call in the stub' },
  { system: 'tt', work: 'faults', calls: DEBUG + 2 + 1 + TT_BACK, stops: 2, because: 'debug registers twice, the signal is passed on, mmap2, back by SIGUSR1' },
  { system: 'skas3', work: 'switches', calls: CALLS_A_TURN * TURN + SWITCHES_A_TURN, stops: CALLS_A_TURN, because: 'four calls, two SWITCH_MM' },
  { system: 'skas4', work: 'switches', calls: CALLS_A_TURN * TURN + SWITCHES_A_TURN, stops: CALLS_A_TURN, because: 'four calls, two SWITCH_MM' },
  { system: 'skas0', work: 'switches', calls: CALLS_A_TURN * TURN, stops: CALLS_A_TURN, because: 'four calls; another process is resumed' },
  { system: 'tt', work: 'switches', calls: CALLS_A_TURN * TT_CALL + SWITCHES_A_TURN * TT_SWITCH, stops: CALLS_A_TURN * 3, because: 'four calls; two switches by socket, with signals masked' },
];

/** How far counts may be from the list: clock ticks and the start of the loop are in them. */
export const STEPS_MARGIN = 0.1;
