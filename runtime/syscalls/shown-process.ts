// How strace shows processes and signals: wait's status words, sigaction, sets of signals, siginfo, user_desc,
// uname's text.

import * as S from '../abi/signal.ts';
import type { SignalInfo } from '../kernel/signal-info.ts';
import { readUserDesc, USER_DESC_SIZE } from '../kernel/tls.ts';
import { bits, hex, type Kind, quote } from './row.ts';
import { answer, attempt, bytesAt, fields, given, structAt, wordAt } from './shown.ts';

const NO_CALL = { words: [], result: null };

// ---- wait(2) ----

function statusText(status: number): string {
  const signal = status & 0x7f;
  if (status === 0xffff) return 'WIFCONTINUED(s)';
  if (signal === 0) return `WIFEXITED(s) && WEXITSTATUS(s) == ${(status >> 8) & 0xff}`;
  if (signal === 0x7f) {
    const event = status >>> 16;
    const stopped = `WIFSTOPPED(s) && WSTOPSIG(s) == ${stopSignal((status >> 8) & 0xff)}`;
    return event === 0 ? stopped : `${stopped} | ${hex(event)}<<16`;
  }
  const core = (status & 0x80) === 0 ? '' : ' && WCOREDUMP(s)';
  return `WIFSIGNALED(s) && WTERMSIG(s) == ${S.signalName(signal)}${core}`;
}
/** With PTRACE_O_TRACESYSGOOD, bit 7 marks system calls. */
const stopSignal = (signal: number): string =>
  (signal & 0x80) === 0 ? S.signalName(signal) : `${S.signalName(signal & 0x7f)} | 0x80`;

/** Written only when a process was reported. */
export const waitStatus: Kind<number> = answer('status', (at, task, { result }) =>
  result === 0 ? hex(at) : `[{${statusText(wordAt(task, at))}}]`,
);

// ---- signals ----

const LOW = S.SIGRTMIN - 1;
function shortName(signo: number): string {
  if (signo <= LOW) return S.signalName(signo).slice(3);
  return signo === S.SIGRTMIN ? 'RTMIN' : `RT_${signo - S.SIGRTMIN}`;
}
/** `[INT CHLD]`, or `~[KILL STOP]` where that is shorter. */
export function setText(set: bigint, size = S.NSIG): string {
  const all = Array.from({ length: size }, (_, i) => i + 1);
  const within = all.filter((signo) => (set & S.signalBit(signo)) !== 0n);
  const without = all.filter((signo) => (set & S.signalBit(signo)) === 0n);
  const short = within.length > (size * 2) / 3;
  return `${short ? '~' : ''}[${(short ? without : within).map(shortName).join(' ')}]`;
}
const setAt = (bytes: Uint8Array): bigint =>
  new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);

const showSet = (kind: typeof given): Kind<number> =>
  kind('sigset', (at, task) => setText(setAt(task.memory.forceRead(at, 8))));
export const signalSet = { given: showSet(given), answer: showSet(answer) };
const showOldSet = (kind: typeof given): Kind<number> =>
  kind('old sigset', (at, task) => setText(BigInt(wordAt(task, at)), 32));
export const oldSignalSet = { given: showOldSet(given), answer: showOldSet(answer) };

const actionBits = bits('sa_flags', S.SA);
const handlerText = (handler: number): string =>
  handler === S.SIG_DFL ? 'SIG_DFL' : handler === S.SIG_IGN ? 'SIG_IGN' : hex(handler);

const showAction = (kind: typeof given): Kind<number> =>
  kind('struct sigaction', (at, task) => {
    const { handler, flags, restorer, mask } = structAt(task, S.rtSigaction, at);
    const restores = (flags & S.SA.SA_RESTORER) !== 0;
    return fields({
      [(flags & S.SA.SA_SIGINFO) === 0 ? 'sa_handler' : 'sa_sigaction']: handlerText(handler),
      sa_mask: setText(mask),
      sa_flags: flags === 0 ? '0' : actionBits.print(flags, task, NO_CALL)!,
      ...(restores ? { sa_restorer: hex(restorer) } : {}),
    });
  });
export const signalAction = { given: showAction(given), answer: showAction(answer) };

const stackFlags = bits('ss_flags', { SS_ONSTACK: S.SS_ONSTACK, SS_DISABLE: S.SS_DISABLE });
const showStack = (kind: typeof given): Kind<number> =>
  kind('stack_t', (at, task) => {
    const { sp, flags, size } = structAt(task, S.stackT, at);
    const how = flags === 0 ? '0' : stackFlags.print(flags, task, NO_CALL)!;
    return fields({ ss_sp: hex(sp), ss_flags: how, ss_size: size });
  });
export const signalStack = { given: showStack(given), answer: showStack(answer) };

// ---- siginfo_t ----

