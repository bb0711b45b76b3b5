// Listeners of seccomp filters: who decides calls from outside, by an answer, by letting them go on, by a descriptor; what
// becomes of calls that a signal interrupts, and when nobody listens any more.
#include "report.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV 32
#endif
#define SET_FLAGS _IOW('!', 4, uint64_t)
#define ID_VALID_WRONG_DIR _IOR('!', 2, uint64_t)

/** getpgrp, which libc and report.h never call, is asked about; everything else goes on. */
static int install(unsigned flags) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgrp, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {4, code};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}
static long asked(int argument) { return syscall(SYS_getpgrp, argument, 2, 3, 4, 5, 6); }

static volatile int listener = -1;
static int to_main[2], to_asker[2], shared[2];
static void step(int fd) {
  char byte;
  if (read(fd, &byte, 1) != 1) die("step");
}
static void go(int fd) {
  if (write(fd, "", 1) != 1) die("go");
}

static void nothing(int signo) { (void)signo; }
/** The thread that is under the filter. Its table of descriptors is the listener's. */
static void *asker(void *unused) {
  int fd = install(SECCOMP_FILTER_FLAG_NEW_LISTENER);
  show("another listener", install(SECCOMP_FILTER_FLAG_NEW_LISTENER));
  listener = fd;
  go(to_main[1]);
  for (int i = 0; i < 9; i++) {
    long result = asked(i);
    int error = errno;
    step(to_asker[0]);
    if (i == 2) result = result == getpgid(0) ? 1 : 0;
    errno = error;
    printf("call %d ", i);
    show("answered", result);
    go(to_main[1]);
  }
  return unused;
}

static struct seccomp_notif got;
static void receive(const char *label) {
  memset(&got, 0, sizeof got);
  if (show(label, ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &got)) < 0) return;
  printf("  call %d of arch %x, arguments", got.data.nr == SYS_getpgrp, got.data.arch);
  for (int i = 0; i < 6; i++) printf(" %llu", got.data.args[i]);
  printf(", flags %u, of this process' thread %d\n", got.flags, got.pid != (unsigned)getpid());
}
static void answer(const char *label, uint64_t id, int64_t value, int error, unsigned flags) {
  struct seccomp_notif_resp response = {id, value, error, flags};
  show(label, ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response));
}
static void add(const char *label, uint64_t id, unsigned flags, int from, unsigned to, unsigned how) {
  struct seccomp_notif_addfd add = {id, flags, from, to, how};
  show(label, ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add));
}
static void show_events(const char *label) {
  struct pollfd poll_of = {listener, POLLIN | POLLOUT, 0};
  int count = poll(&poll_of, 1, 0);
  printf("%s: poll %d, events %#x\n", label, count, poll_of.revents);
}
static void answered(void) {
  go(to_asker[1]);
  step(to_main[0]);
}

