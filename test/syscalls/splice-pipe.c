// splice from pipe to pipe, waiting for bytes and for room, a reader that is gone.
#include "report.h"

static void on_pipe(int signo) { write(1, "SIGPIPE\n", 8); }

int main(void) {
  int one[2], two[2];
  char text[64] = {};
  signal(SIGPIPE, on_pipe);
  pipe(one), pipe(two);
  SHOW(splice(one[0], NULL, two[1], NULL, 10, SPLICE_F_NONBLOCK));
  write(one[1], "hello world", 11);
  SHOW(splice(one[0], NULL, two[1], NULL, 5, 0));
  SHOW(read(two[0], text, 64));
  printf("%s\n", text);
  SHOW(splice(one[0], NULL, two[1], NULL, 50, SPLICE_F_MOVE | SPLICE_F_MORE));
  SHOW(read(two[0], text, 64));
  pid_t child = fork();
  if (child == 0) {
    close(one[1]);
    _exit(splice(one[0], NULL, two[1], NULL, 50, 0));
  }
  usleep(20000);
  write(one[1], "late", 4);
  show_end("waited for bytes", child);
  SHOW(read(two[0], text, 64));
  fcntl(two[1], F_SETPIPE_SZ, 4096);
  static char page[4096];
  write(two[1], page, 4096);
  write(one[1], "more", 4);
  SHOW(splice(one[0], NULL, two[1], NULL, 4, SPLICE_F_NONBLOCK));
  child = fork();
  if (child == 0) _exit(splice(one[0], NULL, two[1], NULL, 4, 0));
  usleep(20000);
  SHOW(read(two[0], page, 4096));
  show_end("waited for room", child);
  SHOW(read(two[0], text, 64));
  SHOW(splice(one[0], NULL, one[1], NULL, 4, 0));
  write(one[1], "lost", 4);
  close(two[0]);
  SHOW(splice(one[0], NULL, two[1], NULL, 4, 0));
  SHOW(read(one[0], text, 64));
  close(one[1]);
  pipe(two);
  SHOW(splice(one[0], NULL, two[1], NULL, 4, 0));
  return 0;
}
