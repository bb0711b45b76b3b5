// O_APPEND: every write goes to the end, whoever wrote before and wherever the position is.
#include "report.h"

int main(void) {
  int first = open("file", O_RDWR | O_CREAT | O_APPEND, 0600), second = open("file", O_WRONLY | O_APPEND), plain = open("file", O_RDWR);
  SHOW(write(first, "one ", 4));
  SHOW(write(second, "two ", 4));
  SHOW(lseek(first, 0, SEEK_SET));
  SHOW(write(first, "three ", 6));
  SHOW(lseek(first, 0, SEEK_CUR));
  SHOW(pwrite(first, "four ", 5, 0));
  SHOW(lseek(first, 0, SEEK_CUR));
  show_file("file");
  SHOW(write(plain, "ONE", 3));
  show_file("file");
  SHOW(fcntl(plain, F_SETFL, O_APPEND));
  SHOW(write(plain, "end ", 4));
  SHOW(fcntl(plain, F_SETFL, 0));
  SHOW(pwrite(plain, "TWO", 3, 4));
  SHOW(ftruncate(first, 8));
  SHOW(write(second, "cut ", 4));
  show_file("file");
  // The position is that of the open file, shared by dup and fork.
  SHOW(lseek(plain, 0, SEEK_SET));
  IN_CHILD("child", lseek(plain, 2, SEEK_CUR));
  int copy = dup(plain);
  SHOW(lseek(copy, 1, SEEK_CUR));
  SHOW(write(plain, "#", 1));
  show_file("file");
  // Sparse: what was never written reads as zeros.
  SHOW(pwrite(plain, "far", 3, 9000));
  static char all[9003];
  SHOW(pread(plain, all, sizeof all, 0));
  int zeros = 0;
  for (int i = 12; i < 9000; i++) zeros += all[i] == 0;
  SHOW(zeros);
  // Several processes append lines; none is torn.
  int log = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600);
  for (int i = 0; i < 4; i++)
    if (fork() == 0) {
      char line[16];
      memset(line, 'a' + i, 15);
      line[15] = '\n';
      for (int j = 0; j < 50; j++)
        if (write(log, line, 16) != 16) _exit(1);
      _exit(0);
    }
  while (wait(NULL) > 0);
  FILE *in = fopen("log", "r");
  int lines = 0, torn = 0, counts[4] = {0};
  char line[64];
  while (fgets(line, sizeof line, in)) {
    lines++;
    counts[line[0] - 'a']++;
    torn += strspn(line, (char[]){line[0], 0}) != 15;
  }
  printf("%d lines, %d torn, %d %d %d %d\n", lines, torn, counts[0], counts[1], counts[2], counts[3]);
  return 0;
}
