// Waiting for descriptors: poll, ppoll, select, pselect6 and their time64 forms, poll(2), select(2).

import { EBADF, EINVAL, ERESTART_RESTARTBLOCK, ERESTARTNOHAND } from '../abi/errno.ts';
import {
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from '../abi/file.ts';
import { RLIMIT } from '../abi/process.ts';
import type { Task } from '../kernel/task.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import { Blocked, type Result } from '../wait.ts';
import { deadlineIn, readMask, TimeLimit, underMask, untilReady } from './readiness.ts';
import { int, pointer, type Rows, size, sys, unsigned } from './row.ts';
import { pollFds, selectSets } from './shown-file.ts';
import { signalSet } from './shown-process.ts';
import { timeLeft, timespec, timespecs64, timeval } from './shown-time.ts';
import {
  readTimespec32,
  readTimespec64,
  writeTimespec32,
  writeTimespec64,
  writeTimeval,
} from './timespec.ts';

const MILLISECOND = 1e6;
const POLLFD_SIZE = 8;

/** The description behind a number, or null. */
function lookUp(task: Task, number: number): FileDescription | null {
  try {
    return task.files.get(number);
  } catch (thrown) {
    if (thrown === EBADF) return null;
    throw thrown;
  }
}

// ---- poll ----

interface Polled {
  /** null: an invalid number; undefined: a negative one, which is passed over. */
  readonly description: FileDescription | null | undefined;
  readonly events: number;
}

function readPolled(task: Task, va: number, count: number): Polled[] {
  if (count > task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft) throw EINVAL;
  const bytes = task.memory.copyIn(va, count * POLLFD_SIZE);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: count }, (_, i) => {
    const number = view.getInt32(i * POLLFD_SIZE, true);
    return {
      description: number < 0 ? undefined : lookUp(task, number),
      events: view.getUint16(i * POLLFD_SIZE + 4, true),
    };
  });
}

function pollNow({ description, events }: Polled): number {
  if (description === undefined) return 0;
  if (description === null) return POLLNVAL;
  return description.poll() & (events | POLLERR | POLLHUP);
}

/** Stores revents of all, answers how many are not 0. */
function pollAll(task: Task, va: number, polled: readonly Polled[]): number {
  let ready = 0;
  polled.forEach((one, i) => {
    const events = pollNow(one);
    if (events !== 0) ready++;
    task.memory.writeU16(va + i * POLLFD_SIZE + 6, events);
  });
  return ready;
}

function queuesOf(descriptions: readonly (FileDescription | null | undefined)[]) {
  return descriptions.flatMap((description) =>
    description === null || description === undefined ? [] : [description.queue],
  );
}

function poll(task: Task, va: number, count: number, milliseconds: number): Result {
  const deadline = deadlineIn(task, milliseconds < 0 ? Infinity : milliseconds * MILLISECOND);
  const go = (): Result => {
    const polled = readPolled(task, va, count);
    const queues = queuesOf(polled.map(({ description }) => description));
    return untilReady(task, queues, deadline, () => pollAll(task, va, polled), {
      interrupted: ERESTART_RESTARTBLOCK,
      cancel: () => {
        task.restart = go;
      },
    });
  };
  return go();
}

function ppoll(task: Task, va: number, count: number, limit: TimeLimit, mask: bigint | null): Result {
  const polled = readPolled(task, va, count);
  const queues = queuesOf(polled.map(({ description }) => description));
  const wait = (): Result =>
    untilReady(task, queues, limit.deadline, () => pollAll(task, va, polled), {
      interrupted: ERESTARTNOHAND,
    });
  return limit.around(underMask(task, mask, wait));
}

// ---- select ----

// What makes a descriptor ready in each of the three sets.
const READ_EVENTS = POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR;
const WRITE_EVENTS = POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR;
const EXCEPT_EVENTS = POLLPRI;

/** One of select's three sets: where it lies, and which numbers are in it. */
class DescriptorSet {
  readonly #task: Task;
  readonly #va: number;
  readonly #words: number;
  readonly #events: number;
  readonly #asked: readonly number[];

