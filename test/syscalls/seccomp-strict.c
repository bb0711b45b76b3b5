// SECCOMP_MODE_STRICT: read, write, exit and sigreturn are left; anything else is SIGKILL for the thread. Who may not set
// a filter; modes do not change.
#include "report.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>

static struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
static struct sock_fprog program = {1, &allow};

static int strict(void) { return syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL); }
static void say(const char *text) { write(1, text, strlen(text)); }
static void handle(int signo) { say("handled\n"); }
static void *in_thread(void *unused) {
  strict();
  getpid(), syscall(SYS_getpid);
  say("not reached\n");
  return NULL;
}

int main(void) {
  IN_CHILD("exit", SHOW(strict()), say("written\n"), syscall(SYS_exit, 5));
  IN_CHILD("exit_group", strict(), syscall(SYS_exit_group, 5));
  IN_CHILD("another call", prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT), say("strict\n"), syscall(SYS_getpid), say("not reached\n"));
  IN_CHILD("its mode", strict(), prctl(PR_GET_SECCOMP));
  IN_CHILD("no such call", strict(), syscall(9999));
  IN_CHILD("a page fault and a signal", {
    char *page = pages(2, PROT_READ | PROT_WRITE);
    signal(SIGSEGV, handle), strict();
    page[0] = page[PAGE] = 1, say("touched\n");
    syscall(SYS_exit, 0);
  });
  IN_CHILD("one thread of two", {
    pthread_t thread;
    pthread_create(&thread, NULL, in_thread, NULL), usleep(50000);
    say("the other goes on\n");
  });
  IN_CHILD("a filter behind", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), strict(), syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
  IN_CHILD("strict behind a filter", {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    SHOW(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)), SHOW(strict()), SHOW(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
  });
  IN_CHILD("without privileges", {
    if (geteuid() == 0) setgid(7), setuid(7);
    SHOW(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)), SHOW(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program));
    SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)), SHOW(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)), SHOW(prctl(PR_GET_SECCOMP));
  });
  return 0;
}
