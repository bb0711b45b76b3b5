// What a benchmark run leaves: the shape of the JSON file, from which both reports are made. Raw figures of
// each run are kept; ratios and means are computed by whoever reads (summary.ts), never stored.

export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly processors: number;
  readonly memory: number;
  readonly system: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
  /** Load average when the run began: others who work on the machine make figures vary. */
  readonly load: readonly number[];
}

/** One run of one program. Times are seconds. */
export interface Sample {
  readonly wall: number;
  /** User and system, of the whole process tree. */
  readonly user: number;
  readonly system: number;
  /** CPU time of the main thread of the first process; for skasm the thread that runs the guest. Null: unknown. */
  readonly thread: number | null;
  /** How long that thread was ready to run while others had the processor. Null: unknown. */
  readonly queued: number | null;
  /** Peak resident set of the largest process, KiB. Null: unknown. */
  readonly peak: number | null;
  /** What the program wrote, in short; equal for equal output. */
  readonly output: string;
}

/** `standard`: the program's own amount of work; `larger`: about four times of it. */
export type Amount = 'standard' | 'larger';

export interface ProgramResult {
  readonly program: string;
  readonly group: string;
  readonly runner: string;
  readonly amount: Amount;
  readonly samples: readonly Sample[];
  /** Why there are fewer samples than asked for: it failed, its output was wrong, it took too long. */
  readonly problem: string | null;
}

/** A boot of User Mode Linux. Seconds. */
export interface BootSample {
  /** CPU time of the whole process tree up to the first line of init. */
  readonly boot: number;
  /** Wall clock time of fork600.sh. */
  readonly script: number;
}

export interface BootResult {
  readonly runner: string;
  readonly samples: readonly BootSample[];
  readonly problem: string | null;
}

export interface MicroResult {
  readonly chapter: string;
  readonly name: string;
  readonly engine: string;
  /** Nanoseconds an operation; null with the reason in `problem`. */
  readonly nanoseconds: number | null;
  /** Relative margin of error, percent, as benny gives it. */
  readonly margin: number;
  readonly problem: string | null;
}

export interface RunnerNote {
  readonly name: string;
  readonly title: string;
  /** Why it did not take part; null when it did. */
  readonly absent: string | null;
}

export interface BenchResult {
  readonly machine: Machine;
  readonly runs: number;
  readonly runners: readonly RunnerNote[];
  readonly micro: readonly MicroResult[];
  readonly programs: readonly ProgramResult[];
  readonly uml: readonly BootResult[];
  /** Parts that were left out, and why. */
  readonly notes: readonly string[];
}
