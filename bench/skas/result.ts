// What `npm run bench:skas` leaves: the shape of its JSON file, from which both reports are made. Raw figures; ratios are
// computed by summary.ts and never stored.

import type { Machine } from '../result.ts';
import type { Counts } from './counting.ts';
import type { ServersResult } from './servers.ts';
import type { Prices, TimesResult } from './times.ts';

export interface CountsResult {
  readonly system: string;
  readonly work: string;
  readonly amount: number;
  readonly counts: Counts;
}

export interface SkasResult {
  readonly machine: Machine;
  readonly runs: number;
  /** Under skasm. */
  readonly times: readonly TimesResult[];
  /** On the machine's own kernel, as far as it has the modes. */
  readonly native: readonly TimesResult[];
  /** Null: could not be measured. */
  readonly prices: Prices | null;
  readonly counts: readonly CountsResult[];
  readonly servers: readonly ServersResult[];
  /** Parts that were left out, and why. */
  readonly notes: readonly string[];
}
