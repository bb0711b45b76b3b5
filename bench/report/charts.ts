// The charts of a summary: groups, programs of each group, User Mode Linux, micro-benchmarks.

import type { BenchResult } from '../result.ts';
import type { Chart, ChartMark, ChartRow } from './chart.ts';
import { type GroupRow, type Judged, type Summary, UML_FIGURES } from './summary.ts';
import { short } from './table.ts';

/** Colours by series, in the order of the style sheet; the same thing has the same colour everywhere. */
export const SERIES = ['native', 'qemu-i386', 'v86', 'skasm-cold', 'skasm-warm', 'interpreter'] as const;

export interface TitledChart {
  readonly title: string;
  readonly chart: Chart;
}

const seriesOf = (runner: string): number => {
  const found = SERIES.indexOf(runner as (typeof SERIES)[number]);
  return runner === 'jit' ? SERIES.indexOf('skasm-warm') : found;
};

function marks(judged: readonly Judged[], runners: readonly string[]): ChartMark[] {
  return judged.flatMap(({ runner, bar }) => {
    const at = runners.indexOf(runner);
    if (at < 0) return [];
    const found: ChartMark[] = [{ kind: 'bar', value: bar.most, at }];
    if (bar.goal !== null) found.push({ kind: 'goal', value: bar.goal, at });
    return found;
  });
}

const times = (value: number | null): string => (value === null ? 'no figure' : `${short(value)}x`);

export function groupChart(summary: Summary): TitledChart | null {
  const runners = summary.runners.filter(({ name }) => name !== 'native');
  const judged = summary.judged();
  const rows = summary.groups.map(
    ({ group, means }): ChartRow => ({
      label: group.title,
      bars: runners.map(({ name, title }) => {
        const value = means.get(name)?.figure ?? null;
        return {
          series: seriesOf(name),
          value,
          text: times(value),
          hint: `${group.title}, ${title}: ${times(value)}`,
        };
      }),
      marks: marks(
        judged.filter((each) => each.what === group.title),
        runners.map(({ name }) => name),
      ),
    }),
  );
  if (rows.length === 0 || runners.length === 0) return null;
  return { title: 'Groups: geometric mean of CPU time', chart: { rows, unit: 'times native', reference: 1 } };
}

export function programChart(summary: Summary, row: GroupRow): TitledChart {
  const runners = summary.runners.filter(({ name }) => name !== 'native');
  const rows = row.programs.map(
    ({ program, cells }): ChartRow => ({
      label: program,
      bars: runners.map(({ name, title }) => {
        const cell = cells.get(name);
        const value = cell?.figureRatio ?? null;
        const text = value === null ? (cell?.problem ?? 'no figure') : times(value);
        const seconds = cell?.figure == null ? '' : `, ${short(cell.figure)} s`;
        return {
          series: seriesOf(name),
          value,
          text: text.slice(0, 60),
          hint: `${program}, ${title}: ${text}${seconds}`,
        };
      }),
      marks: [],
    }),
  );
  const what = row.group.figure === 'marginal' ? 'marginal CPU time' : 'CPU time';
  return { title: `${row.group.title}: ${what}`, chart: { rows, unit: 'times native', reference: 1 } };
}

/** The bars, in seconds: so many times what native took in this run. */
function umlMarks(summary: Summary, figure: 'boot' | 'script', runners: readonly string[]): ChartMark[] {
  const native = summary.uml('native', figure);
  if (native === null) return [];
  const own = summary.judgedUml().filter((each) => each.what === UML_FIGURES[figure]);
  return marks(own, runners).map((mark) => ({ ...mark, value: mark.value * native }));
}

export function umlChart(summary: Summary): TitledChart | null {
  const { uml } = summary.result;
  const runners = uml.filter((each) => each.samples.length > 0).map((each) => each.runner);
  if (runners.length === 0) return null;
  const rows = (['boot', 'script'] as const).map(
    (figure): ChartRow => ({
      label: figure === 'boot' ? 'to init, CPU time' : 'fork600.sh, wall clock',
      bars: runners.map((runner) => {
        const value = summary.uml(runner, figure);
        const text = `${short(value)} s`;
        return { series: seriesOf(runner), value, text, hint: `${UML_FIGURES[figure]}, ${runner}: ${text}` };
      }),
      marks: umlMarks(summary, figure, runners),
    }),
  );
  return { title: 'User Mode Linux', chart: { rows, unit: 'seconds', reference: null } };
}

export function microCharts(result: BenchResult): TitledChart[] {
  const chapters = [...new Set(result.micro.map((each) => each.chapter))];
  return chapters.map((chapter) => {
    const own = result.micro.filter((each) => each.chapter === chapter);
    const names = [...new Set(own.map((each) => each.name))];
    const rows = names.map(
      (name): ChartRow => ({
        label: name,
        bars: own
          .filter((each) => each.name === name)
          .map(({ engine, nanoseconds, problem }) => {
            const text = nanoseconds === null ? (problem ?? 'no figure') : `${short(nanoseconds)} ns`;
            return {
              series: seriesOf(engine),
              value: nanoseconds,
              text,
              hint: `${name}, ${engine}: ${text}`,
            };
          }),
        marks: [],
      }),
    );
    return { title: chapter, chart: { rows, unit: 'ns', reference: null } };
  });
}
