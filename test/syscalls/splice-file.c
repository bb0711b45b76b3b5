// splice between files and pipes: offsets, positions, ends of files, limits of a pipe.
#include "report.h"

int main(void) {
  int pair[2];
  char text[64] = {};
  make_file("in", "0123456789", 0600);
  int in = open("in", O_RDONLY), out = open("out", O_RDWR | O_CREAT, 0600);
  pipe(pair);
  SHOW(splice(in, NULL, pair[1], NULL, 4, 0));
  SHOW(lseek(in, 0, SEEK_CUR));
  loff_t at = 7;
  SHOW(splice(in, &at, pair[1], NULL, 100, 0));
  SHOW(at);
  SHOW(lseek(in, 0, SEEK_CUR));
  SHOW(splice(pair[0], NULL, out, NULL, 5, 0));
  SHOW(lseek(out, 0, SEEK_CUR));
  at = 20;
  SHOW(splice(pair[0], NULL, out, &at, 100, 0));
  SHOW(at);
  SHOW(lseek(out, 0, SEEK_CUR));
  SHOW(pread(out, text, 64, 0));
  printf("%.5s|%.2s\n", text, text + 20);
  SHOW(splice(pair[0], NULL, out, NULL, 5, SPLICE_F_NONBLOCK));
  at = 100;
  SHOW(splice(in, &at, pair[1], NULL, 5, 0));
  SHOW(splice(in, NULL, pair[1], NULL, 0, 0));
  // A pipe takes what it has room for.
  SHOW(ftruncate(out, 200000));
  at = 0;
  SHOW(splice(out, &at, pair[1], NULL, 200000, 0));
  SHOW(splice(out, &at, pair[1], NULL, 1, SPLICE_F_NONBLOCK));
  close(pair[1]);
  at = 0;
  SHOW(splice(pair[0], NULL, out, &at, 200000, 0));
  SHOW(splice(pair[0], NULL, out, &at, 200000, 0));
  return 0;
}
