// /proc/self/mem: memory as a file.
#define _FILE_OFFSET_BITS 64
#include "report.h"
int main(void) {
  char *at = pages(3, PROT_READ | PROT_WRITE), text[32];
  strcpy(at, "in memory");
  int fd = open("/proc/self/mem", O_RDWR);
  SHOW_OK(fd);
  memset(text, 0, sizeof text);
  SHOW(pread(fd, text, 9, (uintptr_t)at));
  printf("%s\n", text);
  SHOW(pwrite(fd, "BY FILE", 7, (uintptr_t)at));
  printf("%s\n", at);
  mprotect(at, PAGE, PROT_READ);
  SHOW(pwrite(fd, "read-only", 9, (uintptr_t)at));
  printf("%s\n", at);
  mprotect(at, PAGE, PROT_NONE);
  SHOW(pread(fd, text, 4, (uintptr_t)at));
  munmap(at + PAGE, PAGE);
  SHOW(pread(fd, text, 4, (uintptr_t)at + PAGE));
  SHOW(pread(fd, text, 16, (uintptr_t)at + PAGE - 8));
  SHOW(pwrite(fd, text, 4, (uintptr_t)at + PAGE));
  SHOW(pread(fd, text, 4, 0));
  SHOW_TRUE(lseek(fd, (uintptr_t)at, SEEK_SET) == (off_t)(uintptr_t)at);
  SHOW(read(fd, text, 4));
  printf("%.4s\n", text);
  pid_t child = fork();
  if (child == 0) {
    mprotect(at, PAGE, PROT_READ | PROT_WRITE);
    strcpy(at, "child's own");
    pause();
    _exit(0);
  }
  usleep(50000);
  char path[64];
  sprintf(path, "/proc/%d/mem", child);
  int other = open(path, O_RDONLY);
  SHOW(pread(other, text, 11, (uintptr_t)at));
  printf("%.11s\n", text);
  kill(child, SIGKILL);
  wait(NULL);
  SHOW(pread(other, text, 11, (uintptr_t)at));
  return 0;
}
