// F_SETOWN, F_SETSIG, O_ASYNC on a pipe: signals when bytes arrive.
#include "report.h"

static void handler(int signo, siginfo_t *info, void *context) {
  (void)context;
  if (info->si_code == SI_KERNEL || info->si_code == SI_USER)
    printf("signal %d code %#x\n", signo, info->si_code);
  else
    printf("signal %d code %d band %#lx fd %s\n", signo, info->si_code, info->si_band, info->si_fd == 20 ? "ours" : "other");
}

int main(void) {
  int ends[2];
  if (pipe(ends)) die("pipe");
  dup2(ends[0], 20);
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGIO, &action, NULL);
  sigaction(SIGUSR1, &action, NULL);
  SHOW(fcntl(20, F_GETOWN));
  SHOW(fcntl(20, F_GETSIG));
  SHOW(fcntl(20, F_SETOWN, getpid()));
  SHOW_TRUE(fcntl(20, F_GETOWN) == getpid());
  puts("before O_ASYNC");
  (void)!write(ends[1], "a", 1);
  SHOW(fcntl(20, F_SETFL, O_ASYNC));
  SHOW_TRUE((fcntl(20, F_GETFL) & O_ASYNC) != 0);
  puts("write");
  (void)!write(ends[1], "b", 1);
  SHOW(fcntl(20, F_SETSIG, SIGUSR1));
  SHOW(fcntl(20, F_GETSIG));
  puts("write with F_SETSIG");
  (void)!write(ends[1], "c", 1);
  SHOW(fcntl(20, F_SETSIG, 65));
  SHOW(fcntl(20, F_SETFL, 0));
  puts("write without O_ASYNC");
  (void)!write(ends[1], "d", 1);
}
