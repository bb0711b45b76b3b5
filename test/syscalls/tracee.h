// What the cases of ptrace share: a child that is traced from its start, registers by their offsets in the
// USER area, and stops shown without ids.
#ifndef TRACEE_H
#define TRACEE_H
#include "report.h"
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#ifndef PTRACE_SYSEMU
#define PTRACE_SYSEMU 31
#define PTRACE_SYSEMU_SINGLESTEP 32
#endif
#define AT_EAX (4 * 6)
#define AT_ORIG_EAX (4 * 11)
#define AT_EIP (4 * 12)
#define AT_EFLAGS (4 * 14)

/** The request itself, without libc's rearrangement of PEEK. */
static inline long trace(int request, pid_t pid, unsigned long address, unsigned long data) {
  return syscall(SYS_ptrace, request, pid, address, data);
}
static inline long peek_user(pid_t pid, int offset) {
  unsigned long word = 0;
  if (trace(PTRACE_PEEKUSER, pid, offset, (unsigned long)&word)) die("PEEKUSER");
  return word;
}

static inline void show_stop(const char *label, int status) {
  if (WIFSTOPPED(status) && status >> 16)
    printf("%s: SIG%s event %d\n", label, sigabbrev_np(WSTOPSIG(status)), status >> 16);
  else if (WIFSTOPPED(status) && WSTOPSIG(status) & 0x80)
    printf("%s: system call stop\n", label);
  else
    show_status(label, status);
}
/** Waits for the next news of a task. */
static inline int next(const char *label, pid_t pid) {
  int status;
  if (waitpid(pid, &status, __WALL) < 0) {
    printf("%s: wait: %s\n", label, strerrorname_np(errno));
    return -1;
  }
  show_stop(label, status);
  return status;
}

/** Runs statements in a traced child, which has stopped itself first; its id. */
#define TRACEE(pid, ...)                 \
  pid_t pid = fork();                    \
  if (pid == 0) {                        \
    ptrace(PTRACE_TRACEME, 0, 0, 0);     \
    raise(SIGSTOP);                      \
    __VA_ARGS__;                         \
    _exit(0);                            \
  }                                      \
  next("start", pid)
#endif
