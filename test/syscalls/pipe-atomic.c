// Writes of up to 4096 bytes to a pipe are whole, between many writers; larger ones may be mixed but not lost.
#include "report.h"
#include <limits.h>

int main(void) {
  int ends[2];
  if (pipe(ends)) die("pipe");
  enum { WRITERS = 5, ROUNDS = 30 };
  for (int i = 0; i < WRITERS; i++)
    if (fork() == 0) {
      char block[PIPE_BUF];
      memset(block, 'a' + i, sizeof block);
      for (int j = 0; j < ROUNDS; j++)
        if (write(ends[1], block, sizeof block) != sizeof block) _exit(1);
      _exit(0);
    }
  close(ends[1]);
  static char all[WRITERS * ROUNDS * PIPE_BUF];
  size_t got = 0;
  for (ssize_t count; (count = read(ends[0], all + got, 3000)) > 0;) got += count;
  SHOW_TRUE(got == sizeof all);
  int torn = 0;
  for (size_t at = 0; at < got; at += PIPE_BUF)
    for (int i = 1; i < PIPE_BUF; i++) torn += all[at + i] != all[at];
  SHOW(torn);
  while (wait(NULL) > 0);
  // Nonblocking: all or nothing for small writes, a part of a large one.
  if (pipe2(ends, O_NONBLOCK)) die("pipe2");
  static char large[100000];
  SHOW(write(ends[1], large, sizeof large));
  SHOW(write(ends[1], large, 1));
  SHOW(read(ends[0], large, 4095));
  SHOW(write(ends[1], large, 4096));
  SHOW(read(ends[0], large, 1));
  SHOW(write(ends[1], large, 4096));
  SHOW(write(ends[1], large, 5000));
  close(ends[1]);
  int total = 0;
  for (ssize_t count; (count = read(ends[0], large, sizeof large)) > 0;) total += count;
  SHOW(total);
  // A large blocking write goes on as the reader takes, and answers what was written when a signal ends it.
  if (pipe(ends)) die("pipe");
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    _exit(write(ends[1], large, sizeof large) != sizeof large);
  }
  close(ends[1]);
  total = 0;
  for (ssize_t count; (count = read(ends[0], large, 1234)) > 0;) total += count;
  SHOW(total);
  show_end("writer", child);
  // The last reader leaves while a writer sleeps.
  if (pipe(ends)) die("pipe");
  child = fork();
  if (child == 0) {
    close(ends[0]);
    signal(SIGPIPE, SIG_DFL);
    for (;;)
      if (write(ends[1], large, sizeof large) < 0) _exit(1);
  }
  close(ends[1]);
  SHOW(read(ends[0], large, 10));
  usleep(5000);
  close(ends[0]);
  show_end("writer", child);
  return 0;
}
