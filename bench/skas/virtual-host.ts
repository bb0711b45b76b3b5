// A host in whose time only the guests work: its clock goes by the CPU time of this process, and a sleep is over at once,
// with the clock put forward. So a machine that is idle for a minute takes no minute to measure, and what else the real
// machine has to do is in no figure.

import type { Host } from '../../runtime/host/host.ts';
import { createNodeHost } from '../../runtime/host/node/index.ts';

export class VirtualTime {
  readonly host: Host;
  readonly #alarms: { readonly at: number; readonly ring: () => void }[] = [];
  /** Nanoseconds that were slept. */
  #slept = 0;
  #wake: (() => void) | null = null;

  constructor() {
    const started = BigInt(Date.now()) * 1_000_000n;
    this.host = {
      ...createNodeHost(),
      clock: { monotonic: () => this.now, realtime: () => started + BigInt(this.now) },
      yield: () => this.#turn(),
      sleep: (deadline) => this.#sleep(deadline),
      wakeUp: () => this.#wake?.(),
    };
  }

  /** CPU time so far, nanoseconds. */
  get worked(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1000;
  }
  get now(): number {
    return Math.round(this.worked + this.#slept);
  }

  /** Settles when the clock has come to `at`, which only a running machine brings about. */
  until(at: number): Promise<void> {
    return new Promise((ring) => {
      this.#alarms.push({ at, ring });
      this.#alarms.sort((a, b) => a.at - b.at);
    });
  }
  #turn(): Promise<void> {
    while (this.#alarms.length > 0 && this.#alarms[0]!.at <= this.now) this.#alarms.shift()!.ring();
    return new Promise((resolve) => setImmediate(resolve));
  }

  async #sleep(deadline: number): Promise<void> {
    const end = Math.min(deadline, this.#alarms[0]?.at ?? Number.POSITIVE_INFINITY);
    if (end === Number.POSITIVE_INFINITY)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    else this.#slept += Math.max(0, end - this.now);
    this.#wake = null;
    await this.#turn();
  }
}
