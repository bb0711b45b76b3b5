// The tables of a summary, for both reports: plain rows of text.

import type { BenchResult } from '../result.ts';
import { largerFactor } from '../suite.ts';
import { type GroupRow, type Judged, type Summary, UML_FIGURES } from './summary.ts';
import { short, type TextTable } from './table.ts';

export interface Titled {
  readonly title: string;
  readonly table: TextTable;
  readonly remarks: readonly string[];
}

/** Ratios to native of a group's programs: the figure, and behind it the total where that is another. */
export function programTable(summary: Summary, row: GroupRow): Titled {
  const { group } = row;
  const double = group.figure === 'marginal';
  const others = summary.runners.filter((runner) => runner.name !== 'native');
  const kinds = double ? ['marginal', 'total'] : ['total'];
  const head = ['program', ...kinds.map((kind) => `native ${kind}, s`)];
  for (const { title } of others) head.push(...(double ? [title, '(total)'] : [title]));
  const remarks: string[] = [];
  const rows = row.programs.map(({ program, cells }) => {
    const native = cells.get('native');
    const line = [program, short(native?.figure ?? null)];
    if (double) line.push(short(native?.total ?? null));
    for (const { name, title } of others) {
      const cell = cells.get(name);
      line.push(short(cell?.figureRatio ?? null));
      if (double) line.push(short(cell?.totalRatio ?? null));
      if (cell?.problem) remarks.push(`${program}, ${title}: ${cell.problem}`);
    }
    return line;
  });
  const mean = ['geometric mean', '', ...(double ? [''] : [])];
  for (const { name } of others) {
    const value = row.means.get(name);
    const part = value !== undefined && value.counted < row.programs.length ? '*' : '';
    mean.push(`${short(value?.figure ?? null)}${part}`);
    if (double) mean.push(short(value?.total ?? null));
  }
  if (mean.some((cell) => cell.endsWith('*'))) remarks.push('* of those programs that have a figure');
  if (double && row.programs.some(({ program }) => program === 'fib'))
    remarks.push(`fib's larger work is ${largerFactor('fib').toFixed(3)} times the standard one, not 4`);
  const what = double ? 'CPU time at 400% of the work less that at 100%' : 'CPU time';
  return {
    title: `${group.title}: ${what}, times native`,
    table: { head, rows: [...rows, mean], words: 1 },
    remarks,
  };
}

function judgedRow(summary: Summary, { what, runner, value, bar, verdict }: Judged): string[] {
  const title = summary.result.runners.find((each) => each.name === runner)?.title ?? runner;
  return [what, title, short(value), `<= ${bar.most}`, bar.goal === null ? '-' : `<= ${bar.goal}`, verdict];
}

/** Group means beside the peers', with bar and goal. */
export function barTable(summary: Summary): Titled | null {
  const judged = summary.judged();
  if (judged.length === 0) return null;
  const peers = summary.runners.filter(({ name }) => name === 'qemu-i386' || name === 'v86');
  const rows = judged.map((each) => {
    const group = summary.groups.find((row) => row.group.title === each.what)!;
    const [what, title, ...rest] = judgedRow(summary, each);
    const figures = peers.map(({ name }) => short(group.means.get(name)?.figure ?? null));
    return [what!, title!, group.group.figure, '1', ...figures, ...rest];
  });
  const head = ['group', 'runner', 'figure', 'native', ...peers.map(({ title }) => title)];
  return {
    title: 'Bars: geometric mean of CPU time, times native',
    table: { head: [...head, 'skasm', 'bar', 'goal', 'verdict'], rows, words: 3 },
    remarks: [],
  };
}

export function umlTable(summary: Summary): Titled | null {
  const { uml } = summary.result;
  if (uml.length === 0) return null;
  const judged = summary.judgedUml();
  const rows = (['boot', 'script'] as const).flatMap((figure) =>
    uml.map(({ runner }) => {
      const seconds = summary.uml(runner, figure);
      const native = summary.uml('native', figure);
      const what = UML_FIGURES[figure];
      const own = judged.find((each) => each.runner === runner && each.what === what);
      const ratio = quotient(seconds, native);
      const bar = own === undefined ? ['', ''] : [`<= ${own.bar.most}`, own.verdict];
      return [what, runner, short(seconds), short(ratio), ...bar];
    }),
  );
  return {
    title: 'User Mode Linux, beside native User Mode Linux',
    table: { head: ['figure', 'runner', 'seconds', 'times native', 'bar', 'verdict'], rows, words: 2 },
    remarks: uml.flatMap(({ runner, problem }) => (problem === null ? [] : [`${runner}: ${problem}`])),
  };
}

export function microTable(result: BenchResult): Titled | null {
  if (result.micro.length === 0) return null;
  const engines = [...new Set(result.micro.map((each) => each.engine))];
  const names = [...new Set(result.micro.map((each) => `${each.chapter}\n${each.name}`))];
  const problems = new Set<string>();
  const rows = names.map((key) => {
    const [chapter, name] = key.split('\n') as [string, string];
    const cells = engines.map((engine) => {
      const found = result.micro.find(
        (each) => each.engine === engine && each.chapter === chapter && each.name === name,
      );
      if (found?.problem) problems.add(`${chapter}, ${engine}: ${found.problem}`);
      return found?.nanoseconds ?? null;
    });
    const native = engines.indexOf('native');
    const ratios = engines.flatMap((_, at) =>
      native < 0 || at === native ? [] : short(quotient(cells[at]!, cells[native]!)),
    );
    return [chapter, name, ...cells.map(short), ...ratios];
  });
  const compared = engines.includes('native') ? engines.filter((engine) => engine !== 'native') : [];
  return {
    title: 'Micro-benchmarks, in process: nanoseconds an operation',
    table: {
      head: ['chapter', 'unit', ...engines, ...compared.map((engine) => `${engine}/native`)],
      rows,
      words: 2,
    },
    remarks: [...problems],
  };
}

const quotient = (a: number | null, b: number | null): number | null =>
  a === null || b === null || b <= 0 ? null : a / b;

/** Everything there is to show, in order. */
export function allTables(summary: Summary): Titled[] {
  const tables = [
    barTable(summary),
    ...summary.groups.map((row) => programTable(summary, row)),
    umlTable(summary),
    microTable(summary.result),
  ];
  return tables.filter((each) => each !== null);
}
