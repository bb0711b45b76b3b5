// What a report of a crash says of the machine: the process that died, its registers, the code around eip, its
// maps, and the last system calls of all processes. The calls are kept in a ring; that costs something only while a
// report is wanted, since it is an observer as strace is.

import { Errno } from './abi/errno.ts';
import { CORE_SIGNALS, signalBit, signalName } from './abi/signal.ts';
import { maps } from './fs/proc-task-text.ts';
import type { CallObserver, Kernel } from './kernel/kernel.ts';
import type { SignalInfo } from './kernel/signal-info.ts';
import type { Task } from './kernel/task.ts';
import { signalText } from './syscalls/shown-process.ts';
import type { SystemCallTable } from './syscalls/table.ts';

/** System calls that are kept. */
const KEPT = 256;
/** Words of one: thread id, number, six arguments, result, state. */
const ENTRY = 10;
const UNDER_WAY = 0;
const OVER = 1;
const WITHOUT_RESULT = 2;
/** Instructions shown before and from eip on, and the bytes that are looked at for them. */
const BEFORE = 8;
const AFTER = 8;
const REACH = 48;
const MOST_CRASHES = 10;

/** Instructions of bytes at an address: length and text, or null where there is none. */
export type Disassemble = (bytes: Uint8Array, offset: number, address: number) => DisassembledInsn | null;
export interface DisassembledInsn {
  readonly length: number;
  readonly text: string;
}

const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
const EFLAGS = ['cf', '', 'pf', '', 'af', '', 'zf', 'sf', 'tf', 'if', 'df', 'of'];

export class CrashRecorder implements CallObserver {
  /** A text for each process that died of a signal that dumps core, up to MOST_CRASHES. */
  readonly crashes: string[] = [];
  readonly #calls: SystemCallTable;
  readonly #disassemble: Disassemble;
  readonly #ring = new Int32Array(KEPT * ENTRY);
  #next = 0;
  /** Where each thread's call under way stands in the ring. */
  readonly #open = new Map<number, number>();
  readonly #signals = new WeakMap<Task, SignalInfo>();
  readonly #seen = new Set<number>();

  constructor(calls: SystemCallTable, disassemble: Disassemble) {
    this.#calls = calls;
    this.#disassemble = disassemble;
  }

