// Following children as strace -f does: system call stops of all, around fork, vfork and execve. The
// reports are kept for each process and shown at the end, because processes overlap as they like.
#include "tracee.h"
#include <stdarg.h>

#define PROCESSES 4
static struct {
  pid_t pid;
  int inside;
  char log[2000];
} processes[PROCESSES];

static int find(pid_t pid) {
  for (int i = 0; i < PROCESSES; i++) {
    if (processes[i].pid == 0) processes[i].pid = pid;
    if (processes[i].pid == pid) return i;
  }
  die("too many");
  return 0;
}

static void say(int i, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  size_t used = strlen(processes[i].log);
  vsnprintf(processes[i].log + used, sizeof processes[i].log - used, format, arguments);
  va_end(arguments);
}

static const char *name_of(long nr) {
  switch (nr) {
    case SYS_fork: return "fork";
    case SYS_vfork: return "vfork";
    case SYS_execve: return "execve";
    case SYS_getppid: return "getppid";
    case SYS_umask: return "umask";
    case SYS_wait4: return "wait4";
    case SYS_exit_group: return "exit_group";
    default: return NULL;
  }
}

int main(int count, char **arguments) {
  if (count > 1) {
    syscall(SYS_umask, 022);
    _exit(3);
  }
  pid_t first = fork();
  if (first == 0) {
    // When a SIGCHLD would be reported depends on the scheduler.
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, NULL);
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    if (syscall(SYS_fork) == 0) {
      syscall(SYS_getppid);
      execl(arguments[0], "again", "x", NULL);
    }
    syscall(SYS_wait4, -1, NULL, 0, NULL);
    if (vfork() == 0) _exit(4);
    syscall(SYS_wait4, -1, NULL, 0, NULL);
    _exit(5);
  }
  int status, left = 0;
  waitpid(first, &status, 0);
  trace(PTRACE_SETOPTIONS, first, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC);
  find(first);
  left = 1;
  trace(PTRACE_SYSCALL, first, 0, 0);
  while (left > 0) {
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) die("wait");
    int is_new = 0;
    for (int i = 0; i <= PROCESSES; i++) {
      if (i == PROCESSES || processes[i].pid == 0) {
        is_new = 1;
        break;
      }
      if (processes[i].pid == pid) break;
    }
    int i = find(pid);
    if (is_new) left++;
    long signal = 0;
    if (!WIFSTOPPED(status)) {
      say(i, "  end %#x\n", status);
      left--;
      continue;
    }
    if (status >> 16) {
      say(i, "  event %d\n", status >> 16);
    } else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
      const char *name = name_of(peek_user(pid, AT_ORIG_EAX));
      long eax = peek_user(pid, AT_EAX);
      processes[i].inside = !processes[i].inside;
      if (name && processes[i].inside) say(i, "  %s\n", name);
      if (name && !processes[i].inside) say(i, "  %s %s\n", name, eax < 0 ? "error" : eax == 0 ? "gives 0" : "gives more");
    } else {
      signal = WSTOPSIG(status);
      if (is_new) signal = 0;
      say(i, "  signal %d\n", WSTOPSIG(status));
    }
    trace(PTRACE_SYSCALL, pid, 0, signal);
  }
  for (int i = 0; i < PROCESSES && processes[i].pid; i++) printf("process %d\n%s", i, processes[i].log);
}
