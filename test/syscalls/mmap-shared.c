// MAP_SHARED of a file: one content, whether by read and write, by this mapping or another, or in a child.
#include "report.h"

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  SHOW(ftruncate(fd, 3 * PAGE));
  char *first = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *second = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGE);
  char *reader = mmap(NULL, 3 * PAGE, PROT_READ, MAP_SHARED, open("file", O_RDONLY), 0);
  strcpy(first + PAGE, "by the first");
  printf("second sees \"%s\", reader \"%s\"\n", second, reader + PAGE);
  char text[32] = {0};
  SHOW(pread(fd, text, 12, PAGE));
  printf("read sees \"%s\"\n", text);
  SHOW(pwrite(fd, "BY WRITE", 8, PAGE));
  printf("mappings see \"%s\" \"%s\"\n", first + PAGE, second);
  IN_CHILD("child", strcpy(second, "by the child"));
  printf("parent sees \"%s\"\n", first + PAGE);
  close(fd);
  strcpy(second + 3, "after close");
  printf("reader \"%s\"\n", reader + PAGE);
  SHOW(munmap(first, 3 * PAGE));
  printf("second still \"%s\"\n", second);
  unlink("file");
  second[0] = 'B';
  printf("reader \"%s\"\n", reader + PAGE);
  // Errors of rights: shared and writable wants a descriptor for both.
  make_file("closed", "x", 0600);
  int only_read = open("closed", O_RDONLY), only_write = open("closed", O_WRONLY), append = open("closed", O_RDWR | O_APPEND);
  SHOW_OK(mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, only_read, 0));
  SHOW_OK(mmap(NULL, 1, PROT_READ, MAP_SHARED, only_write, 0));
  SHOW_OK(mmap(NULL, 1, PROT_NONE, MAP_PRIVATE, only_write, 0));
  SHOW_OK(mmap(NULL, 1, PROT_WRITE, MAP_PRIVATE, only_read, 0));
  SHOW_OK(mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, append, 0));
  SHOW_OK(mmap(NULL, 1, PROT_READ, MAP_SHARED, append, 0));
  char *grant = mmap(NULL, 1, PROT_READ, MAP_SHARED, only_read, 0);
  SHOW(mprotect(grant, PAGE, PROT_READ | PROT_WRITE));
  SHOW(mprotect(grant, PAGE, PROT_READ | PROT_EXEC));
  int folder = open(".", O_RDONLY), ends[2];
  SHOW_OK(mmap(NULL, 1, PROT_READ, MAP_PRIVATE, folder, 0));
  SHOW(pipe(ends));
  SHOW_OK(mmap(NULL, 1, PROT_READ, MAP_PRIVATE, ends[0], 0));
  SHOW_OK(syscall(SYS_mmap2, NULL, PAGE, PROT_READ, MAP_SHARED, only_read, 0xfffff));
  SHOW_OK(syscall(SYS_mmap2, NULL, 2 * PAGE, PROT_READ, MAP_SHARED, only_read, 0xffffffff));
  return 0;
}
