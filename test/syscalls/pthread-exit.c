// The end of a process of several threads: exit_group, the leader's own end, signals that kill.
#include "report.h"
#include <pthread.h>

static void *leave_process(void *status) {
  usleep(10000);
  exit((intptr_t)status);
}
static void *leave_thread(void *unused) { return unused; }
static void *forever(void *unused) {
  for (;;) pause();
  return unused;
}
static void *raw_exit(void *status) {
  usleep(20000);
  syscall(SYS_exit, status);
  return NULL;
}
static void *abort_late(void *unused) {
  usleep(10000);
  abort();
  return unused;
}
static void *spin(void *unused) {
  for (volatile int i = 0;; i++);
  return unused;
}

static pthread_t make(void *(*function)(void *), int argument) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, function, (void *)(intptr_t)argument)) die("pthread_create");
  return thread;
}

int main(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  IN_CHILD("thread calls exit", make(forever, 0); make(leave_process, 7); for (;;) pause());
  IN_CHILD("leader returns", make(forever, 0); make(spin, 0); exit(8));
  IN_CHILD("all leave", make(leave_thread, 0); pthread_exit(NULL));
  IN_CHILD("leader first, then exit 9 by a thread", make(leave_process, 9); syscall(SYS_exit, 1));
  IN_CHILD("raw exit of all: the last status counts", make(raw_exit, 5); syscall(SYS_exit, 4));
  IN_CHILD("abort", make(spin, 0); make(abort_late, 0); for (;;) pause());
  IN_CHILD("killed", make(spin, 0); make(forever, 0); kill(getpid(), SIGKILL));
  IN_CHILD("killed by a thread signal", pthread_kill(make(forever, 0), SIGTERM); for (;;) pause());
  // A leader that has ended stays: no wait succeeds before the last thread.
  pid_t child = fork();
  if (child == 0) {
    make(raw_exit, 0);
    syscall(SYS_exit, 3);
  }
  usleep(5000);
  SHOW(waitpid(child, NULL, WNOHANG));
  show_end("after the last", child);
  return 0;
}
