// Runs the micro-benchmarks with benny: for each engine and unit, a guest that stays in its loop, asked for the
// unit again and again. A figure is nanoseconds an operation, from the fastest of benny's samples: benny reads the
// wall clock, and that sample is the one least disturbed by whatever else the machine does.

import benny from 'benny';
import { buildMicroGuest } from '../project.ts';
import type { MicroResult } from '../result.ts';
import { CHAPTERS, type Chapter, type MicroCase } from './cases.ts';
import { type Guest, type MicroEngine, microEngines } from './engines.ts';

export interface MicroPlan {
  /** Names of engines (micro/engines.ts); empty: all. */
  readonly engines: readonly string[];
  readonly progress: (line: string) => void;
}

/** What the compiler may use, where that is the subject. */
const EXTRA: Readonly<Record<string, string>> = { sse: '-msse2 -mfpmath=sse' };

/** Seconds of sampling for a figure. */
const SAMPLING = 0.4;
/** Seconds of warming up, at most. */
const WARM_UP = 15;
/** Less of a gain than this is none. */
const GAIN = 0.05;
const LEAST_SAMPLES = 5;

/** Asks for units one after the other: benny calls a case to see what it answers, and does not wait for it. */
function inTurn(guest: Guest, unit: string): () => Promise<number> {
  let last: Promise<number> = Promise.resolve(0);
  return () => {
    last = last.then(() => guest.unit(unit));
    return last;
  };
}

/** Asks for units until they get no faster; answers the operations of one. */
async function warmUp(ask: () => Promise<number>, patience: number): Promise<number> {
  const begin = performance.now();
  let best = Number.POSITIVE_INFINITY;
  let improved = begin;
  for (;;) {
    const start = performance.now();
    const operations = await ask();
    const end = performance.now();
    if (end - start < best * (1 - GAIN)) {
      best = end - start;
      improved = end;
    }
    if (end - improved > patience * 1000 || end - begin > WARM_UP * 1000) return operations;
  }
}

async function measure(
  engine: MicroEngine,
  program: string,
  chapter: Chapter,
  { unit, name }: MicroCase,
): Promise<MicroResult> {
  const about = { chapter: chapter.title, name, engine: engine.name };
  const guest = engine.start(program);
  try {
    const ask = inTurn(guest, unit);
    const operations = await warmUp(ask, engine.patience);
    const options = {
      minSamples: LEAST_SAMPLES,
      maxTime: SAMPLING,
      minTime: SAMPLING / 10,
      delay: 0,
      initCount: 1,
    };
    const summary = await benny.suite(
      `${engine.name}: ${chapter.title}: ${name}`,
      benny.add(name, () => ask, options),
    );
    const [result] = summary.results;
    const { min, relativeMarginOfError } = result!.details;
    return {
      ...about,
      nanoseconds: (min * 1e9) / operations,
      margin: relativeMarginOfError,
      problem: null,
    };
  } catch (error) {
    return { ...about, nanoseconds: null, margin: 0, problem: (error as Error).message };
  } finally {
    await guest.end();
  }
}

export async function microResults(plan: MicroPlan): Promise<MicroResult[]> {
  const results: MicroResult[] = [];
  const engines = microEngines().filter(
    (engine) => plan.engines.length === 0 || plan.engines.includes(engine.name),
  );
  for (const chapter of CHAPTERS) {
    const program = buildMicroGuest(chapter.guest, EXTRA[chapter.guest] ?? '-mno-sse');
    plan.progress(`micro: ${chapter.title}`);
    for (const each of chapter.cases)
      for (const engine of engines) {
        const absent = engine.absent();
        results.push(
          absent === null
            ? await measure(engine, program, chapter, each)
            : {
                chapter: chapter.title,
                name: each.name,
                engine: engine.name,
                nanoseconds: null,
                margin: 0,
                problem: absent,
              },
        );
      }
  }
  return results;
}
