// Which branches of a function's code are rarely taken, for the custom section `metadata.code.branch_hint`: an
// engine that reads it moves what stands behind them out of the way and keeps registers for the rest. In the code
// of regions an `if` without an `else` is such a branch (wasm.ts writes them so), so that the hints follow from
// the code and need not be kept with it. Walks instructions; knows of each its immediates alone.
// Source: WebAssembly Core Specification, 5.4; the branch hinting proposal.

/** Immediates of plain instructions, by opcode; absent: none. */
type Immediate = 'index' | 'two' | 'memory' | 'block' | 'table' | 'types' | 'four' | 'eight';

const RANGES: readonly (readonly [first: number, last: number, immediate: Immediate])[] = [
  [0x02, 0x04, 'block'],
  [0x0c, 0x0d, 'index'],
  [0x0e, 0x0e, 'table'],
  [0x10, 0x10, 'index'],
  [0x11, 0x11, 'two'],
  [0x12, 0x12, 'index'],
  [0x13, 0x13, 'two'],
  [0x1c, 0x1c, 'types'],
  [0x20, 0x26, 'index'],
  [0x28, 0x3e, 'memory'],
  [0x3f, 0x42, 'index'],
  [0x43, 0x43, 'four'],
  [0x44, 0x44, 'eight'],
];
const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;
const BULK = 0xfc;
const VECTOR = 0xfd;

const PLAIN: readonly (Immediate | undefined)[] = Array.from(
  { length: 256 },
  (_, opcode) => RANGES.find(([first, last]) => first <= opcode && opcode <= last)?.[2],
);

/** Offsets of rare branches in a function's body, which begins with its locals. Throws RangeError beyond its end. */
export function rareBranches(body: Uint8Array): number[] {
  let at = 0;
  const byte = (): number => {
    if (at >= body.length) throw new RangeError('beyond the end of a function');
    return body[at++]!;
  };
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const part = byte();
      if (shift < 32) value |= (part & 0x7f) << shift;
      if (part < 0x80) return value >>> 0;
    }
  };
  const skip = (immediate: Immediate | undefined): void => {
    switch (immediate) {
      case 'index':
      case 'block':
        number();
        break;
      case 'two':
      case 'memory':
        number();
        number();
        break;
      case 'table':
        for (let n = number(); n >= 0; n--) number();
        break;
      case 'types':
        for (let n = number(); n > 0; n--) byte();
        break;
      case 'four':
        at += 4;
        break;
      case 'eight':
        at += 8;
        break;
      default:
        break;
    }
  };
  for (let groups = number(); groups > 0; groups--) {
    number();
    byte();
  }
  const rare: number[] = [];
  /** Blocks that are open: the offset of an `if` that has no `else` yet, else -1. */
  const open: number[] = [-1];
  while (open.length > 0) {
    const start = at;
    const opcode = byte();
    if (opcode === END) {
      const offset = open.pop()!;
      if (offset >= 0) rare.push(offset);
    } else if (opcode === ELSE) open[open.length - 1] = -1;
    else if (opcode === BULK) {
      const operation = number();
      if (operation >= 8) skip(operation === 9 || operation === 11 ? 'index' : 'two');
    } else if (opcode === VECTOR) {
      const operation = number();
      const loads = operation <= 11 || (operation >= 84 && operation <= 93);
      if (loads) skip('memory');
      if (operation === 12 || operation === 13) at += 16;
      else if ((operation >= 21 && operation <= 34) || (operation >= 84 && operation <= 91)) at++;
    } else {
      skip(PLAIN[opcode]);
      if (PLAIN[opcode] === 'block') open.push(opcode === IF ? start : -1);
    }
  }
  return rare.sort((a, b) => a - b);
}
