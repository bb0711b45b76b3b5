// PTRACE_GET_SYSCALL_INFO at entry, exit and elsewhere.
#include "tracee.h"
#include <linux/ptrace.h>

static void show_info(pid_t pid) {
  struct ptrace_syscall_info info;
  memset(&info, 0, sizeof info);
  long size = trace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, (long)&info);
  printf("size %ld op %d arch %#x", size, info.op, info.arch);
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) printf(" nr %lld arg %lld", info.entry.nr, info.entry.args[0]);
  if (info.op == PTRACE_SYSCALL_INFO_EXIT) printf(" result %lld error %d", info.exit.rval, info.exit.is_error);
  printf("\n");
}

int main(void) {
  TRACEE(pid, {
    syscall(SYS_close, 123);
    syscall(SYS_umask, 022);
  });
  trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
  show_info(pid);
  do {
    trace(PTRACE_SYSCALL, pid, 0, 0);
    waitpid(pid, NULL, 0);
  } while (peek_user(pid, AT_ORIG_EAX) != SYS_close);
  show_info(pid);
  for (int i = 0; i < 2; i++) {
    trace(PTRACE_SYSCALL, pid, 0, 0);
    waitpid(pid, NULL, 0);
    show_info(pid);
  }
  struct ptrace_syscall_info info;
  memset(&info, 0x55, sizeof info);
  SHOW(trace(PTRACE_GET_SYSCALL_INFO, pid, 4, (long)&info));
  printf("op %d arch %#x\n", info.op, info.arch);
  kill(pid, SIGKILL);
  next("end", pid);
}
