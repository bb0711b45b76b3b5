// An interrupted read: EINTR without SA_RESTART, taken up again with it.
#include "report.h"

static int ends[2];
static volatile int runs;
static void handler(int signo) {
  runs++;
  if (runs % 2 == 0) (void)!write(ends[1], "x", 1);
  (void)signo;
}

static void interrupt_self(int times) {
  if (fork() != 0) return;
  for (int i = 0; i < times; i++) {
    usleep(40000);
    kill(getppid(), SIGUSR1);
  }
  _exit(0);
}

int main(void) {
  char byte;
  if (pipe(ends)) die("pipe");
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGUSR1, &action, NULL);
  interrupt_self(1);
  SHOW(read(ends[0], &byte, 1));
  wait(NULL);
  printf("runs %d\n", runs);
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &action, NULL);
  runs = 0;
  interrupt_self(2);
  SHOW(read(ends[0], &byte, 1));
  wait(NULL);
  printf("runs %d\n", runs);
  // An ignored signal does not even show.
  signal(SIGUSR1, SIG_IGN);
  if (fork() == 0) {
    usleep(40000);
    kill(getppid(), SIGUSR1);
    usleep(20000);
    (void)!write(ends[1], "y", 1);
    _exit(0);
  }
  SHOW(read(ends[0], &byte, 1));
  wait(NULL);
}
