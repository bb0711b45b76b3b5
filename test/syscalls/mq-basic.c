// POSIX message queues: priorities, attributes, what is full and empty, unlinking, poll and fstat.
#include "report.h"
#include <mqueue.h>
#include <poll.h>

static char name[32];
static void attributes(mqd_t q) {
  struct mq_attr a;
  SHOW(mq_getattr(q, &a));
  printf("flags %#lx maxmsg %ld msgsize %ld curmsgs %ld\n", a.mq_flags, a.mq_maxmsg, a.mq_msgsize, a.mq_curmsgs);
}
static void receive(mqd_t q) {
  char text[64] = {};
  unsigned priority = 99;
  ssize_t count = mq_receive(q, text, sizeof text, &priority);
  if (count < 0)
    printf("%s\n", strerrorname_np(errno));
  else
    printf("%zd of priority %u: %s\n", count, priority, text);
}

int main(void) {
  snprintf(name, sizeof name, "/case-%d", getpid());
  SHOW(mq_open(name, O_RDWR));
  struct mq_attr a = {.mq_maxmsg = 4, .mq_msgsize = 32, .mq_flags = O_NONBLOCK};
  mqd_t q = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK, 0600, &a);
  SHOW_TRUE(q >= 0);
  SHOW(fcntl(q, F_GETFD));
  attributes(q);
  SHOW(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &a));
  receive(q);
  SHOW(mq_send(q, "low", 3, 1));
  SHOW(mq_send(q, "high", 4, 7));
  SHOW(mq_send(q, "low again", 9, 1));
  SHOW(mq_send(q, "", 0, 0));
  SHOW(mq_send(q, "too many", 8, 9));
  attributes(q);
  struct pollfd watched = {q, POLLIN | POLLOUT};
  SHOW(poll(&watched, 1, 0));
  printf("%#x\n", watched.revents);
  mqd_t other = mq_open(name, O_RDONLY | O_NONBLOCK);
  receive(other);
  SHOW(poll(&watched, 1, 0));
  printf("%#x\n", watched.revents);
  receive(q);
  receive(q);
  receive(q);
  receive(q);
  SHOW(mq_send(other, "x", 1, 0));
  mqd_t writer = mq_open(name, O_WRONLY);
  receive(writer);
  SHOW(mq_unlink(name));
  SHOW(mq_unlink(name));
  SHOW(mq_send(q, "still", 5, 0));
  receive(other);
  struct stat info;
  SHOW(fstat(q, &info));
  printf("%o %ld links %d\n", info.st_mode, (long)info.st_size, (int)info.st_nlink);
  a.mq_flags = 0;
  SHOW(mq_setattr(q, &a, NULL));
  attributes(q);
  SHOW(mq_close(q));
  SHOW(mq_close(q));
  return 0;
}
