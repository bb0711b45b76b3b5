// Signals and poll: a handler ends it with EINTR even with SA_RESTART, a stop does not.
#include "poll.h"
int main(void) {
  struct sigaction action = {.sa_handler = count_signal, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  pid_t self = getpid();
  LATER(30, kill(self, SIGUSR1));
  SHOW(poll(NULL, 0, 5000));
  SHOW(signals_seen);
  signal(SIGUSR2, SIG_IGN);
  LATER(20, kill(self, SIGUSR2));
  SHOW(poll(NULL, 0, 80));
  pid_t child = fork();
  if (child == 0) {
    long start = milliseconds();
    int result = poll(NULL, 0, 150);
    printf("stopped and continued: %d\n", result);
    SHOW_TRUE(milliseconds() - start >= 149);
    _exit(0);
  }
  usleep(30000);
  kill(child, SIGSTOP);
  int status;
  waitpid(child, &status, WUNTRACED);
  show_status("child", status);
  kill(child, SIGCONT);
  show_end("child", child);
  wait_all();
  return 0;
}
