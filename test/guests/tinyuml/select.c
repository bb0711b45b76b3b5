// poll(2) and select(2): look at all files, and if none is ready sleep on what wakes each.
#include "host.h"

enum { POLLIN = 1, POLLOUT = 4, POLLERR = 8, POLLHUP = 16, POLLNVAL = 32 };

struct pollfd {
  int fd;
  u16 events, revents;
};

// One channel is slept on; with several files that can wake, looking again each tick stands in for the others.
static long sleep_for(const void *channel, int channels, u64 until) {
  u64 limit = until;
  if (channels > 1) {
    u64 tick = now() + (u64)options.tick * 1000;
    if (!until || tick < until) limit = tick;
  }
  long woken = sleep_on(channel ? channel : current, limit);
  return woken == -ETIMEDOUT && limit != until ? 0 : woken;
}

static u64 deadline(s64 nanoseconds) { return nanoseconds < 0 ? 0 : now() + nanoseconds; }

long do_poll(u32 fds, u32 count, s64 nanoseconds) {
  u64 until = deadline(nanoseconds);
  if (count > NFILE) return -EINVAL;
  for (;;) {
    struct pollfd polled[NFILE];
    const void *channel = NULL;
    int ready = 0, channels = 0;
    if (copy_from(current->mm, polled, fds, count * sizeof *polled)) return -EFAULT;
    for (u32 i = 0; i < count; i++) {
      struct pollfd *p = &polled[i];
      struct file *f = p->fd < 0 ? NULL : file_of(p->fd);
      p->revents = p->fd < 0 ? 0 : !f ? POLLNVAL : file_poll(f) & (p->events | POLLERR | POLLHUP);
      ready += p->revents != 0;
      if (f && f->ops->channel) channel = f->ops->channel(f), channels++;
    }
    if (ready || nanoseconds == 0) return copy_to(current->mm, fds, polled, count * sizeof *polled) ? -EFAULT : ready;
    long woken = sleep_for(channel, channels, until);
    if (woken == -ETIMEDOUT) nanoseconds = 0;
    else if (woken) return woken == -ERESTART ? -EINTR : woken;
  }
}

long do_select(int n, u32 in, u32 out, u32 except, s64 nanoseconds) {
  u64 until = deadline(nanoseconds);
  n = MIN(n, NFILE);
  for (;;) {
    u32 wanted[2][NFILE / 32] = {{0}}, found[2][NFILE / 32] = {{0}}, none[NFILE / 32] = {0};
    const void *channel = NULL;
    int ready = 0, channels = 0, bytes = (n + 31) / 32 * 4;
    if ((in && copy_from(current->mm, wanted[0], in, bytes)) || (out && copy_from(current->mm, wanted[1], out, bytes)))
      return -EFAULT;
    for (int fd = 0; fd < n; fd++) {
      for (int side = 0; side < 2; side++) {
        if (!(wanted[side][fd / 32] >> fd % 32 & 1)) continue;
        struct file *f = file_of(fd);
        if (!f) return -EBADF;
        if (f->ops->channel) channel = f->ops->channel(f), channels++;
        if (!(file_poll(f) & (side ? POLLOUT | POLLERR : POLLIN | POLLHUP | POLLERR))) continue;
        found[side][fd / 32] |= 1u << fd % 32;
        ready++;
      }
    }
    if (ready || nanoseconds == 0) {
      if ((in && copy_to(current->mm, in, found[0], bytes)) || (out && copy_to(current->mm, out, found[1], bytes)) ||
          (except && copy_to(current->mm, except, none, bytes)))
        return -EFAULT;
      return ready;
    }
    long woken = sleep_for(channel, channels, until);
    if (woken == -ETIMEDOUT) nanoseconds = 0;
    else if (woken) return woken == -ERESTART ? -EINTR : woken;
  }
}
