// Children of a process that ends: who is their parent then, with and without a subreaper.
#include "report.h"
#include <sys/prctl.h>

int main(void) {
  int up[2];
  char byte;
  pipe(up);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t self = getpid(), middle = fork();
  if (middle == 0) {
    if (fork() == 0) {
      pid_t before = getppid();
      while (getppid() == before) usleep(1000);
      byte = getppid() == self ? 'y' : 'n';
      write(up[1], &byte, 1);
      _exit(21);
    }
    _exit(20);
  }
  show_end("middle", middle);
  read(up[0], &byte, 1), printf("%c\n", byte);
  int status;
  SHOW_TRUE(wait(&status) > 0), show_status("grandchild", status), SHOW(wait(&status));
  return 0;
}
