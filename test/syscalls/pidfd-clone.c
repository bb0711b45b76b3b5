// CLONE_PIDFD with clone and clone3; CLONE_CLEAR_SIGHAND; clone3's refusals.
#include "report.h"
#include <linux/sched.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>

static void handler(int signo) {}
static long clone3(struct clone_args *args, size_t size) { return syscall(SYS_clone3, args, size); }

int main(void) {
  int fd = -1;
  pid_t child = syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, &fd, NULL, NULL);
  if (child == 0) _exit(3);
  SHOW(fcntl(fd, F_GETFD));
  siginfo_t info;
  SHOW(waitid(P_PIDFD, fd, &info, WEXITED));
  printf("%d\n", info.si_status);
  close(fd);
  SHOW(syscall(SYS_clone, CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, NULL, &fd, NULL, NULL));
  SHOW(syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, 8, NULL, NULL));

  fd = -1;
  int tid = 0;
  struct clone_args args = {.flags = CLONE_PIDFD | CLONE_PARENT_SETTID, .pidfd = (uintptr_t)&fd, .parent_tid = (uintptr_t)&tid, .exit_signal = SIGCHLD};
  child = clone3(&args, sizeof args);
  if (child == 0) _exit(4);
  SHOW_TRUE(tid == child && fd >= 0);
  SHOW(waitid(P_PIDFD, fd, &info, WEXITED));
  printf("%d\n", info.si_status);

  signal(SIGUSR1, handler);
  signal(SIGUSR2, SIG_IGN);
  args = (struct clone_args){.flags = CLONE_CLEAR_SIGHAND, .exit_signal = SIGCHLD};
  child = clone3(&args, sizeof args);
  if (child == 0) {
    struct sigaction one, two;
    sigaction(SIGUSR1, NULL, &one);
    sigaction(SIGUSR2, NULL, &two);
    _exit((one.sa_handler == SIG_DFL) * 2 + (two.sa_handler == SIG_IGN));
  }
  show_end("handlers", child);

  args = (struct clone_args){.flags = CLONE_CLEAR_SIGHAND | CLONE_SIGHAND | CLONE_VM};
  SHOW(clone3(&args, sizeof args));
  args = (struct clone_args){.flags = SIGCHLD};
  SHOW(clone3(&args, sizeof args));
  args = (struct clone_args){.exit_signal = 65};
  SHOW(clone3(&args, sizeof args));
  args = (struct clone_args){.flags = CLONE_PARENT, .exit_signal = SIGCHLD};
  SHOW(clone3(&args, sizeof args));
  args = (struct clone_args){.stack = 4096, .exit_signal = SIGCHLD};
  SHOW(clone3(&args, sizeof args));
  args = (struct clone_args){.stack_size = 4096, .exit_signal = SIGCHLD};
  SHOW(clone3(&args, sizeof args));
  args = (struct clone_args){.set_tid_size = 1, .exit_signal = SIGCHLD};
  SHOW(clone3(&args, sizeof args));
  args = (struct clone_args){.flags = 1ull << 40, .exit_signal = SIGCHLD};
  SHOW(clone3(&args, sizeof args));
  SHOW(clone3(&args, 32));
  SHOW(clone3(&args, 5000));
  SHOW(clone3((void *)8, sizeof args));
  return 0;
}
