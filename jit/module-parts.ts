// A module of regions taken apart into what all modules have in common and its functions, and functions of
// several modules put together as one: nothing in a region's code depends on its neighbours, since regions call
// imports only. Works on the binary format; knows no more of it than sections, and checks every bound.
// Source: WebAssembly Core Specification, 5.5.
import { rareBranches } from './branch-hints.ts';

/** One region's function. */
export interface FunctionPart {
  /** Its index in the type section. */
  readonly type: number;
  /** Locals and code, without the size. */
  readonly body: Uint8Array;
}

export interface ModuleParts {
  /** The sections before the functions: types and imports. */
  readonly prelude: Uint8Array;
  readonly functions: readonly FunctionPart[];
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const CUSTOM = 0;
const TYPE = 1;
const IMPORT = 2;
const FUNCTION = 3;
const EXPORT = 7;
const CODE = 10;
const BRANCH_HINTS = 'metadata.code.branch_hint';
const UNLIKELY = 0;
/** How many imports a region's module may have: more is nonsense. */
const IMPORTS = 256;

class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  byte(): number {
    if (this.at >= this.end) throw new RangeError('beyond the end of a section');
    return this.bytes[this.at++]!;
  }
  /** An unsigned LEB128 number. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number of more than 32 bits');
  }
  take(length: number): Uint8Array {
    if (length > this.end - this.at) throw new RangeError('beyond the end of a section');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

/** Throws RangeError for what is no module of regions. The parts are views of `module`. */
export function takeApart(module: Uint8Array): ModuleParts {
  const cursor = new Cursor(module, HEADER.length, module.length);
  let preludeEnd = HEADER.length;
  const types: number[] = [];
  const bodies: Uint8Array[] = [];
  while (cursor.at < module.length) {
    const id = cursor.byte();
    const size = cursor.number();
    const start = cursor.at;
    cursor.take(size);
    const section = new Cursor(module, start, start + size);
    if (id === TYPE || id === IMPORT) preludeEnd = cursor.at;
    else if (id === FUNCTION) for (let n = section.number(); n > 0; n--) types.push(section.number());
    else if (id === CODE)
      for (let n = section.number(); n > 0; n--) bodies.push(section.take(section.number()));
    else if (id !== EXPORT && id !== CUSTOM) throw new RangeError(`section ${id} in a region's module`);
  }
  if (types.length !== bodies.length) throw new RangeError('functions without code');
  return {
    prelude: module.subarray(HEADER.length, preludeEnd),
    functions: bodies.map((body, i) => ({ type: types[i]!, body })),
  };
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

/** Functions among the imports of a prelude: indices of functions begin behind them. */
function importedFunctions(prelude: Uint8Array): number {
  const cursor = new Cursor(prelude, 0, prelude.length);
  let functions = 0;
  while (cursor.at < prelude.length) {
    const id = cursor.byte();
    const size = cursor.number();
    const section = new Cursor(prelude, cursor.at, cursor.at + size);
    cursor.take(size);
    if (id !== IMPORT) continue;
    const count = section.number();
    if (count > IMPORTS) throw new RangeError(`${count} imports`);
    for (let n = 0; n < count; n++) {
      section.take(section.number());
      section.take(section.number());
      const kind = section.byte();
      if (kind === 0) {
        section.number();
        functions++;
      } else if (kind === 1) {
        section.byte();
        const limits = section.byte();
        section.number();
        if ((limits & 1) !== 0) section.number();
      } else if (kind === 2) {
        const limits = section.byte();
        section.number();
        if ((limits & 1) !== 0) section.number();
      } else throw new RangeError(`an import of kind ${kind}`);
    }
  }
  return functions;
}

/** The hints for all functions: the first number of each is that of its function, then count and offsets. */
function hintSection(first: number, functions: readonly FunctionPart[]): number[] {
  const bytes: number[] = [];
  let hinted = 0;
  for (const [i, { body }] of functions.entries()) {
    const rare = rareBranches(body);
    if (rare.length === 0) continue;
    hinted++;
    bytes.push(...leb(first + i), ...leb(rare.length));
    for (const offset of rare) bytes.push(...leb(offset), 1, UNLIKELY);
  }
  return [...name(BRANCH_HINTS), ...leb(hinted), ...bytes];
}

function name(text: string): number[] {
  return [text.length, ...Array.from(text, (c) => c.charCodeAt(0))];
}

/** A module that exports the functions as r0, r1, ... Throws RangeError if the prelude is none. */
export function putTogether(prelude: Uint8Array, functions: readonly FunctionPart[]): Uint8Array {
  const first = importedFunctions(prelude);
  const chunks: (readonly number[] | Uint8Array)[] = [HEADER, prelude];
  const section = (id: number, parts: readonly (readonly number[] | Uint8Array)[]): void => {
    const count = leb(functions.length);
    const size = parts.reduce((sum, part) => sum + part.length, count.length);
    chunks.push([id, ...leb(size)], count, ...parts);
  };
  section(
    FUNCTION,
    functions.map(({ type }) => leb(type)),
  );
  section(
    EXPORT,
    functions.map((_, i) => {
      return [...name(`r${i}`), 0, ...leb(first + i)];
    }),
  );
  const hints = hintSection(first, functions);
  chunks.push([CUSTOM, ...leb(hints.length)], hints);
  section(
    CODE,
    functions.flatMap(({ body }) => [leb(body.length), body]),
  );
  const module = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    module.set(chunk, at);
    at += chunk.length;
  }
  return module;
}
