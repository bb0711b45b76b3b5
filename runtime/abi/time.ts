// Clocks and times in numbers: clock_gettime(2), struct timespec and its kin in their 32- and 64-bit
// forms, timers, adjtimex(2). Inside the kernel a time is a number of nanoseconds.

import { array, i32, i64, type Struct, struct, u32 } from './struct.ts';

export const CLOCK = {
  CLOCK_REALTIME: 0,
  CLOCK_MONOTONIC: 1,
  CLOCK_PROCESS_CPUTIME_ID: 2,
  CLOCK_THREAD_CPUTIME_ID: 3,
  CLOCK_MONOTONIC_RAW: 4,
  CLOCK_REALTIME_COARSE: 5,
  CLOCK_MONOTONIC_COARSE: 6,
  CLOCK_BOOTTIME: 7,
  CLOCK_REALTIME_ALARM: 8,
  CLOCK_BOOTTIME_ALARM: 9,
  CLOCK_TAI: 11,
} as const;

export const TIMER_ABSTIME = 1;
export const ITIMER = { ITIMER_REAL: 0, ITIMER_VIRTUAL: 1, ITIMER_PROF: 2 } as const;

export const SECOND = 1_000_000_000;
/** Ticks a second of times(2) and of si_utime. */
export const USER_HZ = 100;
/** Resolution of the _COARSE clocks: one tick of a 250 Hz kernel. */
export const COARSE = 4_000_000;

export const timespec32 = struct({ sec: i32, nsec: i32 });
export const timespec64 = struct({ sec: i64, nsec: i32, pad: i32 });
export const timeval32 = struct({ sec: i32, usec: i32 });
export const timezone = struct({ minutesWest: i32, dstTime: i32 });
export const itimerval = struct({ interval: timeval32, value: timeval32 });
/** struct tms: clock_t of user, system, children's user, children's system. */
export const tms = struct({ utime: i32, stime: i32, cutime: i32, cstime: i32 });

/** struct timex, the 32-bit form: 128 bytes. */
export const timex32: Struct<Record<string, typeof i32>> = struct({
  modes: i32,
  offset: i32,
  freq: i32,
  maxerror: i32,
  esterror: i32,
  status: i32,
  constant: i32,
  precision: i32,
  tolerance: i32,
  sec: i32,
  usec: i32,
  tick: i32,
  ppsfreq: i32,
  jitter: i32,
  shift: i32,
  stabil: i32,
  jitcnt: i32,
  calcnt: i32,
  errcnt: i32,
  stbcnt: i32,
  tai: i32,
});
export const TIMEX32_SIZE = 128;

/** struct __kernel_timex, clock_adjtime64's form: 208 bytes. */
export const timex64 = struct({
  modes: u32,
  pad: i32,
  offset: i64,
  freq: i64,
  maxerror: i64,
  esterror: i64,
  status: i32,
  pad2: i32,
  constant: i64,
  precision: i64,
  tolerance: i64,
  sec: i64,
  usec: i64,
  tick: i64,
  ppsfreq: i64,
  jitter: i64,
  shift: i32,
  pad3: i32,
  stabil: i64,
  jitcnt: i64,
  calcnt: i64,
  errcnt: i64,
  stbcnt: i64,
  tai: i32,
  unused: array(i32, 11),
});
export const TIME_ERROR = 5;
export const STA_UNSYNC = 0x40;
