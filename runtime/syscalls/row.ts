// One row a system call: number, argument kinds, handler, level of support. Dispatch, the handler's
// types, strace and docs/SYSCALLS.md are all made from it. Sub-calls (socketcall, ipc, ptrace requests,
// ioctls) are rows of tables of their own.

import { signalName } from '../abi/signal.ts';
import type { Task } from '../kernel/task.ts';
import type { Result } from '../wait.ts';

/** The call that an argument is printed of. */
export interface CallView {
  /** The words of ebx, ecx, edx, esi, edi, ebp, or of a sub-call's arguments. */
  readonly words: readonly number[];
  /** What it has answered, -errno included; null while it is under way. */
  readonly result: number | null;
}

/** How an argument register becomes a value for the handler, and a text for strace. */
export interface Kind<T> {
  /** Name in docs and in strace's error lines: fd, path, size ... */
  readonly label: string;
  /** May read guest memory: throws EFAULT, ENAMETOOLONG. */
  decode(raw: number, task: Task): T;
  /** Null: this call has no such argument (open's mode without O_CREAT). */
  print(raw: number, task: Task, call: CallView): string | null;
  /** What it points to is the call's answer: strace prints it when the call is over. */
  readonly isAnswer?: boolean;
  /** What strace adds behind the result, in parentheses: what poll found ready. */
  note?(raw: number, task: Task, call: CallView): string | null;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of kinds of different types has no other bound
type Kinds = readonly Kind<any>[];
type Values<K extends Kinds> = { -readonly [I in keyof K]: K[I] extends Kind<infer T> ? T : never };

/** full: as Linux. partial: the note says what is missing. refused: answers an errno on purpose. */
export interface Support {
  readonly level: 'full' | 'partial' | 'refused';
  readonly note: string;
}
export const full: Support = { level: 'full', note: '' };
export const partial = (note: string): Support => ({ level: 'partial', note });
export const refused = (note: string): Support => ({ level: 'refused', note });

export interface Row {
  readonly number: number;
  readonly kinds: Kinds;
  readonly handler: (task: Task, ...values: never[]) => Result;
  readonly support: Support;
  /** An address is shown in hexadecimal (mmap). */
  readonly answers?: 'address';
  /** The row that the arguments choose, with that one's own (socketcall), or in another order (clone): strace prints it instead. */
  readonly chosen?: (words: readonly number[], task: Task) => ChosenCall | null;
}

/** A sub-call: its row and its arguments. */
export interface ChosenCall {
  readonly row: Pick<NamedRow, 'name' | 'kinds' | 'answers'>;
  readonly words: readonly number[];
}

/** A row; the handler's parameter types follow from the kinds. */
export function sys<const K extends Kinds>(
  number: number,
  kinds: K,
  handler: (task: Task, ...values: Values<K>) => Result,
  support: Support = full,
): Row {
  return { number, kinds, handler: handler as Row['handler'], support };
}

/** The same row, whose result is an address. */
export const address = (row: Row): Row => ({ ...row, answers: 'address' });

export interface NamedRow extends Row {
  readonly name: string;
}

/** An area's rows by name; table.ts merges the areas and refuses a number with two owners. */
export type Rows = Readonly<Record<string, Row>>;

const kind = <T>(
  label: string,
  decode: (raw: number, task: Task) => T,
  print: (raw: number, task: Task) => string,
): Kind<T> => ({ label, decode, print });

const decimal = (raw: number): string => String(raw | 0);
/** An address, or a word of unknown meaning. */
export const hex = (raw: number): string => (raw === 0 ? 'NULL' : `0x${(raw >>> 0).toString(16)}`);

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\v': '\\v',
  '\f': '\\f',
  '"': '\\"',
  '\\': '\\\\',
};

/** Byte string quoted as strace does: octal numbers of as few digits as what follows allows. */
export function quote(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: guest bytes may be anything
  const body = text.replace(/[\x00-\x1f"\\\x7f-\xff]/g, (c, at: number) => {
    const known = ESCAPES[c];
    if (known !== undefined) return known;
    const octal = c.charCodeAt(0).toString(8);
    return `\\${/[0-7]/.test(text[at + 1] ?? '') ? octal.padStart(3, '0') : octal}`;
  });
  return `"${body}"`;
}

function printString(raw: number, task: Task): string {
  if (raw === 0) return 'NULL';
  try {
    return quote(task.memory.readString(raw));
  } catch {
    return hex(raw);
  }
}

// ---- the kinds that many areas share; an area's own kinds stand in its file ----
export const int = kind('int', (raw) => raw | 0, decimal);
export const unsigned = kind(
  'unsigned',
  (raw) => raw >>> 0,
  (raw) => String(raw >>> 0),
);
export const fd = kind('fd', (raw) => raw | 0, decimal);
export const size = kind(
  'size',
  (raw) => raw >>> 0,
  (raw) => String(raw >>> 0),
);
/** A guest address the handler reads or writes itself. */
export const pointer = kind('pointer', (raw) => raw >>> 0, hex);
/** Flag words printed in hexadecimal; areas with names for their bits use `bits`. */
export const flags = kind(
  'flags',
  (raw) => raw | 0,
  (raw) => (raw === 0 ? '0' : `0x${(raw >>> 0).toString(16)}`),
);
export const mode = kind(
  'mode',
  (raw) => raw & 0xffff,
  (raw) => `0${(raw & 0xffff).toString(8)}`,
);
/** A NUL-terminated path or other string, as a byte string (one byte a code unit). */
export const path = kind('path', (raw, task) => task.memory.readString(raw >>> 0), printString);
/** As `path`, but NULL gives null. */
export const pathOrNull = kind(
  'path',
  (raw, task) => (raw === 0 ? null : task.memory.readString(raw >>> 0)),
  printString,
);
export const signal = kind(
  'signal',
  (raw) => raw | 0,
  (raw) => (raw === 0 ? '0' : signalName(raw | 0)),
);
export const pid = kind('pid', (raw) => raw | 0, decimal);

/**
 * Flag words whose bits have names: `names` maps bit values to them, in the order in which they are shown; `none` is
 * the name of no bit at all.
 */
export function bits(label: string, names: Readonly<Record<string, number>>, none = '0'): Kind<number> {
  return kind(
    label,
    (raw) => raw | 0,
    (raw) => {
      let rest = raw >>> 0;
      const parts: string[] = [];
      for (const [name, value] of Object.entries(names)) {
        if (value !== 0 && (rest & value) >>> 0 === value >>> 0) {
          parts.push(name);
          rest = (rest & ~value) >>> 0;
        }
      }
      if (rest !== 0) parts.push(`0x${rest.toString(16)}`);
      return parts.length === 0 ? none : parts.join('|');
    },
  );
}

/** A word that is one of several named values. */
export function choice(label: string, names: Readonly<Record<string, number>>): Kind<number> {
  const byValue = new Map(Object.entries(names).map(([name, value]) => [value, name]));
  return kind(
    label,
    (raw) => raw | 0,
    (raw) => byValue.get(raw | 0) ?? decimal(raw),
  );
}
