// A process that is stopped and continued in the middle of a call takes it up again without an error.
#include "report.h"

int main(void) {
  int ends[2];
  if (pipe(ends)) die("pipe");
  pid_t child = fork();
  if (child == 0) {
    char byte;
    long got = read(ends[0], &byte, 1);
    _exit(got == 1 ? byte : errno);
  }
  usleep(30000);
  kill(child, SIGSTOP);
  int status;
  SHOW_TRUE(waitpid(child, &status, WUNTRACED) == child);
  show_status("child", status);
  kill(child, SIGCONT);
  SHOW_TRUE(waitpid(child, &status, WCONTINUED) == child);
  show_status("child", status);
  (void)!write(ends[1], "\x2a", 1);
  show_end("child", child);
}
