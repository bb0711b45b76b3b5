// What the cases of this folder share: reports that are the same on every run. No address, process id or
// time is ever printed; a failed call shows the name of its error. Output is written line by line, so that
// fork copies no text.
#ifndef REPORT_H
#define REPORT_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

__attribute__((constructor)) static void line_by_line(void) { setvbuf(stdout, NULL, _IOLBF, BUFSIZ); }

/** `label = 3` or `label = ENOENT`; only for results that do not change from run to run. */
static inline long show(const char *label, long result) {
  int error = errno;
  if (result == -1)
    printf("%s = %s\n", label, strerrorname_np(error));
  else
    printf("%s = %ld\n", label, result);
  errno = error;
  return result;
}
#define SHOW(call) show(#call, (long)(call))

/** `label = ok` or the error: for calls whose result is an id or an address. */
static inline long show_ok(const char *label, long result) {
  printf("%s = %s\n", label, result == -1 ? strerrorname_np(errno) : "ok");
  return result;
}
#define SHOW_OK(call) show_ok(#call, (long)(call))

#define SHOW_TRUE(condition) printf("%s: %s\n", #condition, (condition) ? "yes" : "no")

static inline void show_status(const char *label, int status) {
  if (WIFEXITED(status))
    printf("%s: exited %d\n", label, WEXITSTATUS(status));
  else if (WIFSIGNALED(status))
    printf("%s: killed by SIG%s\n", label, sigabbrev_np(WTERMSIG(status)));
  else if (WIFSTOPPED(status))
    printf("%s: stopped by SIG%s\n", label, sigabbrev_np(WSTOPSIG(status)));
  else if (WIFCONTINUED(status))
    printf("%s: continued\n", label);
  else
    printf("%s: %#x\n", label, status);
}

/** Waits for one child and shows its end. */
static inline void show_end(const char *label, pid_t pid) {
  int status;
  pid_t got;
  do
    got = waitpid(pid, &status, __WALL);
  while (got < 0 && errno == EINTR);
  if (got != pid)
    printf("%s: wait failed: %s\n", label, strerrorname_np(errno));
  else
    show_status(label, status);
}

/** Runs statements in a child, which exits 0 behind them, and shows its end. */
#define IN_CHILD(label, ...)  \
  do {                        \
    pid_t child_ = fork();    \
    if (child_ == 0) {        \
      __VA_ARGS__;            \
      _exit(0);               \
    }                         \
    show_end(label, child_);  \
  } while (0)

static inline void die(const char *what) {
  printf("%s: %s\n", what, strerrorname_np(errno));
  exit(99);
}

/** An empty or filled regular file, made anew. */
static inline void make_file(const char *path, const char *content, mode_t mode) {
  int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (fd < 0 || write(fd, content, strlen(content)) != (ssize_t)strlen(content) || fchmod(fd, mode)) die(path);
  close(fd);
}

/** The whole file as one line, control characters as dots. */
static inline void show_file(const char *path) {
  char text[512];
  int fd = open(path, O_RDONLY);
  ssize_t count = fd < 0 ? -1 : read(fd, text, sizeof text);
  if (count < 0) {
    printf("%s: %s\n", path, strerrorname_np(errno));
  } else {
    for (ssize_t i = 0; i < count; i++)
      if (text[i] < ' ' || text[i] > '~') text[i] = '.';
    printf("%s: \"%.*s\"\n", path, (int)count, text);
  }
  if (fd >= 0) close(fd);
}

/** Fresh private anonymous memory. */
static inline char *pages(int count, int protection) {
  char *at = mmap(NULL, count * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) die("mmap");
  return at;
}
#endif
