// How strace shows times and limits: timespec and its kin, itimerval, rlimit, rusage's kin.

import { itimerval, timespec32, timespec64, timeval32 } from '../abi/time.ts';
import type { Task } from '../kernel/task.ts';
import type { Kind } from './row.ts';
import { answer, fields, given, structAt, wordAt } from './shown.ts';

type Show = (at: number, task: Task) => string;

const seconds32: Show = (at, task) => {
  const { sec, nsec } = structAt(task, timespec32, at);
  return fields({ tv_sec: sec, tv_nsec: nsec });
};
const seconds64: Show = (at, task) => {
  const { sec, nsec } = structAt(task, timespec64, at);
  return fields({ tv_sec: sec, tv_nsec: nsec });
};
const micro = ({ sec, usec }: { readonly sec: number; readonly usec: number }): string =>
  fields({ tv_sec: sec, tv_usec: usec });
const microseconds: Show = (at, task) => micro(structAt(task, timeval32, at));
const interval: Show = (at, task) => {
  const { interval: again, value } = structAt(task, itimerval, at);
  return fields({
    it_interval: micro(again as { sec: number; usec: number }),
    it_value: micro(value as { sec: number; usec: number }),
  });
};
/** struct itimerspec: two of them. */
const pair =
  (show: Show, size: number): Show =>
  (at, task) =>
    fields({ it_interval: show(at, task), it_value: show(at + size, task) });

const kinds = (label: string, show: Show): { given: Kind<number>; answer: Kind<number> } => ({
  given: given(label, show),
  answer: answer(label, show),
});

export const timespec = kinds('struct timespec', seconds32);
export const timespecs64 = kinds('struct timespec64', seconds64);
export const timeval = kinds('struct timeval', microseconds);
export const itimer = kinds('struct itimerval', interval);
export const itimerspec = kinds('struct itimerspec', pair(seconds32, timespec32.size));
export const itimerspec64 = kinds('struct itimerspec64', pair(seconds64, timespec64.size));

/** select's limit: what is left of it is written back. */
export const timeLeft = (of: Kind<number>): Kind<number> => ({
  ...of,
  note(raw, task, call) {
    if (call.result === 0) return 'Timeout';
    return raw === 0 || call.result === null || call.result < 0 ? null : `left ${of.print(raw, task, call)}`;
  },
});

// ---- limits: resource(2) ----

function limit(value: number | bigint, infinity: number | bigint, name: string): string {
  if (value === infinity) return name;
  const number = Number(value);
  return number > 1024 && number % 1024 === 0 ? `${number / 1024}*1024` : String(number);
}
const limits32: Show = (at, task) => {
  const [soft, hard] = [wordAt(task, at), wordAt(task, at + 4)];
  const show = (value: number): string => limit(value, 0xffffffff, 'RLIM_INFINITY');
  return fields({ rlim_cur: show(soft), rlim_max: show(hard) });
};
const limits64: Show = (at, task) => {
  const view = new DataView(task.memory.forceRead(at, 16).buffer);
  const show = (offset: number): string =>
    limit(view.getBigUint64(offset, true), 2n ** 64n - 1n, 'RLIM64_INFINITY');
  return fields({ rlim_cur: show(0), rlim_max: show(8) });
};
export const rlimit = kinds('struct rlimit', limits32);
export const rlimit64 = kinds('struct rlimit64', limits64);
