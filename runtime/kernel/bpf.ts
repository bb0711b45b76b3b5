// Classic BPF over a system call's data: checking a program and running it. Linux: net/core/filter.c,
// bpf_check_classic and check_load_and_stores; kernel/seccomp.c, seccomp_check_filter.

import { EINVAL } from '../abi/errno.ts';
import { BPF, BPF_MEMWORDS, BPF_X, SECCOMP_DATA_SIZE, SOCK_FILTER_SIZE } from '../abi/seccomp.ts';

interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}
export type BpfProgram = readonly Instruction[];

const ARITHMETIC: readonly number[] = [
  BPF.ADD,
  BPF.SUB,
  BPF.MUL,
  BPF.DIV,
  BPF.OR,
  BPF.AND,
  BPF.LSH,
  BPF.RSH,
  BPF.XOR,
];
const BRANCHES: readonly number[] = [BPF.JEQ, BPF.JGT, BPF.JGE, BPF.JSET];
const OTHERS: readonly number[] = [
  ...[BPF.RET_K, BPF.RET_A, BPF.LD_IMM, BPF.LD_ABS, BPF.LD_MEM, BPF.LD_LEN, BPF.LDX_IMM, BPF.LDX_MEM],
  ...[BPF.LDX_LEN, BPF.ST, BPF.STX, BPF.TAX, BPF.TXA, BPF.NEG, BPF.JA],
];
const MEMORY: readonly number[] = [BPF.ST, BPF.STX, BPF.LD_MEM, BPF.LDX_MEM];
const isArithmetic = (code: number): boolean => ARITHMETIC.includes(code & ~BPF_X);
const isBranch = (code: number): boolean => BRANCHES.includes(code & ~BPF_X);

/** An array of struct sock_filter as a program. Throws EINVAL for what Linux refuses. */
export function parseBpf(image: Uint8Array): BpfProgram {
  const view = new DataView(image.buffer, image.byteOffset, image.length);
  const program: Instruction[] = [];
  for (let at = 0; at < image.length; at += SOCK_FILTER_SIZE)
    program.push({
      code: view.getUint16(at, true),
      jt: image[at + 2]!,
      jf: image[at + 3]!,
      k: view.getUint32(at + 4, true),
    });
  for (const [at, instruction] of program.entries())
    if (!isValid(instruction, program.length - at - 1)) throw EINVAL;
  const end = program.at(-1)?.code;
  if (end !== BPF.RET_K && end !== BPF.RET_A) throw EINVAL;
  checkLoads(program);
  return program;
}

/** `behind`: how many instructions follow. */
function isValid({ code, jt, jf, k }: Instruction, behind: number): boolean {
  if (!isArithmetic(code) && !isBranch(code) && !OTHERS.includes(code)) return false;
  if (code === BPF.DIV) return k !== 0;
  if (code === BPF.LSH || code === BPF.RSH) return k < 32;
  if (MEMORY.includes(code)) return k < BPF_MEMWORDS;
  if (code === BPF.LD_ABS) return k < SECCOMP_DATA_SIZE && k % 4 === 0;
  if (code === BPF.JA) return k < behind;
  return !isBranch(code) || (jt < behind && jf < behind);
}

/** Every word of memory is written on each way to where it is read. Jumps lead forward only. */
function checkLoads(program: BpfProgram): void {
  const ways = new Uint16Array(program.length).fill(0xffff);
  let written = 0;
  const lead = (to: number): void => {
    ways[to]! &= written;
  };
  for (const [at, { code, jt, jf, k }] of program.entries()) {
    written &= ways[at]!;
    if (code === BPF.ST || code === BPF.STX) written |= 1 << k;
    else if ((code === BPF.LD_MEM || code === BPF.LDX_MEM) && (written & (1 << k)) === 0) throw EINVAL;
    else if (code === BPF.JA) {
      lead(at + 1 + k);
      written = 0xffff;
    } else if (isBranch(code)) {
      lead(at + 1 + jt);
      lead(at + 1 + jf);
      written = 0xffff;
    }
  }
}

function compute(code: number, a: number, b: number): number {
  switch (code & ~BPF_X) {
    case BPF.ADD:
      return a + b;
    case BPF.SUB:
      return a - b;
    case BPF.MUL:
      return Math.imul(a, b);
    case BPF.DIV:
      return Math.floor(a / b);
    case BPF.OR:
      return a | b;
    case BPF.AND:
      return a & b;
    case BPF.LSH:
      return a << b;
    case BPF.RSH:
      return a >>> b;
    default:
      return a ^ b;
  }
}
function holds(code: number, a: number, b: number): boolean {
  switch (code & ~BPF_X) {
    case BPF.JEQ:
      return a === b;
    case BPF.JGT:
      return a > b;
    case BPF.JGE:
      return a >= b;
    default:
      return (a & b) !== 0;
  }
}

/** Runs a program that was checked over `data`, words of the system call; answers its result as a signed word. */
export function runBpf(program: BpfProgram, data: Uint32Array): number {
  const memory = new Uint32Array(BPF_MEMWORDS);
  let a = 0;
  let x = 0;
  for (let at = 0; ; at++) {
    const { code, jt, jf, k } = program[at]!;
    if (isBranch(code)) {
      at += holds(code, a, (code & BPF_X) === 0 ? k : x) ? jt : jf;
      continue;
    }
    if (isArithmetic(code)) {
      const operand = (code & BPF_X) === 0 ? k : x;
      if ((code & ~BPF_X) === BPF.DIV && operand === 0) return 0;
      a = compute(code, a, operand) >>> 0;
      continue;
    }
    switch (code) {
      case BPF.RET_K:
        return k | 0;
      case BPF.RET_A:
        return a | 0;
      case BPF.LD_IMM:
        a = k;
        break;
      case BPF.LD_ABS:
        a = data[k / 4]!;
        break;
      case BPF.LD_MEM:
        a = memory[k]!;
        break;
      case BPF.LD_LEN:
        a = SECCOMP_DATA_SIZE;
        break;
      case BPF.LDX_IMM:
        x = k;
        break;
      case BPF.LDX_MEM:
        x = memory[k]!;
        break;
      case BPF.LDX_LEN:
        x = SECCOMP_DATA_SIZE;
        break;
      case BPF.ST:
        memory[k] = a;
        break;
      case BPF.STX:
        memory[k] = x;
        break;
      case BPF.TAX:
        x = a;
        break;
      case BPF.TXA:
        a = x;
        break;
      case BPF.NEG:
        a = -a >>> 0;
        break;
      case BPF.JA:
        at += k;
        break;
    }
  }
}
