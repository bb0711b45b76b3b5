// mq_notify: a signal for the first message, once; who may register; SIGEV_NONE; a receiver that waits comes first.
#include "report.h"
#include <mqueue.h>

static void on_message(int signo, siginfo_t *info, void *context) {
  printf("signal: code %d value %d from self %d\n", info->si_code, info->si_value.sival_int, info->si_pid == getpid());
}

int main(void) {
  char name[32], text[64];
  snprintf(name, sizeof name, "/case-%d", getpid());
  struct mq_attr a = {.mq_maxmsg = 4, .mq_msgsize = 64};
  mqd_t q = mq_open(name, O_RDWR | O_CREAT, 0600, &a);
  mq_unlink(name);
  struct sigaction action = {.sa_sigaction = on_message, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42};
  SHOW(mq_notify(q, &event));
  SHOW(mq_notify(q, &event));
  IN_CHILD("another process", SHOW(mq_notify(q, &event)));
  SHOW(mq_send(q, "one", 3, 0));
  SHOW(mq_send(q, "two", 3, 0));
  SHOW(mq_notify(q, &event));
  SHOW(mq_send(q, "three", 5, 0));
  SHOW(mq_receive(q, text, 64, NULL));
  SHOW(mq_receive(q, text, 64, NULL));
  SHOW(mq_receive(q, text, 64, NULL));
  SHOW(mq_send(q, "four", 4, 0));
  SHOW(mq_receive(q, text, 64, NULL));
  SHOW(mq_notify(q, &event));
  SHOW(mq_notify(q, NULL));
  SHOW(mq_send(q, "five", 4, 0));
  SHOW(mq_receive(q, text, 64, NULL));
  event.sigev_notify = SIGEV_NONE;
  SHOW(mq_notify(q, &event));
  event.sigev_notify = SIGEV_SIGNAL;
  SHOW(mq_notify(q, &event));
  SHOW(mq_send(q, "six", 3, 0));
  SHOW(mq_notify(q, &event));
  SHOW(mq_notify(q, NULL));
  SHOW(mq_receive(q, text, 64, NULL));
  event.sigev_signo = 65;
  SHOW(mq_notify(q, &event));
  event.sigev_notify = 9;
  SHOW(mq_notify(q, &event));
  SHOW(mq_notify(0, NULL));
  event.sigev_notify = SIGEV_SIGNAL, event.sigev_signo = SIGUSR1;
  SHOW(mq_notify(q, &event));
  pid_t child = fork();
  if (child == 0) _exit(mq_receive(q, text, 64, NULL));
  usleep(50000);
  SHOW(mq_send(q, "for who waits", 13, 0));
  show_end("receiver", child);
  SHOW(mq_send(q, "news", 4, 0));
  // Closing any descriptor of the queue ends the registration.
  mq_receive(q, text, 64, NULL);
  SHOW(mq_notify(q, &event));
  SHOW(close(dup(q)));
  SHOW(mq_notify(q, &event));
  return 0;
}
