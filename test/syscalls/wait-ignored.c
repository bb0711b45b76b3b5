// SIGCHLD: ignored, or with SA_NOCLDWAIT, children leave no zombies; SA_NOCLDSTOP keeps stops quiet.
#include "report.h"

static volatile int signals, codes[16];
static void handler(int signo, siginfo_t *info, void *context) {
  (void)signo, (void)context;
  codes[signals++ % 16] = info->si_code;
}

static void wait_signals(int count) {
  for (int i = 0; i < 500 && signals < count; i++) usleep(1000);
}

int main(void) {
  signal(SIGCHLD, SIG_IGN);
  pid_t child = fork();
  if (child == 0) _exit(1);
  SHOW(waitpid(child, NULL, 0));
  child = fork();
  if (child == 0) {
    usleep(10000);
    _exit(1);
  }
  SHOW(wait(NULL));
  SHOW(kill(child, 0));
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_NOCLDWAIT | SA_RESTART};
  sigaction(SIGCHLD, &action, NULL);
  child = fork();
  if (child == 0) _exit(1);
  SHOW(wait(NULL));
  wait_signals(1);
  SHOW(signals);
  SHOW(codes[0] == CLD_EXITED);
  signals = 0;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigaction(SIGCHLD, &action, NULL);
  child = fork();
  if (child == 0)
    for (;;) pause();
  kill(child, SIGSTOP);
  wait_signals(1);
  kill(child, SIGCONT);
  wait_signals(2);
  kill(child, SIGKILL);
  wait_signals(3);
  printf("%d signals: %d %d %d\n", signals, codes[0], codes[1], codes[2]);
  show_end("child", child);
  signals = 0;
  action.sa_flags |= SA_NOCLDSTOP;
  sigaction(SIGCHLD, &action, NULL);
  child = fork();
  if (child == 0)
    for (;;) pause();
  kill(child, SIGSTOP);
  int status;
  waitpid(child, &status, WUNTRACED);
  show_status("still seen by wait", status);
  kill(child, SIGCONT);
  waitpid(child, &status, WCONTINUED);
  kill(child, SIGKILL);
  show_end("child", child);
  wait_signals(1);
  printf("%d signals: %d\n", signals, codes[0]);
  return 0;
}
