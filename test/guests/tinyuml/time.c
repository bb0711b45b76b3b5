// Clocks and timers of the guests, which are the host's. Nanoseconds inside.
#include "tinyuml.h"

int get_time(u32 at, u64 *time) {
  struct timespec t;
  if (copy_from(current->mm, &t, at, sizeof t)) return -EFAULT;
  *time = t.tv_sec * SECOND + t.tv_nsec;
  return 0;
}

static long put_time(u32 to, u64 time) {
  struct timespec t = {time / SECOND, time % SECOND};
  return copy_to(current->mm, to, &t, sizeof t);
}

static struct timeval to_timeval(u64 time) { return (struct timeval){time / SECOND, time % SECOND / 1000}; }
u64 from_timeval(const struct timeval *t) { return t->tv_sec * SECOND + t->tv_usec * 1000ull; }

// Some hosts have only the older call, and some only the newer one.
u64 clock_time(int clock) {
  u64 wide[2];
  struct timespec t = {0, 0};
  if (host(clock_gettime64, clock, wide) == 0) return wide[0] * SECOND + (u32)wide[1];
  host(clock_gettime, clock, &t);
  return t.tv_sec * SECOND + t.tv_nsec;
}

static u64 time_left(u64 until) {
  u64 time = now();
  return until > time ? until - time : 0;
}

// CPU time of a process or thread is not kept that exactly: what has passed stands for it.
long sys_clock_gettime(u32 clock, u32 to) {
  if (clock > CLOCK_TAI) return -EINVAL;
  int cpu = clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID;
  return put_time(to, clock_time(cpu ? CLOCK_MONOTONIC : (int)clock));
}
long sys_clock_getres(int clock, u32 to) { return to ? put_time(to, 1) : 0; }
long sys_gettimeofday(u32 to) {
  struct timeval t = to_timeval(clock_time(CLOCK_REALTIME));
  return to ? copy_to(current->mm, to, &t, sizeof t) : 0;
}
long sys_time(u32 to) {
  u32 time = clock_time(CLOCK_REALTIME) / SECOND;
  return to && copy_to(current->mm, to, &time, 4) ? -EFAULT : (long)time;
}

long sys_clock_nanosleep(int clock, int flags, u32 at, u32 left) {
  u64 time;
  if (get_time(at, &time)) return -EFAULT;
  u64 until = now() + (flags & TIMER_ABSTIME ? time - MIN(time, clock_time(clock)) : time);
  long woken;
  do woken = sleep_on(&current->wake_at, until);
  while (woken == 0);
  if (woken == -ETIMEDOUT) return 0;
  return left && !(flags & TIMER_ABSTIME) && put_time(left, time_left(until)) ? -EFAULT : -EINTR;
}
long sys_nanosleep(u32 at, u32 left) { return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, at, left); }

static void set_alarm(u64 first, u64 interval) {
  current->alarm_at = first ? now() + first : 0;
  current->alarm_interval = interval;
}
long sys_getitimer(int which, u32 to) {
  if (which != ITIMER_REAL) return -EINVAL;
  u64 left = current->alarm_at ? MAX(time_left(current->alarm_at), 1000ull) : 0;
  struct itimerval value = {to_timeval(current->alarm_interval), to_timeval(left)};
  return copy_to(current->mm, to, &value, sizeof value);
}
long sys_setitimer(int which, u32 new, u32 old) {
  struct itimerval value = {{0, 0}, {0, 0}};
  if (which != ITIMER_REAL) return -EINVAL;
  if (new && copy_from(current->mm, &value, new, sizeof value)) return -EFAULT;
  if (old && sys_getitimer(which, old)) return -EFAULT;
  set_alarm(from_timeval(&value.it_value), from_timeval(&value.it_interval));
  return 0;
}
long sys_alarm(u32 seconds) {
  u64 left = current->alarm_at ? time_left(current->alarm_at) + SECOND - 1 : 0;
  set_alarm(seconds * SECOND, 0);
  return left / SECOND;
}

// Of a process, and of its children that have ended: counted in ticks of the virtual timer.
long sys_getrusage(int who, u32 to) {
  struct timeval t = to_timeval((who ? current->children_ticks : current->ticks) * options.tick * 1000);
  struct rusage usage = {.ru_utime = {t.tv_sec, t.tv_usec}};
  return copy_to(current->mm, to, &usage, sizeof usage);
}
long sys_times(u32 to) {
  u32 times[4] = {current->ticks * options.tick / 10000, 0, current->children_ticks * options.tick / 10000, 0};
  return to && copy_to(current->mm, to, times, sizeof times) ? -EFAULT : (long)(now() / 10000000 & 0x7fffffff);
}
