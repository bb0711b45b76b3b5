// sigprocmask and sigpending: blocking, order of delivery at unblocking, one instance of a standard signal.
#include "report.h"

static void handler(int signo) { printf("handler %d\n", signo); }

int main(void) {
  sigset_t set, old, pending;
  sigfillset(&set);
  for (int signo = 1; signo < 32; signo++)
    if (signo != SIGKILL && signo != SIGSTOP) signal(signo, handler);
  SHOW(sigprocmask(SIG_SETMASK, &set, &old));
  SHOW(sigprocmask(SIG_SETMASK, NULL, &old));
  SHOW_TRUE(sigismember(&old, SIGKILL) == 0);
  SHOW_TRUE(sigismember(&old, SIGSTOP) == 0);
  SHOW_TRUE(sigismember(&old, SIGTERM) == 1);
  static const int order[] = {SIGTERM, SIGHUP, SIGUSR2, SIGUSR1, SIGHUP, SIGSEGV, SIGIO, SIGWINCH};
  for (unsigned i = 0; i < sizeof order / sizeof *order; i++) kill(getpid(), order[i]);
  sigpending(&pending);
  for (int signo = 1; signo < 32; signo++)
    if (sigismember(&pending, signo) == 1) printf("pending %d\n", signo);
  sigemptyset(&set);
  SHOW(sigprocmask(SIG_SETMASK, &set, NULL));
  sigpending(&pending);
  SHOW_TRUE(sigisemptyset(&pending));
  SHOW(syscall(SYS_rt_sigprocmask, 9, &set, NULL, 8));
  SHOW(syscall(SYS_rt_sigprocmask, 9, NULL, NULL, 8));
  SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 16));
  SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, (void *)8, NULL, 8));
}
