// A machine with several User Mode Linux servers that have little to do: in each a shell starts a program, and sleeps.
// What counts is how many processes of the host want the processor on average, which is what a load average says, and
// how much of it they get.

import { createNodeMachine } from '../../runtime/command-machine.ts';
import { LoadAverage } from '../../runtime/kernel/load-average.ts';
import type { ThreadGroup } from '../../runtime/kernel/task.ts';
import { machineFlags } from './counting.ts';
import type { System } from './rows.ts';

export interface ServersResult {
  readonly system: string;
  readonly servers: number;
  /** Mean of the processes that run or wait for their turn. */
  readonly load: number;
  /** CPU time of the machine over the time that passed. */
  readonly share: number;
  readonly processes: number;
  /** Rounds of all servers in a second: less than there should be when the machine cannot keep up. */
  readonly rate: number;
}

/** Seconds that a server sleeps after each program. */
export const PERIOD = 1;
/** Seconds for boots, and those that are measured. */
const SETTLE = 8;
const WINDOW = 20;

const ROUNDS = '/tmp/rounds';
/** sleep(1) is the program; a byte in a file of the host for each. */
const SERVER = `while :; do /bin/sleep ${PERIOD}; echo >>${ROUNDS}; done`;

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

const seconds = (count: number): Promise<void> => new Promise((done) => setTimeout(done, count * 1000));
const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

export async function runServers(
  system: System,
  servers: number,
  root: string,
  cache: string,
): Promise<ServersResult> {
  const machine = await createNodeMachine(machineFlags(root, cache));
  const { kernel } = machine;
  const load = new MeanLoad(kernel.now());
  kernel.loadAverage = load;
  const kernels: ThreadGroup[] = [];
  const words = [
    '/bin/tinyuml',
    'quiet',
    `mode=${system.mode}`,
    'mem=16M',
    'init=/bin/sh',
    '--',
    '-c',
    SERVER,
  ];
  for (let i = 0; i < servers; i++) {
    const group = machine.spawn({
      path: '/bin/sh',
      argv: ['sh', '-c', 'exec "$@" >/dev/null', 'sh', ...words],
      environment: { PATH: '/usr/bin:/bin' },
      cwd: '/',
      uid: 0,
      gid: 0,
    });
    if ('reason' in group) throw new Error(group.message);
    kernels.push(group);
  }
  let ended = false;
  const running = machine.run(kernels[0]!).then(() => {
    ended = true;
  });
  await seconds(SETTLE + servers / 3);
  load.begin();
  const rounds = (): number => machine.readFile(ROUNDS)?.length ?? 0;
  const began = { time: performance.now(), cpu: cpuSeconds(), rounds: rounds() };
  await seconds(WINDOW);
  const passed = (performance.now() - began.time) / 1000;
  const result = {
    system: system.name,
    servers,
    load: load.mean,
    share: (cpuSeconds() - began.cpu) / passed,
    processes: kernel.groups.size,
    rate: (rounds() - began.rounds) / passed,
  };
  if (ended) throw new Error(`the servers in ${system.name} ended by themselves`);
  for (const group of kernels) machine.signal(group, 9);
  machine.close();
  await running;
  return result;
}
