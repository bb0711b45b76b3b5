// Resource limits: reading, setting, and what each forbids.
#include "report.h"
#include <sys/ioctl.h>

static volatile int got;
static void handler(int signo) { got = signo; }

int main(void) {
  struct rlimit limit;
  struct rlimit64 wide;
  SHOW(getrlimit(RLIMIT_NOFILE, &limit));
  SHOW(getrlimit(16, &limit));
  SHOW(setrlimit(16, &limit));
  SHOW(getrlimit(RLIMIT_NOFILE, (void *)16));
  limit = (struct rlimit){5, 4};
  SHOW(setrlimit(RLIMIT_NOFILE, &limit));
  limit = (struct rlimit){8, 10};
  SHOW(setrlimit(RLIMIT_NOFILE, &limit));
  SHOW(prlimit64(0, RLIMIT_NOFILE, NULL, &wide));
  printf("%lld %lld\n", (long long)wide.rlim_cur, (long long)wide.rlim_max);
  int count = 0, fd;
  while ((fd = open("/dev/null", O_RDONLY)) >= 0) count++;
  printf("%d opened, then %s\n", count, strerrorname_np(errno));
  SHOW(dup(0));
  SHOW(dup2(0, 8));
  SHOW(dup2(0, 7));
  SHOW(fcntl(0, F_DUPFD, 8));
  int pair[2];
  SHOW(pipe(pair));
  close(7);
  SHOW(pipe(pair));
  SHOW(fcntl(7, F_GETFD));
  for (int i = 3; i < 8; i++) close(i);
  wide = (struct rlimit64){RLIM64_INFINITY, RLIM64_INFINITY};
  SHOW(prlimit64(0, RLIMIT_CORE, NULL, &wide));
  wide.rlim_cur = 0;
  SHOW(prlimit64(getpid(), RLIMIT_CORE, &wide, NULL));
  SHOW(prlimit64(99999, RLIMIT_CORE, NULL, &wide));
  // File size: the signal, then EFBIG.
  signal(SIGXFSZ, handler);
  limit = (struct rlimit){10, RLIM_INFINITY};
  SHOW(setrlimit(RLIMIT_FSIZE, &limit));
  // Output is a file as well: nothing is written to it until the limit is gone.
  char text[1024];
  int used = 0;
#define KEEP(call) (used += snprintf(text + used, sizeof text - used, "%s = %ld %s\n", #call, (long)(call), errno ? strerrorname_np(errno) : ""), errno = 0)
  errno = 0;
  fd = open("file", O_RDWR | O_CREAT, 0600);
  KEEP(write(fd, "12345678", 8));
  KEEP(write(fd, "12345678", 8));
  KEEP(got);
  KEEP(write(fd, "12345678", 8));
  KEEP(got == SIGXFSZ);
  got = 0;
  KEEP(ftruncate(fd, 11));
  KEEP(got == SIGXFSZ);
  KEEP(ftruncate(fd, 9));
  KEEP(pwrite(fd, "x", 1, 10));
  limit.rlim_cur = RLIM_INFINITY;
  setrlimit(RLIMIT_FSIZE, &limit);
  fputs(text, stdout);
  IN_CHILD("default", limit.rlim_cur = 0; setrlimit(RLIMIT_FSIZE, &limit); signal(SIGXFSZ, SIG_DFL);
           pwrite(fd, "x", 1, 100));
  IN_CHILD("children have them", getrlimit(RLIMIT_NOFILE, &limit); _exit(limit.rlim_cur + limit.rlim_max));
  // CPU time.
  IN_CHILD("processor time", limit = (struct rlimit){1, 2}; setrlimit(RLIMIT_CPU, &limit); for (;;));
  // The two old calls show at most 2^31 - 1.
  SHOW(syscall(SYS_getrlimit, RLIMIT_NOFILE, &limit));
  printf("%ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
  SHOW(syscall(SYS_getrlimit, RLIMIT_RTTIME, &limit));
  printf("%#lx %#lx\n", (long)limit.rlim_cur, (long)limit.rlim_max);
  SHOW(syscall(SYS_ugetrlimit, RLIMIT_RTTIME, &limit));
  printf("%#lx %#lx\n", (long)limit.rlim_cur, (long)limit.rlim_max);
  return 0;
}
