// The tracer is a thread, not its process: another thread of it may wait, but not ask.
#include "tracee.h"
#include <pthread.h>

static pid_t traced, by_main;
static int stage[2], back[2];
static void step(int *pipe_) { (void)!write(pipe_[1], "x", 1); }
static void wait_step(int *pipe_) {
  char byte;
  (void)!read(pipe_[0], &byte, 1);
}
static long word(pid_t pid) {
  unsigned long value;
  return trace(PTRACE_PEEKUSER, pid, AT_EAX, (unsigned long)&value);
}

static void *other(void *argument) {
  pid_t pid = fork();
  if (pid == 0) {
    long result = ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    _exit(result == 0 ? 3 : 4);
  }
  traced = pid;
  int status;
  waitpid(pid, &status, 0);
  show_stop("thread: its child", status);
  show("thread: peeks its child", word(traced));
  show("thread: peeks the main thread's", word(by_main));
  step(back);
  wait_step(stage);
  show("thread: continues its child", trace(PTRACE_CONT, traced, 0, 0));
  waitpid(pid, &status, 0);
  show_stop("thread: its child", status);
  pid = fork();
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    _exit(5);
  }
  waitpid(pid, &status, 0);
  show_stop("thread: another child", status);
  traced = pid;
  step(back);
  return NULL;
}

int main(void) {
  if (pipe(stage) || pipe(back)) die("pipe");
  by_main = fork();
  if (by_main == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    _exit(6);
  }
  int status;
  waitpid(by_main, &status, 0);
  show_stop("main: its child", status);
  pthread_t thread;
  pthread_create(&thread, NULL, other, NULL);
  wait_step(back);
  show("main: peeks the thread's", word(traced));
  show("main: continues the thread's", trace(PTRACE_CONT, traced, 0, 0));
  show("main: detaches the thread's", trace(PTRACE_DETACH, traced, 0, 0));
  show("main: attaches to the thread's", trace(PTRACE_ATTACH, traced, 0, 0));
  show("main: waits without it", waitpid(traced, &status, __WNOTHREAD | WNOHANG));
  show("main: peeks its own", word(by_main));
  step(stage);
  wait_step(back);
  // The thread ends, and with it its tracing: the child goes on.
  pthread_join(thread, NULL);
  show("main: peeks it", word(traced));
  waitpid(traced, &status, WUNTRACED);
  show_stop("main: the thread's other child", status);
  trace(PTRACE_CONT, by_main, 0, 0);
  waitpid(by_main, &status, 0);
  show_stop("main: its child", status);
}
