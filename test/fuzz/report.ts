// Text for people: a case as assembly with its initial state, and the table of rows a campaign reached.
import { disassembleAt } from '../../src/isa/disasm.ts';
import type { Row } from '../../src/isa/map.ts';
import type { Campaign } from './campaign.ts';
import { hex } from './compare.ts';
import type { GeneratedCase, Generator } from './generator.ts';

const REGISTERS = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'];

function codeText(made: GeneratedCase): string {
  const { test, insns } = made;
  const lines = insns.map(({ offset, length }) => {
    const bytes = Buffer.from(test.code.subarray(offset, offset + length)).toString('hex');
    const text = disassembleAt(test.code, offset, test.eip + offset);
    return `  ${hex(test.eip + offset)}  ${bytes.padEnd(24)} ${text}`;
  });
  return lines.filter((line) => !line.endsWith(' nop')).join('\n');
}

export function describeCase(made: GeneratedCase): string {
  const { test } = made;
  const regs = test.regs.map((value, i) => `${REGISTERS[i]}=${hex(value)}`).join(' ');
  const lines = [codeText(made), `  ${regs} eflags=${hex(test.eflags)}`];
  const [es, , ss, ds, fs, gs] = test.selectors.map((selector) => selector.toString(16));
  lines.push(`  es=${es} ss=${ss} ds=${ds} fs=${fs} gs=${gs}${test.stepLimit > 0 ? ' single-stepped' : ''}`);
  for (const [address, value] of test.patches) lines.push(`  [${hex(address)}]=${hex(value)}`);
  if (test.fx) {
    for (let at = 32; at < 160; at += 16) {
      lines.push(
        `  st${(at - 32) / 16}=${Buffer.from(test.fx.slice(at, at + 10))
          .reverse()
          .toString('hex')}`,
      );
    }
    for (let at = 160; at < 288; at += 16) {
      lines.push(
        `  xmm${(at - 160) / 16}=${Buffer.from(test.fx.slice(at, at + 16))
          .reverse()
          .toString('hex')}`,
      );
    }
    const control = Buffer.from(test.fx.slice(0, 5)).toString('hex');
    lines.push(
      `  fcw, fsw, tags=${control} mxcsr=${Buffer.from(test.fx.slice(24, 28)).reverse().toString('hex')}`,
    );
  }
  return lines.join('\n');
}

/** One line per row: slot, mnemonic, operands, executed, faulted. */
export function rowTable(generator: Generator, campaign: Campaign): string {
  const line = (row: Row) => {
    const operands = row.operands.map((operand) => operand.letters).join(',');
    const executed = campaign.executed.get(row) ?? 0;
    const faulted = campaign.faulted.get(row) ?? 0;
    const name = `${row.name} ${operands}`;
    return `${row.slot.padEnd(10)} ${name.padEnd(24)} ${String(executed).padStart(8)} ${String(faulted).padStart(8)}`;
  };
  const head = `${'slot'.padEnd(10)} ${'row'.padEnd(24)} ${'executed'.padStart(8)} ${'faulted'.padStart(8)}`;
  return [head, ...generator.rows.map(([slot]) => line(slot.row))].join('\n');
}
