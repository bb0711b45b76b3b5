// waitid: what it reports, WNOWAIT, kinds of ids, and refused arguments.
#include "report.h"

static siginfo_t info;
static pid_t child;

static void wait_for(const char *label, idtype_t kind, id_t id, int options) {
  memset(&info, 0xff, sizeof info);
  long result = waitid(kind, id, &info, options);
  if (result < 0)
    printf("%s = %s\n", label, strerrorname_np(errno));
  else if (info.si_signo == 0)
    printf("%s: nothing, pid %d\n", label, info.si_pid);
  else
    printf("%s: signo %d errno %d code %d pid %s uid %d status %d\n", label, info.si_signo, info.si_errno, info.si_code,
           info.si_pid == child ? "child" : "other", info.si_uid == getuid(), info.si_status);
}

int main(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  wait_for("no child", P_ALL, 0, WEXITED);
  child = fork();
  if (child == 0) {
    setpgid(0, 0);
    raise(SIGSTOP);
    _exit(300);
  }
  wait_for("no kinds", P_ALL, 0, 0);
  wait_for("bad option", P_ALL, 0, WEXITED | 0x10000);
  wait_for("bad type", 9, 0, WEXITED);
  wait_for("not yet", P_PID, child, WEXITED | WNOHANG);
  wait_for("stop, kept", P_PID, child, WSTOPPED | WNOWAIT);
  wait_for("stop", P_ALL, 0, WSTOPPED);
  wait_for("stop again", P_ALL, 0, WSTOPPED | WNOHANG);
  wait_for("by group", P_PGID, child, WEXITED | WNOHANG);
  wait_for("own group", P_PGID, 0, WEXITED | WNOHANG);
  wait_for("other process", P_PID, 1, WEXITED | WNOHANG);
  wait_for("zero", P_PID, 0, WEXITED);
  kill(child, SIGCONT);
  wait_for("end, kept", P_PID, child, WEXITED | WNOWAIT);
  wait_for("continued is lost at the end", P_PID, child, WCONTINUED | WNOHANG);
  SHOW(kill(child, 0));
  wait_for("end", P_PGID, child, WEXITED);
  wait_for("end again", P_PID, child, WEXITED);
  SHOW(kill(child, 0));
  child = fork();
  if (child == 0)
    for (;;) pause();
  kill(child, SIGSTOP);
  wait_for("stopped", P_PID, child, WSTOPPED | WEXITED);
  kill(child, SIGCONT);
  wait_for("continued", P_PID, child, WCONTINUED | WEXITED);
  kill(child, SIGUSR1);
  wait_for("killed", P_PID, child, WEXITED);
  child = fork();
  if (child == 0) abort();
  wait_for("aborted", P_PID, child, WEXITED | WNOWAIT);
  SHOW(info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED);
  // Without a place for the information.
  SHOW(waitid(P_PID, child, NULL, WEXITED));
  child = fork();
  if (child == 0) _exit(1);
  int fd = syscall(SYS_pidfd_open, child, 0);
  wait_for("by descriptor", 3 /* P_PIDFD */, fd, WEXITED);
  return 0;
}
