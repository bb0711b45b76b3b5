// Sleeping in mq_send and mq_receive: woken, interrupted, restarted.
#include "report.h"
#include <mqueue.h>

static void on_alarm(int signo) { write(1, "alarm\n", 6); }

int main(void) {
  char name[32], text[64];
  snprintf(name, sizeof name, "/case-%d", getpid());
  struct mq_attr a = {.mq_maxmsg = 1, .mq_msgsize = 64};
  mqd_t q = mq_open(name, O_RDWR | O_CREAT, 0600, &a);
  mq_unlink(name);
  pid_t child = fork();
  if (child == 0) _exit(mq_receive(q, text, 64, NULL));
  usleep(20000);
  SHOW(mq_send(q, "12345", 5, 0));
  show_end("receiver", child);
  SHOW(mq_send(q, "1", 1, 0));
  child = fork();
  if (child == 0) _exit(mq_send(q, "234", 3, 5) ? 1 : 0);
  usleep(20000);
  SHOW(mq_receive(q, text, 64, NULL));
  show_end("sender", child);
  SHOW(mq_receive(q, text, 64, NULL));
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  ualarm(20000, 0);
  SHOW(mq_receive(q, text, 64, NULL));
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, NULL);
  ualarm(20000, 0);
  child = fork();
  if (child == 0) {
    usleep(60000);
    _exit(mq_send(q, "late", 4, 0) ? 1 : 0);
  }
  SHOW(mq_receive(q, text, 64, NULL));
  show_end("late sender", child);
  return 0;
}
