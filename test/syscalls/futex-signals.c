// A futex wait and signals: EINTR, restart, and a timed wait taken up again after a stop.
#include "report.h"
#include <linux/futex.h>
#include <sys/time.h>
#include <time.h>

static int word;
static void handler(int signo) { (void)signo; }
static long wait_for(const struct timespec *time) { return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, time, NULL, 0); }

int main(void) {
  struct timespec time = {0, 60000000};
  signal(SIGALRM, handler);
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGALRM, &action, NULL);
  ualarm(20000, 0);
  SHOW(wait_for(NULL));
  ualarm(20000, 0);
  SHOW(wait_for(&(struct timespec){5, 0}));
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, NULL);
  ualarm(20000, 0);
  SHOW(wait_for(&(struct timespec){5, 0}));
  pid_t pid = fork();
  if (pid == 0) _exit(wait_for(&time) == -1 && errno == ETIMEDOUT ? 4 : 1);
  usleep(20000);
  kill(pid, SIGSTOP);
  int status;
  waitpid(pid, &status, WUNTRACED);
  kill(pid, SIGCONT);
  show_end("stopped and continued", pid);
}