  constructor(task: Task, va: number, count: number, events: number) {
    this.#task = task;
    this.#va = va;
    this.#words = Math.ceil(count / 32);
    this.#events = events;
    const asked: number[] = [];
    if (va !== 0)
      for (let word = 0; word < this.#words; word++) {
        let rest = task.memory.readU32(va + 4 * word);
        for (let bit = 0; rest !== 0; bit++, rest >>>= 1)
          if ((rest & 1) !== 0 && word * 32 + bit < count) asked.push(word * 32 + bit);
      }
    this.#asked = asked;
  }
  get asked(): readonly number[] {
    return this.#asked;
  }
  ready(files: ReadonlyMap<number, FileDescription>): number[] {
    return this.#asked.filter((number) => (files.get(number)!.poll() & this.#events) !== 0);
  }
  store(numbers: readonly number[]): void {
    if (this.#va === 0) return;
    const words = new Uint32Array(this.#words);
    for (const number of numbers) words[number >> 5]! |= 1 << (number & 31);
    this.#task.memory.copyOut(this.#va, new Uint8Array(words.buffer));
  }
}

interface SelectSets {
  readonly count: number;
  readonly read: number;
  readonly write: number;
  readonly except: number;
}

function select(task: Task, { count, read, write, except }: SelectSets, limit: TimeLimit): Result {
  if (count < 0) throw EINVAL;
  const known = Math.min(count, Math.max(64, ...task.files.numbers().map((number) => number + 1)));
  const sets = [
    new DescriptorSet(task, read, known, READ_EVENTS),
    new DescriptorSet(task, write, known, WRITE_EVENTS),
    new DescriptorSet(task, except, known, EXCEPT_EVENTS),
  ];
  const files = new Map<number, FileDescription>();
  for (const set of sets) for (const number of set.asked) files.set(number, task.files.get(number));
  const look = (): number => {
    const ready = sets.map((set) => set.ready(files));
    const total = ready.reduce((sum, { length }) => sum + length, 0);
    if (total > 0) for (const [i, set] of sets.entries()) set.store(ready[i]!);
    return total;
  };
  const result = untilReady(task, queuesOf([...files.values()]), limit.deadline, look, {
    interrupted: ERESTARTNOHAND,
  });
  return clearedAtTimeout(result, sets);
}
/** Nothing was ready in time: the sets are empty then. */
function clearedAtTimeout(result: Result, sets: readonly DescriptorSet[]): Result {
  if (result instanceof Blocked)
    return new Blocked(
      result.queues,
      (reason) => clearedAtTimeout(result.retry(reason), sets),
      result.options,
    );
  if (result === 0) for (const set of sets) set.store([]);
  return result;
}

/** select's own timeval may have a second or more of microseconds. */
function readSelectTime(memory: Task['memory'], va: number): number {
  const seconds = memory.readU32(va) | 0;
  const microseconds = memory.readU32(va + 4) | 0;
  if (seconds < 0 || microseconds < 0) throw EINVAL;
  return seconds * 1e9 + microseconds * 1000;
}

function newSelect(
  task: Task,
  count: number,
  read: number,
  write: number,
  except: number,
  timeVa: number,
): Result {
  const limit = new TimeLimit(task, timeVa, readSelectTime, writeTimeval);
  return limit.around(select(task, { count, read, write, except }, limit));
}

/** pselect6's sixth argument: a pointer to the mask and its size. */
function pselect(task: Task, sets: SelectSets, limit: TimeLimit, sixth: number): Result {
  const mask =
    sixth === 0 ? null : readMask(task, task.memory.readU32(sixth), task.memory.readU32(sixth + 4));
  return limit.around(underMask(task, mask, () => select(task, sets, limit)));
}

export const pollRows = {
  old_select: sys(82, [pointer], (task, va) => {
    const word = (i: number): number => task.memory.readU32(va + 4 * i);
    return newSelect(task, word(0) | 0, word(1), word(2), word(3), word(4));
  }),
  _newselect: sys(142, [int, ...selectSets, timeLeft(timeval.given)], newSelect),
  poll: sys(168, [pollFds, unsigned, int], poll),
  pselect6: sys(
    308,
    [int, ...selectSets, timeLeft(timespec.given), pointer],
    (task, count, read, write, except, timeVa, sixth) =>
      pselect(
        task,
        { count, read, write, except },
        new TimeLimit(task, timeVa, readTimespec32, writeTimespec32),
        sixth,
      ),
  ),
  ppoll: sys(
    309,
    [pollFds, unsigned, timespec.given, signalSet.given, size],
    (task, va, count, timeVa, maskVa, bytes) =>
      ppoll(
        task,
        va,
        count,
        new TimeLimit(task, timeVa, readTimespec32, writeTimespec32),
        readMask(task, maskVa, bytes),
      ),
  ),
  pselect6_time64: sys(
    413,
    [int, ...selectSets, timeLeft(timespecs64.given), pointer],
    (task, count, read, write, except, timeVa, sixth) =>
      pselect(
        task,
        { count, read, write, except },
        new TimeLimit(task, timeVa, readTimespec64, writeTimespec64),
        sixth,
      ),
  ),
  ppoll_time64: sys(
    414,
    [pollFds, unsigned, timespecs64.given, signalSet.given, size],
    (task, va, count, timeVa, maskVa, bytes) =>
      ppoll(
        task,
        va,
        count,
        new TimeLimit(task, timeVa, readTimespec64, writeTimespec64),
        readMask(task, maskVa, bytes),
      ),
  ),
} satisfies Rows;
