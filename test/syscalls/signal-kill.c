// kill, tkill, tgkill: targets and errors.
#include "report.h"

int main(void) {
  pid_t self = getpid();
  SHOW(kill(self, 0));
  SHOW(kill(self, 65));
  SHOW(kill(self, -1));
  SHOW(kill(0x3fffff, SIGTERM));
  SHOW(kill(-0x3fffff, SIGTERM));
  SHOW(syscall(SYS_kill, (int)0x80000000, SIGTERM));
  SHOW(syscall(SYS_tkill, self, 0));
  SHOW(syscall(SYS_tkill, 0, 0));
  SHOW(syscall(SYS_tkill, 0x3fffff, 0));
  SHOW(syscall(SYS_tgkill, self, self, 0));
  SHOW(syscall(SYS_tgkill, self + 1, self, 0));
  SHOW(syscall(SYS_tgkill, 0, self, 0));
  SHOW(syscall(SYS_tgkill, self, self, 99));
  pid_t zombie = fork();
  if (zombie == 0) _exit(3);
  siginfo_t info;
  waitid(P_PID, zombie, &info, WEXITED | WNOWAIT);
  SHOW(kill(zombie, SIGKILL));
  show_end("zombie", zombie);
  SHOW(kill(zombie, 0));

  // A process group of three; the signal reaches all.
  setpgid(0, 0);
  signal(SIGTERM, SIG_IGN);
  pid_t children[3];
  for (int i = 0; i < 3; i++)
    if ((children[i] = fork()) == 0) {
      signal(SIGTERM, SIG_DFL);
      for (;;) pause();
    }
  usleep(30000);
  SHOW(kill(0, SIGTERM));
  for (int i = 0; i < 3; i++) show_end("member", children[i]);
  pid_t other = fork();
  if (other == 0)
    for (;;) pause();
  setpgid(other, other);
  SHOW(kill(-other, SIGINT));
  show_end("other group", other);
}
