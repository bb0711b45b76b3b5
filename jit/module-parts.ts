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
  /** Its rare branches (branch-hints.ts) as the section of hints has them: how many, then each; none: no bytes. */
  readonly hints: Uint8Array;
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

/** Throws RangeError for what is no module of regions. The parts are views of `module`, but for hints that it lacks. */
export function takeApart(module: Uint8Array): ModuleParts {
  const cursor = new Cursor(module, HEADER.length, module.length);
  let preludeEnd = HEADER.length;
  const types: number[] = [];
  const bodies: Uint8Array[] = [];
  let hinted: ReadonlyMap<number, Uint8Array> | null = null;
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
    else if (id === CUSTOM) hinted = readHints(section) ?? hinted;
    else if (id !== EXPORT) throw new RangeError(`section ${id} in a region's module`);
  }
  if (types.length !== bodies.length) throw new RangeError('functions without code');
  const prelude = module.subarray(HEADER.length, preludeEnd);
  const first = importedFunctions(prelude);
  const hintsOf = (body: Uint8Array, i: number): Uint8Array =>
    hinted === null ? makeHints(body) : (hinted.get(first + i) ?? NO_HINTS);
  return {
    prelude,
    functions: bodies.map((body, i) => ({ type: types[i]!, body, hints: hintsOf(body, i) })),
  };
}

const NO_HINTS = new Uint8Array();

/** The hints of a custom section by function, or null if it is another. */
function readHints(section: Cursor): Map<number, Uint8Array> | null {
  const title = section.take(section.number());
  if (String.fromCharCode(...title) !== BRANCH_HINTS) return null;
  const hinted = new Map<number, Uint8Array>();
  for (let functions = section.number(); functions > 0; functions--) {
    const index = section.number();
    const start = section.at;
    for (let branches = section.number(); branches > 0; branches--) {
      section.number();
      section.take(section.number());
    }
    hinted.set(index, section.bytes.subarray(start, section.at));
  }
  return hinted;
}

function makeHints(body: Uint8Array): Uint8Array {
  const rare = rareBranches(body);
  if (rare.length === 0) return NO_HINTS;
  return Uint8Array.from([...leb(rare.length), ...rare.flatMap((offset) => [...leb(offset), 1, UNLIKELY])]);
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
  const hinted = functions.flatMap(({ hints }, i) => (hints.length === 0 ? [] : [leb(first + i), hints]));
  const head = [...name(BRANCH_HINTS), ...leb(hinted.length / 2)];
  const size = hinted.reduce((sum, part) => sum + part.length, head.length);
  chunks.push([CUSTOM, ...leb(size)], head, ...hinted);
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