int main(void) {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  struct seccomp_notif_sizes sizes;
  SHOW(syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes));
  printf("sizes %d %d %d\n", sizes.seccomp_notif, sizes.seccomp_notif_resp, sizes.seccomp_data);
  SHOW(syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 1, &sizes));
  SHOW(syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, 8));
  uint32_t action = SECCOMP_RET_USER_NOTIF;
  SHOW(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
  SHOW(install(SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_TSYNC));
  SHOW(install(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV));
  SHOW(install(64));
  IN_CHILD("without listener", install(0), SHOW(asked(0)));
  IN_CHILD("no descriptor left", setrlimit(RLIMIT_NOFILE, &(struct rlimit){3, 3}), SHOW(install(SECCOMP_FILTER_FLAG_NEW_LISTENER)), SHOW(asked(0) > 0));
  IN_CHILD("with all threads", listener = install(SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH), SHOW(listener >= 0), close(listener), SHOW(asked(0)));

  if (pipe(to_main) || pipe(to_asker) || pipe(shared)) die("pipe");
  struct sigaction action_of = {.sa_handler = nothing};
  sigaction(SIGUSR1, &action_of, NULL);
  pthread_t thread;
  pthread_create(&thread, NULL, asker, NULL);
  step(to_main[0]);
  SHOW(fcntl(listener, F_GETFD));
  SHOW(fcntl(listener, F_GETFL) & (O_ACCMODE | O_NONBLOCK));
  char path[64], text[64] = "";
  sprintf(path, "/proc/self/fd/%d", listener);
  if (readlink(path, text, sizeof text - 1) < 0) die("readlink");
  printf("%s\n", text);
  SHOW(read(listener, text, 8));
  SHOW(ioctl(listener, _IO('!', 9), 0));

  printf("== a value\n");
  receive("receive");
  show_events("received");
  uint64_t id = got.id, other = id + 100;
  SHOW(ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id));
  SHOW(ioctl(listener, ID_VALID_WRONG_DIR, &id));
  SHOW(ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &other));
  SHOW(ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &got));
  SHOW(ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, 8));
  answer("unknown flags", id, 0, 0, 2);
  answer("goes on with a value", id, 1, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
  answer("goes on with an error", id, 0, -1, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
  answer("another id", other, 0, 0, 0);
  answer("answer", id, 1234, 0, 0);
  answered();
  answer("again", id, 1234, 0, 0);
  SHOW(ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id));
  printf("== an error\n");
  receive("receive");
  printf("the next id: %d\n", got.id == id + 1);
  answer("answer", got.id, 99, -EXDEV, 0);
  answered();
  printf("== it goes on\n");
  receive("receive");
  answer("answer", got.id, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
  answered();
  printf("== a descriptor\n");
  struct pollfd coming = {listener, POLLIN, 0};
  SHOW(poll(&coming, 1, -1));
  show_events("asked");
  answer("before it is received", got.id + 1, 0, 0, 0);
  add("before it is received", got.id + 1, 0, shared[1], 0, 0);
  receive("receive");
  add("unknown flags", got.id, 8, shared[1], 0, 0);
  add("unknown flags of the descriptor", got.id, 0, shared[1], 0, O_NONBLOCK);
  add("number without flag", got.id, 0, shared[1], 30, 0);
  add("what is not open", got.id, 0, 77, 0, 0);
  add("another id", other, 0, shared[1], 0, 0);
  add("chosen", got.id, SECCOMP_ADDFD_FLAG_SETFD, shared[1], 40, O_CLOEXEC);
  SHOW(fcntl(40, F_GETFD));
  add("chosen again", got.id, SECCOMP_ADDFD_FLAG_SETFD, shared[0], 40, 0);
  SHOW(fcntl(40, F_GETFD));
  add("beyond the limit", got.id, SECCOMP_ADDFD_FLAG_SETFD, shared[1], 1 << 24, 0);
  add("the lowest", got.id, 0, shared[1], 0, 0);
  answer("answer", got.id, 5, 0, 0);
  answered();
  printf("== a descriptor that is the answer\n");
  receive("receive");
  add("add and send", got.id, SECCOMP_ADDFD_FLAG_SEND, shared[1], 0, 0);
  answered();
  printf("== a signal\n");
  receive("receive");
  pthread_kill(thread, SIGUSR1);
  answered();
  SHOW(ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &got.id));
  answer("answer", got.id, 5, 0, 0);
  printf("== a large value\n");
  receive("receive");
  answer("answer", got.id, 0x100000007, 0, 0);
  answered();
  printf("== flags\n");
  receive("receive");
  SHOW(ioctl(listener, SET_FLAGS, 1));
  SHOW(ioctl(listener, SET_FLAGS, 2));
  answer("answer", got.id, -40, 0, 0);
  answered();
  printf("== nobody listens\n");
  receive("receive");
  int left = dup(listener);
  SHOW(close(listener));
  SHOW(ioctl(left, SECCOMP_IOCTL_NOTIF_ID_VALID, &got.id));
  close(left);
  answered();
  pthread_join(thread, NULL);

  printf("== nobody is left to ask\n");
  pid_t pid = fork();
  if (pid == 0) {
    int fd = install(SECCOMP_FILTER_FLAG_NEW_LISTENER);
    dup2(fd, 50);
    pid_t grandchild = fork();
    if (grandchild == 0) _exit(7);
    int status;
    waitpid(grandchild, &status, 0);
    show_status("grandchild", status);
    listener = fd;
    show_events("a child has ended");
    _exit(0);
  }
  int status;
  waitpid(pid, &status, 0);
  show_status("child", status);
  pthread_create(&thread, NULL, asker, NULL);
  step(to_main[0]);
  receive("receive");
  IN_CHILD("the listener in a child", show_events("in the child"));
  answer("answer", got.id, 1, 0, 0);
  answered();
  for (int i = 1; i < 9; i++) {
    memset(&got, 0, sizeof got);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &got)) die("receive");
    struct seccomp_notif_resp response = {got.id, i, 0, 0};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response)) die("send");
    answered();
  }
  pthread_join(thread, NULL);
  struct pollfd end = {listener, POLLIN, 0};
  SHOW(poll(&end, 1, 10000));
  printf("events %#x\n", end.revents);
  receive("receive");
  return 0;
}
