// The host that Node is: createNodeHost(), the entry `skasm/node`. Files are files.ts, streams streams.ts.

import { randomFillSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Host, HostClock } from '../host.ts';
import { nodeFiles } from './files.ts';
import { NodeStream } from './streams.ts';

export { NodeCompilerPort } from './compiler-port.ts';
export { NodeModuleStore } from './module-store.ts';
export { NodeTranslationStore } from './translation-store.ts';

/** setTimeout's largest delay, milliseconds. */
const LONGEST = 2 ** 31 - 1;

function nodeClock(): HostClock {
  // The wall clock's distance from the monotonic one is measured again now and then: it may be set.
  const recheck = 1_000_000_000;
  const measure = (): bigint => BigInt(Date.now()) * 1_000_000n;
  let measuredAt = Number.NEGATIVE_INFINITY;
  let offset = 0n;
  const monotonic = (): number => Math.round(performance.now() * 1e6);
  return {
    monotonic,
    realtime: () => {
      const now = monotonic();
      if (now - measuredAt > recheck) {
        const wall = measure();
        const drift = wall - (offset + BigInt(now));
        // Date.now() counts whole milliseconds: only a real step moves the finer clock.
        if (drift > 2_000_000n || drift < -2_000_000n) offset += drift;
        measuredAt = now;
      }
      return offset + BigInt(now);
    },
  };
}

/** The process Node runs in: its file system, standard streams, clocks and entropy. */
export function createNodeHost(): Host {
  let wake: (() => void) | null = null;
  const clock = nodeClock();
  return {
    files: nodeFiles,
    streams: [new NodeStream(0), new NodeStream(1), new NodeStream(2)],
    clock,
    random: (into) => {
      randomFillSync(into);
    },
    yield: () => new Promise((resolve) => setImmediate(resolve)),
    sleep: (deadline) =>
      new Promise((resolve) => {
        const milliseconds = Math.ceil((deadline - clock.monotonic()) / 1e6);
        const timer = setTimeout(() => wake?.(), Math.min(LONGEST, Math.max(0, milliseconds)));
        wake = () => {
          clearTimeout(timer);
          wake = null;
          resolve();
        };
      }),
    wakeUp: () => wake?.(),
  };
}