const CODES: Readonly<Record<number, readonly string[]>> = {
  [S.SIGSEGV]: ['SEGV_MAPERR', 'SEGV_ACCERR'],
  [S.SIGBUS]: ['BUS_ADRALN', 'BUS_ADRERR'],
  [S.SIGTRAP]: ['TRAP_BRKPT', 'TRAP_TRACE', 'TRAP_BRANCH', 'TRAP_HWBKPT'],
  [S.SIGFPE]: [
    'FPE_INTDIV',
    'FPE_INTOVF',
    'FPE_FLTDIV',
    'FPE_FLTOVF',
    'FPE_FLTUND',
    'FPE_FLTRES',
    'FPE_FLTINV',
  ],
  [S.SIGILL]: ['ILL_ILLOPC', 'ILL_ILLOPN', 'ILL_ILLADR', 'ILL_ILLTRP', 'ILL_PRVOPC', 'ILL_PRVREG'],
  [S.SIGCHLD]: ['CLD_EXITED', 'CLD_KILLED', 'CLD_DUMPED', 'CLD_TRAPPED', 'CLD_STOPPED', 'CLD_CONTINUED'],
  [S.SIGIO]: ['POLL_IN', 'POLL_OUT', 'POLL_MSG', 'POLL_ERR', 'POLL_PRI', 'POLL_HUP'],
};
const SENDERS: Readonly<Record<number, string>> = {
  [S.SI_USER]: 'SI_USER',
  [S.SI_KERNEL]: 'SI_KERNEL',
  [S.SI_QUEUE]: 'SI_QUEUE',
  [S.SI_TIMER]: 'SI_TIMER',
  [S.SI_MESGQ]: 'SI_MESGQ',
  [S.SI_SIGIO]: 'SI_SIGIO',
  [S.SI_TKILL]: 'SI_TKILL',
};
const FAULTS = S.signalSet(S.SIGSEGV, S.SIGBUS, S.SIGFPE, S.SIGILL, S.SIGTRAP);

/** `{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=101, ...}` */
export function signalText(info: SignalInfo): string {
  const { signo, code } = info;
  const word = (i: number): number => info.words[i] ?? 0;
  const fault = (FAULTS & S.signalBit(signo)) !== 0n && code > 0 && code !== S.SI_KERNEL;
  const known = code > 0 && code !== S.SI_KERNEL ? CODES[signo]?.[code - 1] : SENDERS[code];
  const head = { si_signo: S.signalName(signo), si_code: known ?? code };
  if (code === S.SI_KERNEL) return fields(head);
  if (fault) return fields({ ...head, si_addr: hex(word(0)) });
  if (signo === S.SIGCHLD && code > 0) {
    const exited = code === S.CLD_EXITED;
    return fields({
      ...head,
      si_pid: word(0) | 0,
      si_uid: word(1),
      si_status: exited ? word(2) | 0 : S.signalName(word(2)),
      si_utime: word(3),
      si_stime: word(4),
    });
  }
  if (code === S.SI_TIMER)
    return fields({ ...head, si_timerid: hex(word(0)), si_overrun: word(1), si_value: word(2) });
  if (signo === S.SIGIO && code > 0) return fields({ ...head, si_band: word(0), si_fd: word(1) });
  const sent = { ...head, si_pid: word(0) | 0, si_uid: word(1) };
  return code === S.SI_QUEUE ? fields({ ...sent, si_int: word(2) | 0 }) : fields(sent);
}

// ---- others ----

const USER_DESC_BITS: readonly (readonly [name: string, shift: number, mask: number])[] = [
  ['seg_32bit', 0, 1],
  ['contents', 1, 3],
  ['read_exec_only', 3, 1],
  ['limit_in_pages', 4, 1],
  ['seg_not_present', 5, 1],
  ['useable', 6, 1],
];
/** struct user_desc; set_thread_area writes the entry that it has chosen. */
export const userDesc: Kind<number> = {
  ...given('struct user_desc', (at, task) => {
    task.memory.forceRead(at, USER_DESC_SIZE); // EFAULT here, before any member
    const { entry, base, limit, bits: flags } = readUserDesc(task.memory, at);
    return fields({
      entry_number: entry,
      base_addr: hex(base),
      limit: `0x${limit.toString(16).padStart(6, '0')}`,
      ...Object.fromEntries(USER_DESC_BITS.map(([name, shift, mask]) => [name, (flags >>> shift) & mask])),
    });
  }),
  note: (raw, task, { result }) =>
    result === 0 ? attempt(raw, () => `entry_number=${wordAt(task, raw) | 0}`) : null,
};

const UTS_FIELD = 65;
export const utsname = answer('struct utsname', (at, task) => {
  const text = (i: number): string =>
    quote(bytesAt(task, at + i * UTS_FIELD, UTS_FIELD).replace(/\0.*$/s, ''));
  return fields({ sysname: text(0), nodename: text(1) }).replace('}', ', ...}');
});
