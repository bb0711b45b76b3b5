// Timers over fork and execve: a child has none; a new program keeps the alarm but not the POSIX timers.
#include "report.h"
#include <sys/time.h>
#include <time.h>

int main(int count, char **arguments) {
  struct itimerval now;
  if (count > 1) {
    getitimer(ITIMER_REAL, &now);
    printf("exec: alarm %s\n", now.it_value.tv_sec > 50 ? "kept" : "lost");
    struct itimerspec spec;
    SHOW(syscall(SYS_timer_gettime, atoi(arguments[1]), &spec));
    return 0;
  }
  alarm(100);
  IN_CHILD("fork", {
    getitimer(ITIMER_REAL, &now);
    printf("fork: %ld\n", now.it_value.tv_sec);
  });
  int id;
  SHOW_OK(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id));
  char text[20];
  snprintf(text, sizeof text, "%d", id);
  fflush(stdout);
  execl(arguments[0], arguments[0], text, NULL);
  die("exec");
}
