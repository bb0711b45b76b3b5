// What the calls of POSIX message queues refuse.
#include "report.h"
#include <mqueue.h>
#include <time.h>

int main(void) {
  char name[300], text[64];
  snprintf(name, sizeof name, "/case-%d", getpid());
  SHOW(mq_open("no-slash", O_RDWR | O_CREAT, 0600, NULL));
  SHOW(mq_open("/a/b", O_RDWR | O_CREAT, 0600, NULL));
  SHOW(mq_open("/", O_RDWR | O_CREAT, 0600, NULL));
  memset(name + 100, 0, 1);
  char longer[300];
  memset(longer, 'n', sizeof longer);
  longer[0] = '/', longer[257] = 0;
  SHOW(mq_open(longer, O_RDWR | O_CREAT, 0600, NULL));
  SHOW(mq_unlink("/nowhere-at-all"));
  struct mq_attr a = {.mq_maxmsg = 0, .mq_msgsize = 32};
  SHOW(mq_open(name, O_RDWR | O_CREAT, 0600, &a));
  a = (struct mq_attr){.mq_maxmsg = 4, .mq_msgsize = 0};
  SHOW(mq_open(name, O_RDWR | O_CREAT, 0600, &a));
  a = (struct mq_attr){.mq_maxmsg = -1, .mq_msgsize = 32};
  SHOW(mq_open(name, O_RDWR | O_CREAT, 0600, &a));
  a = (struct mq_attr){.mq_maxmsg = 2, .mq_msgsize = 16};
  mqd_t q = mq_open(name, O_RDWR | O_CREAT, 0600, &a);
  SHOW(mq_send(q, text, 17, 0));
  SHOW(mq_send(q, text, 16, 32768));
  SHOW(mq_send(q, text, 16, 32767));
  SHOW(mq_send(q, (char *)8, 16, 0));
  SHOW(mq_send(-1, text, 16, 0));
  SHOW(mq_send(0, text, 16, 0));
  SHOW(mq_receive(q, text, 15, NULL));
  SHOW(mq_receive(q, text, 16, NULL));
  struct timespec past = {1, 0}, wrong = {1, -1};
  SHOW(mq_timedreceive(q, text, 16, NULL, &past));
  SHOW(mq_timedreceive(q, text, 16, NULL, &wrong));
  SHOW(mq_send(q, text, 16, 0));
  SHOW(mq_send(q, text, 16, 0));
  SHOW(mq_timedsend(q, text, 16, 0, &past));
  struct timespec soon;
  clock_gettime(CLOCK_REALTIME, &soon);
  soon.tv_nsec += 20000000;
  if (soon.tv_nsec >= 1000000000) soon.tv_sec++, soon.tv_nsec -= 1000000000;
  SHOW(mq_timedsend(q, text, 16, 0, &soon));
  a.mq_flags = O_APPEND;
  SHOW(mq_setattr(q, &a, NULL));
  SHOW(mq_getattr(0, &a));
  SHOW(mq_unlink(name));
  return 0;
}
