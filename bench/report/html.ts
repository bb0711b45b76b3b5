// The report of `npm run bench` as an HTML page.

import { escapeHtml } from './chart.ts';
import { groupChart, microCharts, programChart, SERIES, umlChart } from './charts.ts';
import { card, drawn, htmlPage, listed, section, table } from './page.ts';
import type { Summary } from './summary.ts';
import { barTable, microTable, programTable, type Titled, umlTable } from './tables.ts';
import { machineLines } from './text.ts';

const folded = (each: Titled | null): string =>
  each === null ? '' : `<details><summary>${escapeHtml(each.title)}</summary>${card(table(each))}</details>`;

function legend(summary: Summary): string {
  const { result, runners } = summary;
  const names = new Map(runners.map(({ name, title }) => [name, title]));
  for (const { runner } of result.uml) if (!names.has(runner)) names.set(runner, runner);
  for (const { engine } of result.micro) {
    const name = engine === 'jit' ? 'skasm-warm' : engine;
    if (!names.has(name)) names.set(name, engine);
  }
  const items = SERIES.flatMap((name, at) => {
    const title = names.get(name);
    return title === undefined ? [] : [`<span><i class="s${at}"></i>${escapeHtml(title)}</span>`];
  });
  if (summary.judged().length + summary.judgedUml().length > 0)
    items.push('<span><i class="bar"></i>bar</span>', '<span><i class="goal"></i>goal</span>');
  return `<div class="legend">${items.join('')}</div>`;
}

export function htmlReport(summary: Summary): string {
  const { result } = summary;
  const bars = barTable(summary);
  const checks = summary
    .checks()
    .map(({ what, found, met }) => [what, found, met ? 'met' : 'missed'])
    .map((row) => row as readonly string[]);
  const notes = [
    ...result.runners.filter((each) => each.absent !== null).map((each) => `${each.title}: ${each.absent}`),
    ...result.notes,
  ];
  const micro = microCharts(result);
  const groups = `${drawn(groupChart(summary))}${bars === null ? '' : card(table(bars))}`;
  const body = [
    section('Groups', groups),
    section(
      'Checks',
      checks.length === 0
        ? ''
        : card(
            table({
              title: '',
              table: { head: ['asked for', 'found', ''], rows: checks, words: 3 },
              remarks: [],
            }),
          ),
    ),
    ...summary.groups.map((row) => {
      const each = programChart(summary, row);
      return section(each.title, drawn(each) + folded(programTable(summary, row)));
    }),
    section('User Mode Linux', drawn(umlChart(summary)) + folded(umlTable(summary))),
    section(
      'Micro-benchmarks',
      micro.map((each) => `<h3>${escapeHtml(each.title)}</h3>${drawn(each)}`).join('') +
        folded(microTable(result)),
    ),
    section('Left out', listed(notes)),
  ].join('');
  return htmlPage(
    `skasm benchmarks, ${result.machine.commit}`,
    'skasm benchmarks',
    machineLines(result.machine, result.runs),
    `${legend(summary)}\n${body}`,
  );
}
