// F_SETOWN_EX: SIGIO for one thread, for a process, for a process group.
#include "report.h"
#include <pthread.h>
#include <sys/socket.h>

#ifndef F_SETOWN_EX
#define F_SETOWN_EX 15
#define F_GETOWN_EX 16
struct f_owner_ex { int type; pid_t pid; };
#endif

static volatile pid_t told, thread_id;
static volatile int hits, stop;
static void note(int signo) {
  told = syscall(SYS_gettid);
  hits++;
}
static void *other(void *argument) {
  thread_id = syscall(SYS_gettid);
  while (!stop) usleep(1000);
  return NULL;
}
static int pair[2];
static void event(const char *label) {
  char byte;
  hits = 0;
  told = 0;
  (void)!write(pair[1], "a", 1);
  for (int i = 0; i < 300 && !hits; i++) usleep(1000);
  usleep(3000);
  printf("%s: %d, %s\n", label, hits, !told ? "nobody" : told == thread_id ? "the thread" : told == getpid() ? "the main thread" : "another");
  (void)!read(pair[0], &byte, 1);
}
static void owner(int type, pid_t pid) {
  struct f_owner_ex ex = {type, pid}, now = {9, 9};
  show("F_SETOWN_EX", fcntl(pair[0], F_SETOWN_EX, &ex));
  show("F_GETOWN_EX", fcntl(pair[0], F_GETOWN_EX, &now));
  printf("type %d, %s\n", now.type, now.pid == pid ? "the same" : now.pid == 0 ? "none" : "another");
}

int main(void) {
  struct sigaction action = {.sa_handler = note};
  sigaction(SIGIO, &action, NULL);
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) die("socketpair");
  pthread_t thread;
  pthread_create(&thread, NULL, other, NULL);
  while (!thread_id) usleep(1000);
  SHOW(fcntl(pair[0], F_SETFL, O_ASYNC | O_NONBLOCK));
  owner(0, thread_id);
  event("the thread owns");
  owner(0, getpid());
  event("the main thread owns");
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGIO);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  event("it blocks the signal");
  owner(1, getpid());
  event("the process owns");
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  owner(2, getpgrp());
  struct f_owner_ex bad = {3, getpid()};
  show("an unknown type", fcntl(pair[0], F_SETOWN_EX, &bad));
  bad = (struct f_owner_ex){1, 0x7fffff};
  show("nobody", fcntl(pair[0], F_SETOWN_EX, &bad));
  owner(0, thread_id);
  stop = 1;
  pthread_join(thread, NULL);
  usleep(20000);
  event("the thread has ended");
  show("F_GETOWN", fcntl(pair[0], F_GETOWN));
}
