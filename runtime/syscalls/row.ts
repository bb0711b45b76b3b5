// One row a system call: number, argument kinds, handler, level of support. Dispatch, the handler's
// types, strace and docs/SYSCALLS.md are all made from it. Sub-calls (socketcall, ipc, ptrace requests,
// ioctls) are rows of tables of their own.

import type { Task } from '../kernel/task.ts';
import type { Result } from '../wait.ts';

/** How an argument register becomes a value for the handler, and a text for strace. */
export interface Kind<T> {
  /** Name in docs and in strace's error lines: fd, path, size ... */
  readonly label: string;
  /** May read guest memory: throws EFAULT, ENAMETOOLONG. */
  decode(raw: number, task: Task): T;
  print(raw: number, task: Task): string;
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
const hex = (raw: number): string => (raw === 0 ? 'NULL' : `0x${(raw >>> 0).toString(16)}`);

/** Byte string quoted as strace does, cut after 64 bytes. */
export function quote(text: string): string {
  const cut = text.length > 64 ? text.slice(0, 64) : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: guest bytes may be anything
  const body = cut.replace(/[\x00-\x1f"\\\x7f-\xff]/g, (c) => {
    const known = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '"': '\\"', '\\': '\\\\' }[c];
    return known ?? `\\${c.charCodeAt(0).toString(8)}`;
  });
  return `"${body}"${cut === text ? '' : '...'}`;
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
  (raw) => `0x${(raw >>> 0).toString(16)}`,
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
export const signal = kind('signal', (raw) => raw | 0, decimal);
export const pid = kind('pid', (raw) => raw | 0, decimal);

/** Flag words whose bits have names: `names` maps bit values to them. */
export function bits(label: string, names: Readonly<Record<string, number>>): Kind<number> {
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
      if (rest !== 0 || parts.length === 0) parts.push(`0x${rest.toString(16)}`);
      return parts.join('|');
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
