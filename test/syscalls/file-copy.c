// sendfile, copy_file_range: positions, offsets, short files, refusals.
#include "report.h"
#include <sys/sendfile.h>

int main(void) {
  make_file("from", "0123456789", 0644);
  make_file("to", "", 0644);
  int in = open("from", O_RDONLY), out = open("to", O_RDWR);
  int ends[2];
  pipe(ends);
  char text[32] = "";
  SHOW(sendfile(out, in, NULL, 4));
  SHOW(lseek(in, 0, SEEK_CUR));
  off_t at = 8;
  SHOW(sendfile(out, in, &at, 100));
  printf("%ld\n", (long)at);
  SHOW(lseek(in, 0, SEEK_CUR));
  show_file("to");
  SHOW(sendfile(ends[1], in, NULL, 3));
  SHOW(read(ends[0], text, 9));
  printf("%s\n", text);
  SHOW(sendfile(in, out, NULL, 3));
  SHOW(sendfile(out, ends[0], NULL, 3));
  at = -1;
  SHOW(sendfile(out, in, &at, 3));
  SHOW(sendfile(out, in, (void *)8, 3));
  SHOW(sendfile(out, 99, NULL, 3));
  lseek(in, 0, SEEK_END);
  SHOW(sendfile(out, in, NULL, 3));
  int append = open("to", O_WRONLY | O_APPEND);
  lseek(in, 0, SEEK_SET);
  SHOW(sendfile(append, in, NULL, 3));
  SHOW(copy_file_range(in, NULL, append, NULL, 3, 0));
  lseek(out, 0, SEEK_SET);
  SHOW(copy_file_range(in, NULL, out, NULL, 3, 0));
  printf("%ld %ld\n", (long)lseek(in, 0, SEEK_CUR), (long)lseek(out, 0, SEEK_CUR));
  int64_t from = 5, to = 12;
  SHOW(copy_file_range(in, &from, out, &to, 100, 0));
  printf("%ld %ld\n", (long)from, (long)to);
  int fd = open("to", O_RDONLY);
  ssize_t got = read(fd, text, sizeof text);
  for (int i = 0; i < got; i++) printf("%c", text[i] ? text[i] : '.');
  printf("\n");
  SHOW(copy_file_range(in, NULL, out, NULL, 1, 1));
  SHOW(copy_file_range(in, NULL, ends[1], NULL, 1, 0));
  SHOW(copy_file_range(out, NULL, in, NULL, 1, 0));
  from = 0, to = 1;
  SHOW(copy_file_range(out, &from, out, &to, 5, 0));
  from = 100;
  SHOW(copy_file_range(in, &from, out, &to, 5, 0));
  return 0;
}
