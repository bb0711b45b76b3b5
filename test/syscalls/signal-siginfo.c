// What siginfo says of kill, tgkill, sigqueue, and of a child's end, stop and continuing.
#include "report.h"

static void handler(int signo, siginfo_t *info, void *context) {
  (void)context;
  printf("signo %d si_signo %d code %d errno %d", signo, info->si_signo, info->si_code, info->si_errno);
  if (signo == SIGCHLD) printf(" status %d", info->si_status);
  if (info->si_code == SI_QUEUE) printf(" value %d", info->si_value.sival_int);
  if (info->si_code != SI_KERNEL)
    printf(" pid %s uid %s", info->si_pid == getpid() ? "own" : "other", info->si_uid == getuid() ? "own" : "other");
  printf("\n");
}

static volatile int changes;
static void count(int signo, siginfo_t *info, void *context) {
  changes++;
  handler(signo, info, context);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGRTMIN, &action, NULL);
  kill(getpid(), SIGUSR1);
  raise(SIGUSR1);
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 42});
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = -7});

  action.sa_sigaction = count;
  sigaction(SIGCHLD, &action, NULL);
  sigset_t block, old;
  sigemptyset(&block);
  sigaddset(&block, SIGCHLD);
  sigprocmask(SIG_BLOCK, &block, &old);
  pid_t pid = fork();
  if (pid == 0)
    for (;;) pause();
  kill(pid, SIGSTOP);
  while (changes < 1) sigsuspend(&old);
  kill(pid, SIGCONT);
  while (changes < 2) sigsuspend(&old);
  kill(pid, SIGTERM);
  while (changes < 3) sigsuspend(&old);
  waitpid(pid, NULL, 0);
  if (fork() == 0) _exit(13);
  while (changes < 4) sigsuspend(&old);
}
