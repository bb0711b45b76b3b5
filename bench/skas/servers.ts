// A machine with several User Mode Linux servers that have little to do: in each a shell starts a program, and sleeps.
// What counts is how many processes of the host want the processor on average, which is what a load average says, and
// how much of it they get. The same shells on the host itself show how much of that is the work's own.

import { createNodeMachine } from '../../runtime/command-machine.ts';
import { LoadAverage } from '../../runtime/kernel/load-average.ts';
import type { ThreadGroup } from '../../runtime/kernel/task.ts';
import { machineFlags } from './counting.ts';
import type { System } from './rows.ts';
import { VirtualTime } from './virtual-host.ts';

export interface ServersResult {
  readonly system: string;
  readonly servers: number;
  /** Mean of the processes that run or wait for their turn. */
  readonly load: number;
  /** CPU time of the machine over the time that passed, as virtual-host.ts has it. */
  readonly share: number;
  readonly processes: number;
  /** Rounds of all servers in a second: less than there should be when the machine cannot keep up. */
  readonly rate: number;
}

/** Seconds from one program to the next in each server, on average. */
export const PERIOD = 1;
/** Seconds that are measured, once every server has gone round. */
const WINDOW = 10;
const SECOND = 1e9;

const ROUNDS = '/tmp/rounds';
/**
 * sleep(1) is the program; a byte in a file of the host for each. How long it sleeps varies, from a seed: servers that
 * wait for the same time after each turn of work fall into step with each other.
 */
const SERVER = `RANDOM=$0; while :; do /bin/sleep $((RANDOM % 2)).$((RANDOM % 10)); echo >>${ROUNDS}; done`;

/** The load as a mean over time, exact where the kernel's own takes a sample every five seconds. */
class MeanLoad extends LoadAverage {
  #since: number;
  #last: number;
  #active = 0;
  #sum = 0;

  constructor(now: number) {
    super(now);
    this.#since = now;
    this.#last = now;
  }
  override sample(now: number, active: number): void {
    this.#sum += this.#active * (now - this.#last);
    this.#last = now;
    this.#active = active;
    super.sample(now, active);
  }
  begin(): void {
    this.#since = this.#last;
    this.#sum = 0;
  }
  get mean(): number {
    return this.#sum / (this.#last - this.#since);
  }
}

export async function runServers(
  system: System,
  servers: number,
  root: string,
  cache: string,
): Promise<ServersResult> {
  const time = new VirtualTime();
  const machine = await createNodeMachine({ ...machineFlags(root, cache), host: time.host });
  const { kernel } = machine;
  const load = new MeanLoad(kernel.now());
  kernel.loadAverage = load;
  const kernels: ThreadGroup[] = [];
  const kernel16M = ['/bin/tinyuml', 'quiet', `mode=${system.mode}`, 'mem=16M', 'init=/bin/sh', '--'];
  const words = [...(system.mode === null ? ['/bin/sh'] : kernel16M), '-c', SERVER]; // and the seed
  const start = (): void => {
    const group = machine.spawn({
      path: '/bin/sh',
      argv: ['sh', '-c', 'exec "$@" >/dev/null', 'sh', ...words, String(kernels.length + 1)],
      environment: { PATH: '/usr/bin:/bin' },
      cwd: '/',
      uid: 0,
      gid: 0,
    });
    if ('reason' in group) throw new Error(group.message);
    kernels.push(group);
  };
  start();
  let ended = false;
  const running = machine.run(kernels[0]!).then(() => {
    ended = true;
  });
  // One after the other, spread over the period: as they would be, were they not started together.
  const rounds = (): number => machine.readFile(ROUNDS)?.length ?? 0;
  const later = (seconds: number): Promise<void> => time.until(time.now + seconds * SECOND);
  while (kernels.length < servers) {
    await later(PERIOD * (1 + 1 / servers));
    start();
  }
  while (rounds() < servers * 2) await later(PERIOD);
  load.begin();
  const began = { time: time.now, worked: time.worked, rounds: rounds() };
  await later(WINDOW);
  const passed = time.now - began.time;
  const result = {
    system: system.name,
    servers,
    load: load.mean,
    share: (time.worked - began.worked) / passed,
    processes: machine.processes().length,
    rate: (rounds() - began.rounds) / (passed / SECOND),
  };
  if (ended) throw new Error(`the servers in ${system.name} ended by themselves`);
  for (const group of kernels) machine.signal(group, 9);
  await running;
  machine.close();
  return result;
}
