// MAP_PRIVATE of a file: writes stay here; the rest of the last page is zero and never reaches the file.
#include "report.h"

int main(void) {
  make_file("file", "0123456789", 0600);
  int fd = open("file", O_RDWR);
  char *private = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  char *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  int sum = 0;
  for (int i = 10; i < PAGE; i++) sum += private[i] + shared[i];
  SHOW(sum);
  // Until it is written the private page is the file's.
  shared[0] = 'S';
  printf("private %.10s\n", private);
  private[1] = 'P';
  shared[2] = 'Q';
  printf("private %.10s, shared %.10s\n", private, shared);
  show_file("file");
  shared[10] = 'Z';
  show_file("file");
  IN_CHILD("child", private[3] = 'C'; printf("child %.10s\n", private));
  printf("parent %.10s\n", private);
  // A system call that writes into a private page copies it too.
  char *other = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  int source = open("source", O_RDWR | O_CREAT, 0600);
  SHOW(write(source, "abc", 3));
  SHOW(pread(source, other + 4, 3, 0));
  printf("other %.10s, shared %.10s\n", other, shared);
  // Writable although the descriptor is for reading only.
  char *readable = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, open("file", O_RDONLY), 0);
  SHOW(pread(source, readable, 3, 0));
  SHOW(mprotect(readable, PAGE, PROT_READ | PROT_WRITE));
  readable[0] = 'R';
  show_file("file");
  return 0;
}
