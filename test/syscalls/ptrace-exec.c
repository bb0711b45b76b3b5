// execve of a traced task: the SIGTRAP of old, and the event that replaces it.
#include "tracee.h"

int main(int count, char **arguments) {
  if (count > 1) return atoi(arguments[1]);
  {
    TRACEE(pid, execl(arguments[0], "again", "5", NULL));
    trace(PTRACE_CONT, pid, 0, 0);
    next("without option", pid);
    siginfo_t info;
    SHOW(trace(PTRACE_GETSIGINFO, pid, 0, (long)&info));
    printf("code %d\n", info.si_code);
    trace(PTRACE_CONT, pid, 0, 0);
    next("end", pid);
  }
  {
    TRACEE(pid, execl(arguments[0], "again", "6", NULL));
    trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD);
    trace(PTRACE_CONT, pid, 0, 0);
    next("with option", pid);
    unsigned long message;
    trace(PTRACE_GETEVENTMSG, pid, 0, (long)&message);
    SHOW_TRUE((pid_t)message == pid);
    trace(PTRACE_SYSCALL, pid, 0, 0);
    next("exit of execve", pid);
    printf("eax %ld\n", peek_user(pid, AT_EAX));
    trace(PTRACE_CONT, pid, 0, 0);
    next("end", pid);
  }
}
