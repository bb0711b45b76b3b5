// clone3: the structure's sizes and checks, and a fork by it.
#include "clone.h"
#include <linux/sched.h>

static long call(struct clone_args *args, size_t size) { return syscall(SYS_clone3, args, size); }

int main(void) {
  struct clone_args args = {.exit_signal = SIGCHLD};
  long pid = call(&args, sizeof args);
  if (pid == 0) _exit(31);
  show_end("fork", pid);
  pid = call(&args, 64);
  if (pid == 0) _exit(32);
  show_end("first version", pid);
  SHOW(call(&args, 63));
  SHOW(call(&args, 8192));
  SHOW(call((void *)16, 64));
  args.exit_signal = 65;
  SHOW(call(&args, 64));
  args = (struct clone_args){.flags = SIGCHLD};
  SHOW(call(&args, 64));
  args = (struct clone_args){.flags = CLONE_THREAD, .exit_signal = SIGCHLD};
  SHOW(call(&args, 64));
  args = (struct clone_args){.exit_signal = SIGCHLD, .stack = (uintptr_t)child_stack};
  SHOW(call(&args, 64));
  args = (struct clone_args){.exit_signal = SIGCHLD, .stack_size = 4096};
  SHOW(call(&args, 64));
  int word = 0;
  args = (struct clone_args){.flags = CLONE_PARENT_SETTID, .exit_signal = SIGCHLD, .parent_tid = (uintptr_t)&word};
  pid = call(&args, sizeof args);
  if (pid == 0) _exit(33);
  SHOW_TRUE(word == pid);
  show_end("parent tid", pid);
  return 0;
}
