// fork and execve: which actions, masks and pending signals survive.
#include "report.h"

static void handler(int signo) { (void)signo; }
static int is_pending(int signo) {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, signo);
}

int main(int count, char **arguments) {
  struct sigaction now;
  sigset_t set;
  if (count > 1) {
    sigaction(SIGUSR1, NULL, &now);
    printf("exec: caught became %s\n", now.sa_handler == SIG_DFL ? "default" : "something");
    sigaction(SIGUSR2, NULL, &now);
    printf("exec: ignored became %s\n", now.sa_handler == SIG_IGN ? "ignored" : "something");
    sigprocmask(SIG_SETMASK, NULL, &set);
    printf("exec: blocked %d pending %d\n", sigismember(&set, SIGTERM), is_pending(SIGTERM));
    stack_t stack;
    sigaltstack(NULL, &stack);
    printf("exec: alternate stack flags %d\n", stack.ss_flags);
    return 0;
  }
  signal(SIGUSR1, handler);
  signal(SIGUSR2, SIG_IGN);
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGTERM);
  stack_t stack = {.ss_sp = malloc(16384), .ss_size = 16384};
  sigaltstack(&stack, NULL);
  IN_CHILD("fork", {
    sigaction(SIGUSR1, NULL, &now);
    printf("fork: handler %s, pending %d\n", now.sa_handler == handler ? "kept" : "lost", is_pending(SIGTERM));
    sigaltstack(NULL, &stack);
    printf("fork: alternate stack flags %d\n", stack.ss_flags);
  });
  fflush(stdout);
  execl(arguments[0], arguments[0], "again", NULL);
  die("exec");
}
