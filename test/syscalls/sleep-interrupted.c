// nanosleep and clock_nanosleep: what is left after a signal, restarting, absolute times.
#include "report.h"
#include <time.h>

static void on_alarm(int signo) {}

int main(void) {
  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  struct timespec time = {5, 0}, rest = {};
  ualarm(20000, 0), SHOW(nanosleep(&time, &rest)), SHOW_TRUE(rest.tv_sec == 4);
  ualarm(20000, 0), SHOW(clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &rest) == EINTR), SHOW_TRUE(rest.tv_sec == 4);
  rest.tv_sec = 99, clock_gettime(CLOCK_MONOTONIC, &time), time.tv_sec += 5, ualarm(20000, 0);
  SHOW(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, &rest) == EINTR), SHOW(rest.tv_sec);
  // Stopped and continued, a sleep goes on to its end.
  pid_t child = fork();
  if (child == 0) {
    struct timespec one, two, short_time = {0, 100000000};
    clock_gettime(CLOCK_MONOTONIC, &one);
    int result = nanosleep(&short_time, NULL);
    clock_gettime(CLOCK_MONOTONIC, &two);
    _exit(result == 0 && (two.tv_sec - one.tv_sec) * 1000 + (two.tv_nsec - one.tv_nsec) / 1000000 >= 99 ? 0 : 1);
  }
  usleep(20000), kill(child, SIGSTOP), waitpid(child, NULL, WUNTRACED), kill(child, SIGCONT), show_end("child", child);
  time = (struct timespec){0, -1}, SHOW(nanosleep(&time, NULL)), time = (struct timespec){-1, 0}, SHOW(nanosleep(&time, NULL));
  return 0;
}
