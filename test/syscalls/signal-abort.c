// How processes end by themselves: abort with and without a handler, exit codes, raise of defaults.
#include "report.h"

static void on_abort(int signo) { write(1, "caught\n", 7); }

int main(void) {
  struct rlimit none = {};
  setrlimit(RLIMIT_CORE, &none);
  IN_CHILD("abort", abort());
  IN_CHILD("abort caught", signal(SIGABRT, on_abort); abort());
  IN_CHILD("abort ignored", signal(SIGABRT, SIG_IGN); abort());
  IN_CHILD("exit 256", _exit(256));
  IN_CHILD("exit -1", _exit(-1));
  static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2, SIGPOLL, SIGPROF, SIGVTALRM, SIGSTKFLT, SIGPWR, SIGSYS, SIGTRAP, SIGXCPU, SIGXFSZ, SIGBUS, SIGCHLD, SIGURG, SIGWINCH, SIGCONT};
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) {
    char label[16];
    snprintf(label, sizeof label, "%s", sigabbrev_np(signals[i]));
    IN_CHILD(label, raise(signals[i]));
  }
  pid_t child = fork();
  if (child == 0) raise(SIGRTMIN + 3), _exit(0);
  int status;
  waitpid(child, &status, 0);
  SHOW(WTERMSIG(status) - SIGRTMIN);
  return 0;
}
