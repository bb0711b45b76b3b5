// What --strace prints is compared with strace's own lines: calls of each kind of argument, failures, a signal,
// processes that wait, die and execute. Comparison begins behind the first line of write(-1, "begin").
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static void handler(int signo) {}

static void files(void) {
  char buf[64];
  struct stat st;
  int fd = open("file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  write(fd, "hello\0\1\n\"x\\\0017\377", 14);
  lseek(fd, 0, SEEK_SET);
  read(fd, buf, 5);
  fstat(fd, &st);
  stat(".", &st);
  stat("/dev/null", &st);
  struct iovec v[2] = {{"ab", 2}, {"a string of more than thirty-two bytes", 38}};
  writev(fd, v, 2);
  pread(fd, buf, 40, 14);
  pwrite(fd, "x", 1, 0x123456789);
  struct iovec w[2] = {{buf, 3}, {buf + 8, 8}};
  lseek(fd, 14, SEEK_SET);
  readv(fd, w, 2);
  flock(fd, LOCK_EX | LOCK_NB);
  ftruncate(fd, 5);
  close(fd);
  close(99);
  open("/nonexistent/\t\"quoted\"", O_RDONLY);
  open("file", O_RDONLY | O_DIRECTORY);
  access("file", R_OK | W_OK);
  access("file", F_OK);
  mkdir("/nonexistent/x", 0755);
  rename("file", "other");
  symlink("other", "link");
  readlink("link", buf, 64);
  unlink("link");
  unlink("other");
  chmod("/nonexistent", 04711);
  mkdir("empty", 0700);
  int dir = open("empty", O_RDONLY | O_DIRECTORY);
  while (syscall(SYS_getdents64, dir, buf, sizeof buf) > 0)
    ;
  close(dir);
  rmdir("empty");
  fd = dup2(1, 9);
  fcntl(fd, F_GETFD);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_DUPFD, 20);
  struct termios t;
  ioctl(99, TCGETS, &t);
  ioctl(99, FIONREAD, buf);
}

static void memory(void) {
  void *m = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(m, 4096, PROT_NONE);
  madvise(m, 4096, MADV_DONTNEED);
  munmap(m, 8192);
}

static void limits(void) {
  struct rlimit r = {1 << 30, RLIM_INFINITY};
  setrlimit(RLIMIT_AS, &r);
  getrlimit(RLIMIT_AS, &r);
}

static void signals(void) {
  struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaddset(&sa.sa_mask, SIGINT);
  sigaction(SIGUSR1, &sa, 0);
  sigset_t s;
  sigemptyset(&s);
  sigaddset(&s, SIGUSR2);
  sigaddset(&s, SIGRTMIN + 1);
  sigprocmask(SIG_BLOCK, &s, 0);
  sigfillset(&s);
  sigprocmask(SIG_SETMASK, 0, &s);
  kill(getpid(), SIGUSR1);
  stack_t stack = {.ss_flags = SS_DISABLE};
  sigaltstack(&stack, &stack);
}

static void waits(void) {
  char buf[64];
  int p[2];
  pipe(p);
  struct pollfd pf[2] = {{p[0], POLLIN}, {p[1], POLLIN | POLLOUT}};
  poll(pf, 1, 0);
  write(p[1], "x", 1);
  poll(pf, 2, -1);
  fd_set f;
  FD_ZERO(&f);
  FD_SET(p[0], &f);
  struct timeval zero = {0, 0};
  select(1, 0, 0, 0, &zero);
  select(p[0] + 1, &f, 0, 0, 0);
  struct timespec ts = {0, 1000};
  nanosleep(&ts, 0);
  int ep = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event e = {EPOLLIN | EPOLLET, {.u32 = 7}};
  epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e);
  epoll_wait(ep, &e, 1, 0);
  eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC);
  fcntl(p[0], F_SETFL, O_NONBLOCK);
  read(p[0], buf, 10);
  read(p[0], buf, 10);
  struct itimerval it = {{0, 0}, {100, 0}};
  setitimer(ITIMER_VIRTUAL, &it, 0);
}

static void sockets(void) {
  char buf[64];
  int s[2];
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s);
  send(s[0], "msg", 3, MSG_DONTWAIT);
  recv(s[1], buf, 10, 0);
  shutdown(s[0], SHUT_WR);
  struct sockaddr_un a = {AF_UNIX, "/nonexistent/socket"};
  int n = socket(AF_UNIX, SOCK_DGRAM, 0);
  connect(n, (void *)&a, sizeof a);
}

static void processes(void) {
  int status;
  int go[2];
  pipe(go);
  // The parent waits before the child does anything.
  if (fork() == 0) {
    char c;
    read(go[0], &c, 1);
    _exit(3);
  }
  struct timespec ts = {0, 50000000};
  nanosleep(&ts, 0);
  write(go[1], "g", 1);
  wait(&status);
  if (fork() == 0) *(volatile int *)4 = 1;
  wait(&status);
  if (fork() == 0) {
    execl("/nonexistent/prog", "prog", "an argument", (char *)0);
    execl("/proc/self/exe", "again", "again", (char *)0);
  }
  wait(&status);
}

int main(int argc, char **argv) {
  if (argc == 1) {
    write(-1, "begin", 5);
    files();
    memory();
    limits();
    signals();
    waits();
    sockets();
    processes();
    struct utsname u;
    uname(&u);
    kill(getpid(), SIGTERM);
  }
  _exit(7);
}
