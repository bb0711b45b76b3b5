// The frame of a report: one HTML page that needs nothing else, style, charts (SVG) and tables in one file, for bright and
// dark screens and for paper. What stands in it is said by html.ts and skas/html.ts.

import { escapeHtml, renderChart } from './chart.ts';
import { SERIES, type TitledChart } from './charts.ts';
import type { Titled } from './tables.ts';

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

export function table({ table: { head, rows, words }, remarks }: Titled): string {
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

export const card = (content: string): string => `<div class="card">${content}</div>`;
export const section = (title: string, content: string): string =>
  content === '' ? '' : `<section><h2>${escapeHtml(title)}</h2>${content}</section>\n`;
export const drawn = (each: TitledChart | null): string =>
  each === null ? '' : card(renderChart(each.chart));

/** A list of lines, such as what was left out; empty for none. */
export const listed = (lines: readonly string[]): string =>
  lines.length === 0 ? '' : card(`<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`);

/** `about`: lines below the heading. `body` begins with what is not in a section, such as a legend. */
export function htmlPage(title: string, heading: string, about: readonly string[], body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
<h1>${escapeHtml(heading)}</h1>
${about.map((line) => `<p class="machine">${escapeHtml(line)}</p>`).join('\n')}
${body}</main></body>
</html>
`;
}
