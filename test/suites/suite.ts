// A suite of programs that others wrote: where its source comes from and how each program is built. Rows of
// suites stand in files of their own (qemu.ts, valgrind.ts); run.ts compares.

/** One program of a suite. */
export interface SuiteTest {
  readonly name: string;
  /** Shell commands that make the program `$OUT` from the unpacked package, which is the working folder. */
  readonly build: string;
  /** Words of the command line. */
  readonly args?: readonly string[];
  /** What of the output is not compared: each match becomes `to` on both sides. */
  readonly masks?: readonly Mask[];
  /** Why lines are compared without regard to their order. */
  readonly unordered?: string;
  /** What the native run is told in its environment, so that it takes the processor for one like ours, and why. */
  readonly native?: { readonly environment: string; readonly reason: string };
  /** The CPU model for skasm where the program asks for more than the default one has. */
  readonly cpu?: string;
  /** Why a failure is none: the CPU model of skasm has not what the program needs. */
  readonly lacks?: string;
  /** Why it runs only where --only names it. */
  readonly apart?: string;
}

/** A part of the output that the processor, the kernel or chance decides. */
export interface Mask {
  readonly from: RegExp;
  readonly to: string;
  readonly reason: string;
}

export interface Suite {
  readonly name: string;
  /** Debian's source package. */
  readonly source: string;
  readonly tests: readonly SuiteTest[];
}

/** Why a suite cannot be run, in one line. */
export class SuiteError extends Error {}
