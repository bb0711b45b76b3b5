// The report on standard output.

import type { Machine } from '../result.ts';
import type { Summary } from './summary.ts';
import { renderTable } from './table.ts';
import { allTables } from './tables.ts';

export function machineLines(machine: Machine, runs: number): string[] {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine.processor}, ${machine.processors} processors, ${Math.round(machine.memory / 2 ** 30)} GiB, ${machine.system}`,
    versions.join(', '),
    `commit ${machine.commit}, ${machine.date}, load average ${machine.load.map((each) => each.toFixed(2)).join(' ')}`,
    `median of ${runs} ${runs === 1 ? 'run' : 'runs'}; CPU time is user + system of the whole process tree`,
  ];
}

export function textReport(summary: Summary): string {
  const { result } = summary;
  const parts = [`${machineLines(result.machine, result.runs).join('\n')}\n`];
  for (const { title, table, remarks } of allTables(summary))
    parts.push(`${title}\n\n${renderTable(table)}${remarks.map((remark) => `  ${remark}\n`).join('')}`);
  const checks = summary
    .checks()
    .map(({ what, found, met }) => `${met ? 'met   ' : 'missed'}  ${what}: ${found}`);
  if (checks.length > 0) parts.push(`Checks\n\n${checks.join('\n')}\n`);
  const absent = result.runners
    .filter((runner) => runner.absent !== null)
    .map((runner) => `${runner.title}: ${runner.absent}`);
  const notes = [...absent, ...result.notes];
  if (notes.length > 0) parts.push(`Left out\n\n${notes.join('\n')}\n`);
  return parts.join('\n');
}
