// Children of a process that ends: who is their parent then, with and without a subreaper.
#include "report.h"
#include <sys/prctl.h>

/** A grandchild, whose parent has ended once `gone` is at its end. Exits 21 when it is a child of `self` then. */
static pid_t orphan(pid_t self, int *gone) {
  int made[2];
  pid_t id;
  pipe(made), pipe(gone);
  pid_t middle = fork();
  if (middle == 0) {
    if ((id = fork()) == 0) {
      char byte;
      close(gone[1]);
      read(gone[0], &byte, 1);
      _exit(getppid() == self ? 21 : 22);
    }
    write(made[1], &id, sizeof id);
    _exit(20);
  }
  read(made[0], &id, sizeof id), close(made[0]), close(made[1]);
  show_end("middle", middle);
  return id;
}

int main(void) {
  int status, gone[2], answered;
  siginfo_t info;
  pid_t self = getpid();
  SHOW(prctl(PR_SET_CHILD_SUBREAPER, 1));
  SHOW((prctl(PR_GET_CHILD_SUBREAPER, &answered), answered));
  pid_t id = orphan(self, gone);
  close(gone[1]);
  SHOW_TRUE(waitid(P_PID, id, &info, WEXITED | WNOWAIT) == 0 && info.si_pid == id);
  SHOW_TRUE(wait(&status) == id), show_status("grandchild", status), SHOW(wait(&status));

  // A wait that is under way finds it: its pipe is open in another child for a while.
  id = orphan(self, gone);
  if (fork() == 0) usleep(30000), _exit(0);
  close(gone[1]);
  SHOW_TRUE(waitpid(id, &status, 0) == id), show_status("grandchild", status);
  wait(NULL), SHOW(wait(&status));

  // The attribute is the process's own: a child of it has none, and hands its children up.
  IN_CHILD("a child", {
    SHOW((prctl(PR_GET_CHILD_SUBREAPER, &answered), answered));
    id = orphan(getpid(), gone);
    SHOW(waitpid(id, &status, WNOHANG));
    close(gone[1]);
  });
  SHOW_TRUE(wait(&status) > 0), show_status("its grandchild", status);

  // A subreaper that wants no zombies gets none of others' children either.
  signal(SIGCHLD, SIG_IGN);
  id = orphan(self, gone);
  close(gone[1]);
  SHOW(wait(&status));
  return 0;
}
