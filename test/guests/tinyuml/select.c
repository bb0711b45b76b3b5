// poll(2) and select(2): look at all files, and if none is ready sleep on what wakes each.
#include "tinyuml.h"

// One round: what is ready is counted. Else it sleeps, and the answer is 0 (look again) or an error. It sleeps on one
// channel; where several files could wake it, it looks again each tick.
static long look(struct pollfd *polled, int count, u64 until, int may_wait) {
  const void *channel = current;
  int ready = 0, channels = 0;
  for (struct pollfd *p = polled; p < polled + count; p++) {
    struct file *f = p->fd < 0 ? NULL : file_of(p->fd);
    p->revents = p->fd < 0 ? 0 : !f ? POLLNVAL : (f->ops->poll ? f->ops->poll(f) : POLLIN | POLLOUT) & (p->events | POLLERR | POLLHUP);
    ready += p->revents != 0;
    if (f && f->ops->channel) channel = f->ops->channel(f), channels++;
  }
  if (ready || !may_wait) return ready;
  u64 tick = now() + (u64)options.tick * 1000, limit = channels > 1 && (!until || tick < until) ? tick : until;
  long woken = sleep_on(channel, limit);
  return woken == -RESTART ? -EINTR : woken == -ETIMEDOUT && limit != until ? 0 : woken;
}

static long poll_all(struct pollfd *polled, int count, s64 nanoseconds) {
  u64 until = nanoseconds < 0 ? 0 : now() + nanoseconds;
  for (;;) {
    long result = look(polled, count, until, nanoseconds != 0);
    if (result == -ETIMEDOUT) nanoseconds = 0;
    else if (result || nanoseconds == 0) return result;
  }
}

long do_poll(u32 fds, u32 count, s64 nanoseconds) {
  struct pollfd polled[NFILE];
  if (count > NFILE) return -EINVAL;
  if (copy_from(current->mm, polled, fds, count * sizeof *polled)) return -EFAULT;
  long ready = poll_all(polled, count, nanoseconds);
  return ready >= 0 && copy_to(current->mm, fds, polled, count * sizeof *polled) ? -EFAULT : ready;
}

long do_select(int n, u32 in, u32 out, u32 except, s64 nanoseconds) {
  u32 at[3] = {in, out, except}, sets[3][NFILE / 32] = {{0}};
  struct pollfd polled[NFILE];
  int bytes = ((n = MIN(n, NFILE)) + 31) / 32 * 4, count = 0, bits = 0;
  for (int i = 0; i < 3; i++)
    if (at[i] && copy_from(current->mm, sets[i], at[i], bytes)) return -EFAULT;
  for (int fd = 0; fd < n; fd++) {
    u32 word = fd / 32, bit = 1u << fd % 32;
    u16 events = (sets[0][word] & bit ? POLLIN : 0) | (sets[1][word] & bit ? POLLOUT : 0);
    if (events && !file_of(fd)) return -EBADF;
    if (events) polled[count++] = (struct pollfd){fd, events, 0};
  }
  long ready = poll_all(polled, count, nanoseconds);
  if (ready < 0) return ready;
  memset(sets, 0, sizeof sets);
  for (struct pollfd *p = polled; p < polled + count; p++) {
    u32 word = p->fd / 32, bit = 1u << p->fd % 32;
    if (p->events & POLLIN && p->revents & (POLLIN | POLLHUP | POLLERR)) sets[0][word] |= bit, bits++;
    if (p->events & POLLOUT && p->revents & (POLLOUT | POLLERR)) sets[1][word] |= bit, bits++;
  }
  for (int i = 0; i < 3; i++)
    if (at[i] && copy_to(current->mm, at[i], sets[i], bytes)) return -EFAULT;
  return bits;
}
