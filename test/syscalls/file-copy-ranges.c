// copy_file_range: offsets, overlaps, ends, appending and directories.
#include "report.h"

int main(void) {
  make_file("in", "0123456789", 0600);
  int in = open("in", O_RDWR), out = open("out", O_RDWR | O_CREAT, 0600), append = open("out", O_WRONLY | O_APPEND), dir = open(".", O_RDONLY), pair[2];
  pipe(pair);
  loff_t from = 2, to = 5;
  SHOW(copy_file_range(in, &from, out, &to, 4, 0)), SHOW(from), SHOW(to), SHOW(lseek(in, 0, SEEK_CUR)), SHOW(lseek(out, 0, SEEK_CUR)), show_file("out");
  SHOW(copy_file_range(in, NULL, out, NULL, 3, 0)), SHOW(lseek(in, 0, SEEK_CUR)), SHOW(lseek(out, 0, SEEK_CUR)), show_file("out");
  SHOW(copy_file_range(in, NULL, out, NULL, 100, 0)), SHOW(copy_file_range(in, NULL, out, NULL, 100, 0)), show_file("out");
  from = 0, to = 5, SHOW(copy_file_range(in, &from, in, &to, 5, 0)), from = 0, to = 2, SHOW(copy_file_range(in, &from, in, &to, 5, 0)), show_file("in");
  from = 100, SHOW(copy_file_range(in, &from, out, NULL, 5, 0)), from = -1, SHOW(copy_file_range(in, &from, out, NULL, 5, 0));
  SHOW(copy_file_range(in, NULL, append, NULL, 5, 0)), SHOW(copy_file_range(dir, NULL, out, NULL, 5, 0)), SHOW(copy_file_range(in, NULL, pair[1], NULL, 5, 0)), SHOW(copy_file_range(in, NULL, out, NULL, 5, 1)), SHOW(copy_file_range(99, NULL, out, NULL, 5, 0)), SHOW(copy_file_range(append, NULL, out, NULL, 5, 0));
  return 0;
}
