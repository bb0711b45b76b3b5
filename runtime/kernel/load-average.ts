// The load averages of /proc/loadavg and sysinfo(2): how many tasks run or wait for their turn, decayed
// exponentially over 1, 5 and 15 minutes, sampled every five seconds (Linux: kernel/sched/loadavg.c).

const SAMPLE = 5e9;
const MINUTE = 60e9;
const PERIODS = [MINUTE, 5 * MINUTE, 15 * MINUTE] as const;

export class LoadAverage {
  readonly #values = [0, 0, 0];
  /** Monotonic nanoseconds of the next sample. */
  #next: number;

  constructor(now: number) {
    this.#next = now + SAMPLE;
  }

  /** Takes the samples that are due. `active`: tasks that run or wait for their turn. */
  sample(now: number, active: number): void {
    if (now < this.#next) return;
    const count = Math.floor((now - this.#next) / SAMPLE) + 1;
    this.#next += count * SAMPLE;
    for (const [i, period] of PERIODS.entries()) {
      const kept = Math.exp((-SAMPLE * count) / period);
      this.#values[i] = this.#values[i]! * kept + active * (1 - kept);
    }
  }
  /** Over 1, 5 and 15 minutes. */
  get values(): readonly number[] {
    return this.#values;
  }
}
