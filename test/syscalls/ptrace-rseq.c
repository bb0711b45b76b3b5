// GET_RSEQ_CONFIGURATION: where a thread's restartable sequences are registered, and that they are not.
// gcc: -static -O1 -fno-pie -no-pie
#include "tracee.h"
#include <linux/ptrace.h>
#include <linux/rseq.h>
#include <sys/rseq.h>

static struct rseq area __attribute__((aligned(32)));

static void ask(const char *label, pid_t pid, unsigned long size) {
  struct ptrace_rseq_configuration told;
  memset(&told, 0x5a, sizeof told);
  printf("%s, %lu bytes: ", label, size);
  if (show("result", trace(PTRACE_GET_RSEQ_CONFIGURATION, pid, size, (unsigned long)&told)) < 0) return;
  printf("  ours %d, none %d, size %#x, signature %#x, flags %#x, pad %#x\n", told.rseq_abi_pointer == (uintptr_t)&area,
         told.rseq_abi_pointer == 0, told.rseq_abi_size, told.signature, told.flags, told.pad);
}

int main(void) {
  TRACEE(pid, {
    struct rseq *libcs = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
    syscall(SYS_rseq, libcs, 32, RSEQ_FLAG_UNREGISTER, RSEQ_SIG);
    raise(SIGSTOP);
    syscall(SYS_rseq, &area, 32, 0, 0x12345678);
    raise(SIGSTOP);
  });
  ask("libc's", pid, 24);
  trace(PTRACE_CONT, pid, 0, 0);
  next("unregistered", pid);
  ask("none", pid, 24);
  trace(PTRACE_CONT, pid, 0, 0);
  next("registered", pid);
  ask("ours", pid, 24);
  ask("more than there is", pid, 100);
  ask("a part", pid, 12);
  ask("nothing", pid, 0);
  SHOW(trace(PTRACE_GET_RSEQ_CONFIGURATION, pid, 24, 8));
  SHOW(trace(PTRACE_GET_RSEQ_CONFIGURATION, pid, 0, 8));
  SHOW(trace(PTRACE_GET_RSEQ_CONFIGURATION, getppid(), 24, 8));
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
  return 0;
}
