// An orphaned process group: its stops by the terminal are not taken, its reads are EIO; SIGSTOP still stops it.
// One that is orphaned while it is stopped gets SIGHUP and SIGCONT.
#include "pty.h"
#include <sys/prctl.h>
#include <termios.h>

static void on_hangup(int signo) { write(1, "SIGHUP\n", 7); }
static void on_continue(int signo) { write(1, "SIGCONT\n", 8); }

int main(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  grantpt(master), unlockpt(master);
  char name[64], byte;
  ptsname_r(master, name, sizeof name);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  int done[2];
  pipe(done);
  pid_t leader = fork();
  if (leader == 0) {
    setsid();
    int slave = open(name, O_RDWR);
    pid_t parent = fork();
    if (parent == 0) {
      setpgid(0, 0);
      pid_t orphan = fork();
      if (orphan == 0) {
        usleep(50000);
        SHOW(kill(getpid(), SIGTSTP));
        SHOW(raise(SIGTTIN));
        SHOW(read(slave, &byte, 1));
        printf("still here\n");
        write(done[1], "d", 1);
        _exit(0);
      }
      _exit(0);
    }
    waitpid(parent, NULL, 0);
    read(done[0], &byte, 1);

    parent = fork();
    if (parent == 0) {
      pid_t stopped = fork();
      if (stopped == 0) {
        setpgid(0, 0);
        struct sigaction hangup = {.sa_handler = on_hangup}, go_on = {.sa_handler = on_continue};
        sigaction(SIGHUP, &hangup, NULL);
        sigaction(SIGCONT, &go_on, NULL);
        raise(SIGSTOP);
        write(done[1], "d", 1);
        _exit(0);
      }
      setpgid(stopped, stopped);
      waitpid(stopped, NULL, WUNTRACED);
      _exit(0);
    }
    waitpid(parent, NULL, 0);
    read(done[0], &byte, 1);
    _exit(0);
  }
  int status;
  while (waitpid(-1, &status, 0) > 0) {
  }
  printf("end\n");
  return 0;
}
