// What is known of the python suite, to be cited (`--record FILE`): every module, by how it ended natively and here.

/** How a module ended. */
export interface Outcome {
  /** The exit status; 128 + n for a signal; null when the time was over. */
  readonly status: number | null;
  /** Tests, in unittest's words; 0 where it said nothing. */
  readonly ran: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Of the suite, where skasm was not run as users have it. */
  readonly options?: string;
}

/** An outcome, of a module that was run. */
type Known = (module: string) => Outcome | undefined;

function ending({ status, ran, skipped, seconds, options = '' }: Outcome): string {
  const how = options === '' ? '' : `, by ${options}`;
  const tests = `${ran} tests${skipped > 0 ? `, ${skipped} skipped` : ''}, ${Math.round(seconds)} s${how}`;
  if (status === 0) return tests;
  return `${status === null ? 'not over in time' : `status ${status}`}; ${tests}`;
}

/** A Markdown document. `modules`: all there are; `when`: a date and the tree that was run. */
export function pythonRecord(modules: readonly string[], natively: Known, here: Known, when: string): string {
  const passing = modules.filter((module) => natively(module)?.status === 0);
  const run = passing.filter((module) => here(module) !== undefined);
  const passed = run.filter((module) => here(module)!.status === 0);
  const failed = run.filter((module) => here(module)!.status !== 0);
  const rows = (list: readonly string[], row: (module: string) => string): string[] =>
    list.length === 0 ? ['None.'] : list.map((module) => `- ${module}: ${row(module)}`);
  return [
    "# Python's own tests",
    '',
    `Written by \`npm run test:suites -- --suite python --record FILE\`; do not edit. ${when}.`,
    `Of ${modules.length} modules of python3.11, ${passing.length} pass natively in the suite's root. Of these ` +
      `${run.length} were run under skasm: ${passed.length} pass, ${failed.length} fail.`,
    '',
    '## Fail here, pass natively',
    '',
    ...rows(failed, (module) => `${ending(here(module)!)} (natively ${ending(natively(module)!)})`),
    '',
    '## Not run here',
    '',
    ...rows(
      passing.filter((module) => !run.includes(module)),
      (module) => `natively ${ending(natively(module)!)}`,
    ),
    '',
    '## Do not pass natively, or were not run',
    '',
    ...rows(
      modules.filter((module) => !passing.includes(module)),
      (module) => {
        const outcome = natively(module);
        return outcome === undefined ? 'not run' : ending(outcome);
      },
    ),
    '',
    '## Pass',
    '',
    ...rows(passed, (module) => `${ending(here(module)!)} (natively ${ending(natively(module)!)})`),
    '',
  ].join('\n');
}
