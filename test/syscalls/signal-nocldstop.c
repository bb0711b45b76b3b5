// SA_NOCLDSTOP, SA_NOCLDWAIT, ignored SIGCHLD: what a parent hears of its children.
#include "report.h"

static volatile int signals;
static void handler(int signo) {
  signals++;
  (void)signo;
}

static void stop_and_go(void) {
  pid_t child = fork();
  int status;
  if (child == 0) {
    raise(SIGSTOP);
    _exit(0);
  }
  waitpid(child, &status, WUNTRACED);
  usleep(10000);
  printf("at the stop: %d\n", signals);
  kill(child, SIGCONT);
  long got = waitpid(child, &status, 0);
  printf("wait: %s; signals %d\n", got == child ? "child" : strerrorname_np(errno), signals);
  signals = 0;
}

int main(void) {
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGCHLD, &action, NULL);
  action.sa_flags = SA_NOCLDSTOP | SA_RESTART;
  sigaction(SIGCHLD, &action, NULL);
  stop_and_go();
  action.sa_flags = SA_NOCLDWAIT | SA_NOCLDSTOP | SA_RESTART;
  sigaction(SIGCHLD, &action, NULL);
  stop_and_go();
  signal(SIGCHLD, SIG_IGN);
  stop_and_go();
}
