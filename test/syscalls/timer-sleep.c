// nanosleep: length, bad times, interruption with the rest, and being taken up again after a stop.
#include "report.h"
#include <time.h>

static void handler(int signo) { (void)signo; }
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(void) {
  signal(SIGALRM, handler);
  double start = now();
  struct timespec time = {0, 30000000}, rest = {7, 7};
  SHOW(nanosleep(&time, &rest));
  SHOW_TRUE(now() - start >= 0.03);
  printf("rest untouched: %d\n", rest.tv_sec == 7);
  time.tv_nsec = 1000000000;
  SHOW(nanosleep(&time, NULL));
  time = (struct timespec){-1, 0};
  SHOW(nanosleep(&time, NULL));
  time = (struct timespec){0, 0};
  SHOW(nanosleep(&time, NULL));
  SHOW(syscall(SYS_nanosleep, 8, NULL));
  time = (struct timespec){10, 0};
  ualarm(20000, 0);
  SHOW(nanosleep(&time, &rest));
  SHOW_TRUE(rest.tv_sec == 9 && rest.tv_nsec > 0);
  // A handler that is told to restart calls does not make a sleep go on.
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  ualarm(20000, 0);
  SHOW(nanosleep(&time, &rest));

  pid_t child = fork();
  if (child == 0) {
    start = now();
    time = (struct timespec){0, 120000000};
    int result = nanosleep(&time, NULL);
    double took = now() - start;
    _exit(result == 0 && took >= 0.12 && took < 2 ? 6 : 1);
  }
  usleep(30000);
  kill(child, SIGSTOP);
  int status;
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGCONT);
  show_end("stopped and continued", child);
}
