// The tables of both reports: plain rows of text.

import { short } from '../report/table.ts';
import type { Titled } from '../report/tables.ts';
import { KINDS } from './counting.ts';
import { SYSTEMS } from './rows.ts';
import { PERIOD } from './servers.ts';
import type { SkasSummary } from './summary.ts';

const micro = (seconds: number | null): string => short(seconds === null ? null : seconds * 1e6);

/** Microseconds of an event, and beside them ratios to the host's. */
export function timeTable(summary: SkasSummary): Titled {
  const { systems } = summary;
  const guests = systems.filter(({ mode }) => mode !== null);
  const remarks = summary.works.flatMap((work) =>
    systems.flatMap(({ name, title }) => {
      const problem = summary.problem(name, work.name);
      return problem === null ? [] : [`${work.title}, ${title}: ${problem}`];
    }),
  );
  return {
    title: 'Time under skasm: microseconds of an event, and times the host',
    table: {
      head: [
        'work',
        ...systems.map(({ title }) => `${title}, us`),
        ...guests.map(({ title }) => `${title}, x`),
        'tt / skas3',
      ],
      rows: summary.works.map((work) => {
        const [tt, skas3] = [summary.time('tt', work.name), summary.time('skas3', work.name)];
        return [
          work.title,
          ...systems.map(({ name }) => micro(summary.time(name, work.name))),
          ...guests.map(({ name }) => short(summary.ratio(name, work.name))),
          short(tt === null || skas3 === null ? null : tt / skas3),
        ];
      }),
      words: 1,
    },
    remarks: [
      ...remarks,
      'CPU time of the thread that runs the guests; an event of build is a file, of script a round of three processes',
    ],
  };
}

/** Why a work has no native figure. */
function nativeProblems(summary: SkasSummary): string[] {
  return summary.works.flatMap((work) =>
    SYSTEMS.flatMap(({ name, title }) => {
      const problem = summary.nativeProblem(name, work.name);
      return problem === null ? [] : [`${work.title}, ${title} natively: ${problem}`];
    }),
  );
}

/** The same at a real host's prices, and what this machine's kernel needed where it has the mode. */
export function pricedTable(summary: SkasSummary): Titled | null {
  const { prices } = summary.result;
  if (prices === null || summary.result.native.length === 0) return null;
  const { systems } = summary;
  const guests = systems.filter(({ mode }) => mode !== null);
  return {
    title: "At a real host's prices: times the host, and measured natively where a plain Linux has the mode",
    table: {
      head: [
        'work',
        'host natively, us',
        ...guests.map(({ title }) => `${title}, x`),
        'tt / skas3',
        'tt native, x',
        'skas0 native, x',
      ],
      rows: summary.works.map((work) => {
        const [tt, skas3] = [summary.priced('tt', work.name), summary.priced('skas3', work.name)];
        const host = summary.native('host', work.name);
        const measured = (name: 'tt' | 'skas0'): string => {
          const value = summary.native(name, work.name);
          return short(value === null || host === null ? null : value / host);
        };
        return [
          work.title,
          micro(host),
          ...guests.map(({ name }) => short(summary.pricedRatio(name, work.name))),
          short(tt === null || skas3 === null ? null : tt / skas3),
          measured('tt'),
          measured('skas0'),
        ];
      }),
      words: 1,
    },
    remarks: [
      ...nativeProblems(summary),
      `prices measured on this machine, CPU nanoseconds: ${KINDS.map((kind) => `${kind} ${prices[kind].toFixed(0)}`).join(', ')}`,
      'a stop is a traced process that goes on, stops and is waited for; a request of /proc/mm and mm_indirect have the price of mmap',
    ],
  };
}

export function stepTable(summary: SkasSummary): Titled {
  return {
    title: 'Host calls and stops for an event',
    table: {
      head: ['event', 'system', 'because', 'calls listed', 'counted', 'stops listed', 'counted'],
      rows: summary
        .steps()
        .map(({ steps, calls, stops }) => [
          steps.work,
          steps.system,
          steps.because,
          String(steps.calls),
          short(calls),
          String(steps.stops),
          short(stops),
        ]),
      words: 3,
    },
    remarks: [],
  };
}

export function processTable(summary: SkasSummary): Titled {
  return {
    title: 'Processes of the host while the script runs',
    table: {
      head: ['system', 'at once', 'made', 'host calls'],
      rows: summary.systems.flatMap(({ name, title }) => {
        const found = summary.processes(name);
        return found === undefined
          ? []
          : [[title, String(found.counts.peak), String(found.counts.made), String(found.counts.calls)]];
      }),
      words: 1,
    },
    remarks: [],
  };
}

export function serverTable(summary: SkasSummary): Titled {
  return {
    title: 'Servers with little to do, in one machine',
    table: {
      head: ['servers', 'system', 'load', 'CPU share', 'host processes', 'rounds/s', 'asked for'],
      rows: summary.serverCounts.flatMap((servers) =>
        summary.systems.flatMap(({ name, title }) => {
          const found = summary.servers(name, servers);
          if (found === undefined) return [];
          const { load, share, processes, rate } = found;
          return [
            [
              String(servers),
              title,
              short(load),
              short(share),
              String(processes),
              short(rate),
              short(servers / PERIOD),
            ],
          ];
        }),
      ),
      words: 2,
    },
    remarks: [
      `each starts a program about every ${PERIOD} s; load: processes that run or wait for their turn, on average; share: CPU time over time`,
    ],
  };
}

export function skasTables(summary: SkasSummary): Titled[] {
  const tables = [
    summary.result.times.length === 0 ? null : timeTable(summary),
    pricedTable(summary),
    stepTable(summary),
    processTable(summary),
    serverTable(summary),
  ];
  return tables.filter((each): each is Titled => each !== null && each.table.rows.length > 0);
}
