// Kinds of arguments that point into the guest's memory: for the handler addresses, for strace what lies there.
// Buffers, strings, lists, and structs by their declaration in abi. An argument that is the call's answer is
// printed when the call is over, and as an address when the call has failed.

import { Errno } from '../abi/errno.ts';
import type { Task } from '../kernel/task.ts';
import { Blocked } from '../wait.ts';
import { type CallView, hex, type Kind, quote } from './row.ts';

/** As strace: of data the first 32 bytes, of lists the first 32 elements. */
const SHOWN = 32;

const failed = ({ result }: CallView): boolean => result !== null && result >= -4095 && result < 0;

/** Prints what lies at `raw`; an address where nothing can be read, or not yet. */
export function attempt(raw: number, show: () => string): string {
  if (raw === 0) return 'NULL';
  try {
    return show();
  } catch (thrown) {
    if (thrown instanceof Errno || thrown instanceof Blocked) return hex(raw);
    throw thrown;
  }
}

type Show = (at: number, task: Task, call: CallView) => string;

/** An address that the call reads from. */
export const given = (label: string, show: Show): Kind<number> => ({
  label,
  decode: (raw) => raw >>> 0,
  print: (raw, task, call) => attempt(raw, () => show(raw >>> 0, task, call)),
});

/** An address that the call writes to. */
export const answer = (label: string, show: Show): Kind<number> => ({
  label,
  decode: (raw) => raw >>> 0,
  print: (raw, task, call) => (failed(call) ? hex(raw) : attempt(raw, () => show(raw >>> 0, task, call))),
  isAnswer: true,
});

export function bytesAt(task: Task, at: number, length: number): string {
  return String.fromCharCode(...task.memory.forceRead(at, length));
}
export const wordAt = (task: Task, at: number): number =>
  new DataView(task.memory.forceRead(at, 4).buffer).getUint32(0, true);

/** `length` bytes of data, quoted and cut. */
export function data(task: Task, at: number, length: number): string {
  const shown = Math.min(length, SHOWN);
  return quote(bytesAt(task, at, shown)) + (shown < length ? '...' : '');
}

/** Data to be written; `index` is the argument that says how many bytes. */
export const input = (index: number): Kind<number> =>
  given('data', (at, task, { words }) => data(task, at, words[index]! >>> 0));

/** Data that was read: as many bytes as the call has answered. */
export const output: Kind<number> = answer('data', (at, task, { result }) => data(task, at, result ?? 0));

/** The same with the NUL that the call counts (getcwd). */
export const outputString: Kind<number> = answer('string', (at, task, { result }) =>
  quote(bytesAt(task, at, Math.max(0, (result ?? 1) - 1))),
);

/** Bytes that mean nothing: each in hexadecimal. */
export const randomOutput: Kind<number> = answer('data', (at, task, { result }) => {
  const bytes = [...bytesAt(task, at, Math.min(result ?? 0, SHOWN))];
  const text = bytes.map((byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
  return `"${text}"${(result ?? 0) > SHOWN ? '...' : ''}`;
});

/** `[a, b, ...]` of what lies at `at` in steps of `size` bytes. */
export function listAt(
  at: number,
  count: number,
  size: number,
  show: (at: number, index: number) => string,
): string {
  const parts = Array.from({ length: Math.min(count, SHOWN) }, (_, i) => show(at + i * size, i));
  return `[${parts.join(', ')}${count > SHOWN ? ', ...' : ''}]`;
}

/** Of an offset in two words, the high one: it is shown with the low one. */
export const high: Kind<number> = { label: 'int', decode: (raw) => raw | 0, print: () => null };
/** The low one; `index` is the argument that holds the high one. */
export const low = (index: number): Kind<number> => ({
  label: 'unsigned',
  decode: (raw) => raw >>> 0,
  print: (raw, _task, { words }) => String((BigInt(words[index]! | 0) << 32n) | BigInt(raw >>> 0)),
});

/** Numbers of four bytes that the call writes: pipe's descriptors. */
export const numbers = (count: number): Kind<number> =>
  answer('numbers', (at, task) => listAt(at, count, 4, (each) => String(wordAt(task, each) | 0)));
/** One number that the call writes. */
export const number = numbers(1);

const LONGEST_LIST = 10_000;

function pointersAt(task: Task, at: number): number[] {
  const list: number[] = [];
  for (let va = at; list.length < LONGEST_LIST; va += 4) {
    const word = wordAt(task, va);
    if (word === 0) break;
    list.push(word);
  }
  return list;
}

/** argv: strings up to a NULL. */
export const strings = given('strings', (at, task) => {
  const list = pointersAt(task, at);
  return listAt(0, list.length, 1, (_, i) =>
    attempt(list[i]!, () => quote(task.memory.readString(list[i]!))),
  );
});
/** envp: only how many. */
export const environment = given('strings', (at, task) => {
  const { length } = pointersAt(task, at);
  return `${hex(at)} /* ${length} var${length === 1 ? '' : 's'} */`;
});

/** Reads a struct of abi where it lies. */
export function structAt<T>(
  task: Task,
  shape: { readonly size: number; unpack(image: Uint8Array): T },
  at: number,
): T {
  return shape.unpack(task.memory.forceRead(at, shape.size));
}

/** `{name=value, ...}` */
export const fields = (members: Readonly<Record<string, string | number | bigint>>): string =>
  `{${Object.entries(members)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')}}`;

/** struct iovec's, of data that the call reads; `index` is the argument that counts them. */
export const inputVectors = (index: number): Kind<number> =>
  given('vectors', (at, task, { words }) =>
    listAt(at, words[index]! >>> 0, 8, (each) => {
      const length = wordAt(task, each + 4);
      const base = wordAt(task, each);
      return fields({ iov_base: attempt(base, () => data(task, base, length)), iov_len: length });
    }),
  );

/** The same of data that the call has read: they were filled one after the other. */
export const outputVectors = (index: number): Kind<number> =>
  answer('vectors', (at, task, { words, result }) => {
    let left = result ?? 0;
    return listAt(at, words[index]! >>> 0, 8, (each) => {
      const length = wordAt(task, each + 4);
      const base = wordAt(task, each);
      const filled = Math.min(left, length);
      left -= filled;
      return fields({ iov_base: attempt(base, () => data(task, base, filled)), iov_len: length });
    });
  });
