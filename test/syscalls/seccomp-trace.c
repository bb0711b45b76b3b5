// SECCOMP_RET_TRACE: the tracer is asked, and may let the call be made, make it another one, or keep it back. Where the
// stop stands among those of PTRACE_SYSCALL, and what becomes of the other answers under a tracer.
#include "report.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#define EAX (offsetof(struct user_regs_struct, eax))
#define ORIG_EAX (offsetof(struct user_regs_struct, orig_eax))

static void answer(unsigned result) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgrp, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, result),
  };
  struct sock_fprog program = {4, code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) die("filter");
}

/** A traced child with a filter, stopped before it calls getpgrp; it shows what the call answers. */
static pid_t begin(unsigned result) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    answer(result), raise(SIGSTOP);
    long got = syscall(SYS_getpgrp);
    printf("got %s\n", got == -1 ? strerrorname_np(errno) : got == 7 || got == 9 || got == SYS_getpgrp ? "a number" : got == getpgid(0) ? "the group" : got == getpid() ? "the process" : "what?");
    _exit(0);
  }
  waitpid(child, &status, 0);
  ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  return child;
}
/** Resumes and shows the stop that follows; false at the end. */
static int next(pid_t child, int how, int signo) {
  int status;
  unsigned long message = 0;
  ptrace(how, child, NULL, (void *)signo);
  waitpid(child, &status, 0);
  if (!WIFSTOPPED(status)) return show_status("end", status), 0;
  ptrace(PTRACE_GETEVENTMSG, child, NULL, &message);
  long eax = ptrace(PTRACE_PEEKUSER, child, EAX, NULL);
  printf("stop %#x, call %ld, eax ", status >> 8, ptrace(PTRACE_PEEKUSER, child, ORIG_EAX, NULL));
  printf(eax == getpgid(child) ? "group" : "%ld", eax), printf(", message %lu\n", status >> 16 ? message : 0);
  return 1;
}
static void to_the_end(pid_t child) {
  while (next(child, PTRACE_CONT, 0)) {
  }
}

int main(void) {
  struct rlimit none = {};
  setrlimit(RLIMIT_CORE, &none);
  setpgid(0, 0);
  puts("let go");
  pid_t child = begin(SECCOMP_RET_TRACE | 42);
  next(child, PTRACE_CONT, 0), to_the_end(child);
  puts("another call");
  child = begin(SECCOMP_RET_TRACE | 43), next(child, PTRACE_CONT, 0);
  ptrace(PTRACE_POKEUSER, child, ORIG_EAX, SYS_getpid), to_the_end(child);
  puts("kept back");
  child = begin(SECCOMP_RET_TRACE), next(child, PTRACE_CONT, 0);
  ptrace(PTRACE_POKEUSER, child, ORIG_EAX, -1), ptrace(PTRACE_POKEUSER, child, EAX, 7), to_the_end(child);
  puts("among the stops of calls");
  child = begin(SECCOMP_RET_TRACE | 44);
  for (int i = 0; i < 3; i++) next(child, PTRACE_SYSCALL, 0);
  to_the_end(child);
  puts("an exit stop behind it");
  child = begin(SECCOMP_RET_TRACE | 45), next(child, PTRACE_CONT, 0), next(child, PTRACE_SYSCALL, 0);
  ptrace(PTRACE_POKEUSER, child, EAX, 9), to_the_end(child);
  puts("ERRNO");
  child = begin(SECCOMP_RET_ERRNO | EXDEV);
  for (int i = 0; i < 2; i++) next(child, PTRACE_SYSCALL, 0);
  to_the_end(child);
  puts("TRAP");
  child = begin(SECCOMP_RET_TRAP | 46);
  for (int i = 0; i < 3; i++) next(child, PTRACE_SYSCALL, 0);
  siginfo_t info;
  ptrace(PTRACE_GETSIGINFO, child, NULL, &info), printf("signal %d code %d errno %d\n", info.si_signo, info.si_code, info.si_errno);
  next(child, PTRACE_CONT, SIGSYS);
  puts("KILL_PROCESS");
  child = begin(SECCOMP_RET_KILL_PROCESS), to_the_end(child);
  puts("a tracer that did not ask");
  child = begin(SECCOMP_RET_TRACE | 47), ptrace(PTRACE_SETOPTIONS, child, NULL, 0), to_the_end(child);
  puts("detached at the stop");
  child = begin(SECCOMP_RET_TRACE | 48), next(child, PTRACE_CONT, 0), ptrace(PTRACE_DETACH, child, NULL, 0), show_end("end", child);
  return 0;
}
