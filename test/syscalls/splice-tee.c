// tee leaves the bytes where they are; vmsplice puts memory into a pipe, and takes it out.
#include "report.h"
#include <sys/uio.h>

int main(void) {
  int one[2], two[2];
  char text[64] = {};
  pipe(one), pipe(two);
  write(one[1], "twice", 5);
  SHOW(tee(one[0], two[1], 3, 0));
  SHOW(tee(one[0], two[1], 64, 0));
  SHOW(read(two[0], text, 64));
  printf("%s\n", text);
  memset(text, 0, sizeof text);
  SHOW(read(one[0], text, 64));
  printf("%s\n", text);
  SHOW(tee(one[0], two[1], 64, SPLICE_F_NONBLOCK));
  pid_t child = fork();
  if (child == 0) _exit(tee(one[0], two[1], 64, 0));
  usleep(20000);
  write(one[1], "ab", 2);
  show_end("waited", child);
  SHOW(read(one[0], text, 64));
  SHOW(read(two[0], text, 64));
  struct iovec vectors[] = {{"gathered ", 9}, {"", 0}, {"bytes", 5}};
  SHOW(vmsplice(one[1], vectors, 3, 0));
  memset(text, 0, sizeof text);
  struct iovec parts[] = {{text, 4}, {text + 32, 30}};
  SHOW(vmsplice(one[0], parts, 2, 0));
  printf("%s|%s\n", text, text + 32);
  SHOW(vmsplice(one[0], parts, 2, SPLICE_F_NONBLOCK));
  SHOW(vmsplice(one[1], vectors, 0, 0));
  close(one[1]);
  SHOW(tee(one[0], two[1], 64, 0));
  SHOW(vmsplice(one[0], parts, 2, 0));
  return 0;
}