  enter(task: Task, number: number): void {
    const { registers } = task;
    const at = (this.#next++ % KEPT) * ENTRY;
    const ring = this.#ring;
    ring[at] = task.tid;
    ring[at + 1] = number;
    ring[at + 2] = registers.ebx;
    ring[at + 3] = registers.ecx;
    ring[at + 4] = registers.edx;
    ring[at + 5] = registers.esi;
    ring[at + 6] = registers.edi;
    ring[at + 7] = registers.ebp;
    ring[at + 9] = UNDER_WAY;
    this.#open.set(task.tid, this.#next);
  }
  wait(): void {}
  leave(task: Task, result: number | null): void {
    const serial = this.#open.get(task.tid);
    if (serial === undefined) return;
    this.#open.delete(task.tid);
    if (this.#next - serial >= KEPT) return; // overwritten meanwhile
    const at = ((serial - 1) % KEPT) * ENTRY;
    this.#ring[at + 8] = result ?? 0;
    this.#ring[at + 9] = result === null ? WITHOUT_RESULT : OVER;
  }
  signal(task: Task, info: SignalInfo): void {
    this.#signals.set(task, info);
  }
  stop(): void {}
  exit(task: Task, status: number): void {
    this.leave(task, null);
    const signo = status & 0x7f;
    if (signo === 0 || (CORE_SIGNALS & signalBit(signo)) === 0n) return;
    if (this.#seen.has(task.pid) || this.crashes.length >= MOST_CRASHES) return;
    this.#seen.add(task.pid);
    const info = this.#signals.get(task);
    const why = `killed by ${signalName(signo)}${info?.signo === signo ? ` ${signalText(info)}` : ''}`;
    this.crashes.push(this.describe(task, why));
  }

  /** A process as it stands, in chapters; nothing of it is changed. */
  describe(task: Task, why: string): string {
    const head = `process ${task.pid}, thread ${task.tid} (${task.comm}, ${task.group.exePath}): ${why}\n`;
    if (!task.hasMm) return head;
    const code = this.#code(task);
    return [
      head,
      chapter('registers', registers(task)),
      chapter('code', code),
      chapter('stack', stack(task)),
      chapter('maps', maps(task.mm)),
    ].join('\n');
  }

  /** The last calls, oldest first. */
  lastCalls(): string {
    const count = Math.min(this.#next, KEPT);
    let text = '';
    for (let i = this.#next - count; i < this.#next; i++) {
      const at = (i % KEPT) * ENTRY;
      const [tid, number, ...words] = this.#ring.subarray(at, at + 8);
      const row = this.#calls.rows[number!];
      const shown = words.slice(0, row?.kinds.length ?? 6).map((word) => `0x${(word >>> 0).toString(16)}`);
      const [result, state] = [this.#ring[at + 8]!, this.#ring[at + 9]!];
      const end = state === UNDER_WAY ? ' ...' : state === WITHOUT_RESULT ? ' = ?' : ` = ${result}`;
      text += `${tid} ${row?.name ?? `syscall_${number}`}(${shown.join(', ')})${end}\n`;
    }
    return text;
  }

  #code(task: Task): string {
    const { eip } = task.registers;
    const start = Math.max(0, eip - REACH);
    const before = readable(task, start, eip - start);
    const after = readable(task, eip, REACH);
    const lines: string[] = [];
    // Where decoding must begin to arrive at eip: the farthest place that does.
    for (let offset = 0; offset < before.bytes.length; offset++) {
      const found = this.#lines(before.bytes.subarray(offset), before.from + offset);
      if (found === null) continue;
      lines.push(...found.slice(-BEFORE).map((line) => `   ${line}`));
      break;
    }
    let at = 0;
    for (let n = 0; n < AFTER && at < after.bytes.length; n++) {
      const insn = this.#disassemble(after.bytes, at, eip + at);
      lines.push(`${n === 0 ? '=> ' : '   '}${hex(eip + at)}  ${insn?.text ?? '(bad)'}`);
      if (insn === null) break;
      at += insn.length;
    }
    if (after.bytes.length === 0) lines.push(`=> ${hex(eip)}  (cannot be read)`);
    return `${lines.join('\n')}\n`;
  }

  /** The instructions that fill `bytes` exactly, or null. */
  #lines(bytes: Uint8Array, address: number): string[] | null {
    const lines: string[] = [];
    let at = 0;
    while (at < bytes.length) {
      const insn = this.#disassemble(bytes, at, address + at);
      if (insn === null) return null;
      lines.push(`${hex(address + at)}  ${insn.text}`);
      at += insn.length;
    }
    return at === bytes.length ? lines : null;
  }
}

export const chapter = (title: string, text: string): string =>
  `${title}:\n${text.replace(/^/gm, '  ').trimEnd()}\n`;

/** What can be read of a stretch of memory: up to its end, as much as there is before it. */
function readable(task: Task, address: number, length: number): { from: number; bytes: Uint8Array } {
  for (let skip = 0; skip < length; skip++) {
    try {
      return { from: address + skip, bytes: task.memory.forceRead(address + skip, length - skip) };
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
    }
    try {
      return { from: address, bytes: task.memory.forceRead(address, length - skip - 1) };
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
    }
  }
  return { from: address, bytes: new Uint8Array(0) };
}

function registers(task: Task): string {
  const r = task.registers;
  const { eflags } = r;
  const flags = EFLAGS.filter((name, bit) => name !== '' && ((eflags >>> bit) & 1) === 1);
  const pairs = (names: readonly ('eax' | 'ebx' | 'ecx' | 'edx' | 'esi' | 'edi' | 'ebp' | 'esp')[]): string =>
    names.map((name) => `${name} ${hex(r[name])}`).join('  ');
  const { trapno, error, address } = task.fault;
  return [
    pairs(['eax', 'ebx', 'ecx', 'edx']),
    pairs(['esi', 'edi', 'ebp', 'esp']),
    `eip ${hex(r.eip)}  eflags ${hex(eflags)} [${flags.join(' ')}]  orig_eax ${task.originalEax}`,
    `last fault: trap ${trapno}, error ${error}, cr2 ${hex(address)}`,
    '',
  ].join('\n');
}

const STACK_WORDS = 32;
function stack(task: Task): string {
  const { esp } = task.registers;
  const { bytes } = readable(task, esp, STACK_WORDS * 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4)
    text += `${at % 16 === 0 ? `${at === 0 ? '' : '\n'}${hex(esp + at)} ` : ''} ${hex(view.getUint32(at, true))}`;
  return text === '' ? 'esp points to nothing\n' : `${text}\n`;
}

/** The process that ran when skasm itself failed. */
export function describeRunning(kernel: Kernel, recorder: CrashRecorder): string {
  const { running } = kernel;
  return running === null ? 'no process was running\n' : recorder.describe(running, 'was running');
}
