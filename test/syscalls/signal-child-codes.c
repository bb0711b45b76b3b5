// SIGCHLD's siginfo for each way in which a child changes: exited, killed, stopped, continued; SA_NOCLDSTOP.
#include "report.h"

static volatile sig_atomic_t news;
static volatile int code, status, from_child;
static pid_t child;
static void on_child(int signo, siginfo_t *info, void *context) {
  code = info->si_code, status = info->si_status, from_child = info->si_pid == child;
  news++;
}
static void await(const char *label) {
  sigset_t none;
  sigemptyset(&none);
  while (!news) sigsuspend(&none);
  news = 0;
  static const char *const names[] = {"", "EXITED", "KILLED", "DUMPED", "TRAPPED", "STOPPED", "CONTINUED"};
  printf("%s: CLD_%s status %d, the child %d\n", label, names[code], status, from_child);
}

int main(void) {
  struct rlimit none = {};
  setrlimit(RLIMIT_CORE, &none);
  struct sigaction action = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO};
  sigaction(SIGCHLD, &action, NULL);
  sigset_t chld;
  sigemptyset(&chld), sigaddset(&chld, SIGCHLD);
  sigprocmask(SIG_BLOCK, &chld, NULL);
  if ((child = fork()) == 0) _exit(42);
  await("exit");
  SHOW_TRUE(waitpid(child, NULL, 0) == child);
  if ((child = fork()) == 0)
    for (;;) pause();
  kill(child, SIGSTOP);
  await("stop");
  kill(child, SIGCONT);
  await("continue");
  kill(child, SIGSTOP);
  await("stop again");
  kill(child, SIGKILL);
  await("kill");
  SHOW_TRUE(waitpid(child, NULL, 0) == child);
  action.sa_flags |= SA_NOCLDSTOP;
  sigaction(SIGCHLD, &action, NULL);
  if ((child = fork()) == 0)
    for (;;) pause();
  kill(child, SIGSTOP);
  int state;
  waitpid(child, &state, WUNTRACED);
  SHOW(news);
  kill(child, SIGTERM);
  kill(child, SIGCONT);
  await("only the end");
  waitpid(child, &state, 0);
  show_status("end", state);
  return 0;
}
