// The report as one HTML page that needs nothing else: style, charts (SVG) and tables in one file, for bright and
// dark screens and for paper.

import { escapeHtml, renderChart } from './chart.ts';
import { groupChart, microCharts, programChart, SERIES, type TitledChart, umlChart } from './charts.ts';
import type { Summary } from './summary.ts';
import { barTable, microTable, programTable, type Titled, umlTable } from './tables.ts';
import { machineLines } from './text.ts';

const STYLE = `
:root { color-scheme: light dark; --paper: #fbfaf7; --card: #ffffff; --ink: #1c2330; --dim: #667085; --rule: #e3e1da;
  --s0: #98a1b0; --s1: #e08a3c; --s2: #a878c8; --s3: #6fb1de; --s4: #1f6fb2; --s5: #b9b19a; --good: #1a7f4b; --bad: #c0362c; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171c; --card: #1c2027; --ink: #e7eaf0; --dim: #98a1b0;
  --rule: #2e343e; --s3: #3f86b8; --s4: #6cc0ff; --s5: #6d6757; --good: #54c98b; --bad: #ff7a6e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1020px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 40px 0 10px; }
h3 { font-size: 15px; margin: 18px 0 6px; color: var(--dim); font-weight: 600; }
p.machine { color: var(--dim); margin: 0; font-size: 13px; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 14px 18px; margin: 10px 0;
  overflow-x: auto; break-inside: avoid; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 18px; font-size: 13px; margin: 16px 0 0; }
.legend i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
.legend i.bar, .legend i.goal { width: 3px; border-radius: 0; }
i.bar { background: var(--bad); } i.goal { background: var(--good); }
svg { display: block; width: 100%; min-width: 640px; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--ink); } svg .label, svg .unit { text-anchor: end; } svg .tick { text-anchor: middle; }
svg .tick, svg .unit { fill: var(--dim); font-size: 11px; } svg .value { font-size: 11px; fill: var(--dim);
  paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
svg .grid { stroke: var(--rule); } svg .reference { stroke: var(--dim); stroke-dasharray: 3 3; }
svg line.bar { stroke: var(--bad); stroke-width: 2.5; } svg line.goal { stroke: var(--good); stroke-width: 2.5; }
SERIES
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; width: 100%; }
th { text-align: left; font-weight: 600; color: var(--dim); border-bottom: 1px solid var(--rule); padding: 4px 10px 4px 0; }
td { padding: 4px 10px 4px 0; border-bottom: 1px solid var(--rule); white-space: nowrap; } tr:last-child td { border-bottom: 0; }
th.n, td.n { text-align: right; } td.missed { color: var(--bad); font-weight: 600; } td.met { color: var(--good); font-weight: 600; }
p.remark { margin: 4px 0 0; font-size: 12.5px; color: var(--dim); }
details { margin: 8px 0; } summary { cursor: pointer; color: var(--dim); font-size: 13px; }
ul { margin: 0; padding-left: 18px; }
`.replace(
  'SERIES',
  SERIES.map((_, at) => `svg .s${at}, i.s${at} { fill: var(--s${at}); background: var(--s${at}); }`).join(
    '\n',
  ),
);

function table({ table: { head, rows, words }, remarks }: Titled): string {
  const cell = (tag: 'th' | 'td', text: string, column: number): string => {
    const classes = [
      ...(column < words ? [] : ['n']),
      ...(text === 'missed' ? ['missed'] : text === 'met' || text === 'goal met' ? ['met'] : []),
    ];
    return `<${tag}${classes.length > 0 ? ` class="${classes.join(' ')}"` : ''}>${escapeHtml(text)}</${tag}>`;
  };
  const line = (tag: 'th' | 'td', row: readonly string[]): string =>
    `<tr>${row.map((text, column) => cell(tag, text, column)).join('')}</tr>`;
  const body = rows.map((row) => line('td', row)).join('\n');
  const below = remarks.map((remark) => `<p class="remark">${escapeHtml(remark)}</p>`).join('');
  return `<table><thead>${line('th', head)}</thead><tbody>${body}</tbody></table>${below}`;
}

const card = (content: string): string => `<div class="card">${content}</div>`;
const section = (title: string, content: string): string =>
  content === '' ? '' : `<section><h2>${escapeHtml(title)}</h2>${content}</section>\n`;
const drawn = (each: TitledChart | null): string => (each === null ? '' : card(renderChart(each.chart)));
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
    section(
      'Left out',
      notes.length === 0
        ? ''
        : card(`<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`),
    ),
  ].join('');
  const about = machineLines(result.machine, result.runs)
    .map((line) => `<p class="machine">${escapeHtml(line)}</p>`)
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>skasm benchmarks, ${escapeHtml(result.machine.commit)}</title>
<style>${STYLE}</style>
</head>
<body><main>
<h1>skasm benchmarks</h1>
${about}
${legend(summary)}
${body}</main></body>
</html>
`;
}
