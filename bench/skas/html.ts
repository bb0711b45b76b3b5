// The report of `npm run bench:skas` as an HTML page: charts, and the tables below them.

import type { ChartMark, ChartRow } from '../report/chart.ts';
import { escapeHtml } from '../report/chart.ts';
import type { TitledChart } from '../report/charts.ts';
import { card, drawn, htmlPage, listed, section, table } from '../report/page.ts';
import { short } from '../report/table.ts';
import { machineLines } from '../report/text.ts';
import type { System } from './rows.ts';
import type { SkasSummary } from './summary.ts';
import { pricedTable, processTable, serverTable, stepTable, timeTable } from './tables.ts';

/** Colours of the systems among those of the style sheet. */
const COLOURS: Readonly<Record<string, number>> = { host: 0, tt: 1, skas0: 2, skas3: 3, skas4: 4 };

/** A bar for each of the given systems. */
function row(
  label: string,
  systems: readonly System[],
  value: (system: System) => number | null,
  unit: string,
  marks: readonly ChartMark[] = [],
): ChartRow {
  const bars = systems.map((system) => {
    const found = value(system);
    const text = found === null ? 'no figure' : `${short(found)}${unit}`;
    return { series: COLOURS[system.name]!, value: found, text, hint: `${label}, ${system.title}: ${text}` };
  });
  return { label, bars, marks };
}

const chartOf = (
  title: string,
  rows: readonly ChartRow[],
  unit: string,
  reference: number | null,
): TitledChart | null => (rows.length === 0 ? null : { title, chart: { rows, unit, reference } });

function charts(summary: SkasSummary): Record<'times' | 'priced' | 'steps' | 'load', TitledChart | null> {
  const guests = summary.systems.filter(({ mode }) => mode !== null);
  const { works } = summary;
  const skas3 = guests.findIndex(({ name }) => name === 'skas3');
  const marks = (work: string): ChartMark[] =>
    work === 'build' && skas3 >= 0 ? [{ kind: 'bar', value: 1.3, at: skas3 }] : [];
  const measured = summary.result.times.length > 0;
  const priced = summary.result.prices !== null && summary.result.native.length > 0;
  const events = [...new Set(summary.steps().map(({ steps }) => steps.work))];
  return {
    times: chartOf(
      'Time under skasm',
      measured
        ? works.map((w) =>
            row(w.title, guests, ({ name }) => summary.ratio(name, w.name), 'x', marks(w.name)),
          )
        : [],
      'times the host',
      1,
    ),
    priced: chartOf(
      "At a real host's prices",
      priced
        ? works.map((w) => row(w.title, guests, ({ name }) => summary.pricedRatio(name, w.name), 'x'))
        : [],
      'times the host',
      1,
    ),
    steps: chartOf(
      'Host calls for an event',
      events.map((event) =>
        row(
          event,
          guests,
          ({ name }) =>
            summary.steps().find(({ steps }) => steps.work === event && steps.system === name)?.calls ?? null,
          '',
        ),
      ),
      'calls',
      null,
    ),
    load: chartOf(
      'Load of servers',
      summary.serverCounts.map((count) =>
        row(
          `${count} ${count === 1 ? 'server' : 'servers'}`,
          guests,
          ({ name }) => summary.servers(name, count)?.load ?? null,
          '',
        ),
      ),
      'load',
      null,
    ),
  };
}

function checkTable(summary: SkasSummary): string {
  const rows = summary
    .checks()
    .map(({ kind, what, found, met }) => [kind, what, found, met ? 'met' : 'missed'] as const);
  if (rows.length === 0) return '';
  return card(
    table({ title: '', table: { head: ['', 'asked for', 'found', ''], rows, words: 4 }, remarks: [] }),
  );
}

export function skasHtml(summary: SkasSummary): string {
  const { result, systems } = summary;
  const { times, priced, steps, load } = charts(summary);
  const legend = systems
    .map(({ name, title }) => `<span><i class="s${COLOURS[name]}"></i>${escapeHtml(title)}</span>`)
    .join('');
  const money = pricedTable(summary);
  const body = [
    section('Asked for', checkTable(summary)),
    section('Time under skasm', times === null ? '' : drawn(times) + card(table(timeTable(summary)))),
    section("At a real host's prices", money === null ? '' : drawn(priced) + card(table(money))),
    section(
      'Host calls and stops for an event',
      steps === null ? '' : drawn(steps) + card(table(stepTable(summary))),
    ),
    section('Processes of the host', result.counts.length === 0 ? '' : card(table(processTable(summary)))),
    section(
      'Servers with little to do',
      load === null ? '' : drawn(load) + card(table(serverTable(summary))),
    ),
    section('Left out', listed(result.notes)),
  ].join('');
  return htmlPage(
    `skasm: modes of User Mode Linux, ${result.machine.commit}`,
    'Modes of User Mode Linux under skasm',
    machineLines(result.machine, result.runs),
    `<div class="legend">${legend}</div>\n${body}`,
  );
}
