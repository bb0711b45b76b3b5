// execve: every way in which it answers an error and the caller lives on.
#include "report.h"
#include <elf.h>

static void patch(const char *name, const char *self, int offset, int byte) {
  static char head[4096];
  int from = open(self, O_RDONLY), to = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0755);
  ssize_t count = read(from, head, sizeof head);
  head[offset] = byte;
  if (write(to, head, count) != count) die("write");
  close(from);
  close(to);
}

int main(int argc, char **argv) {
  char *none[] = {NULL}, *bad[] = {(char *)16, NULL};
#define TRY(path) SHOW(execve(path, none, none))
  TRY("missing");
  TRY("");
  TRY("/");
  TRY("no/such/folder");
  make_file("text", "hello\n", 0755);
  TRY("text");
  TRY("text/below");
  make_file("empty", "", 0755);
  TRY("empty");
  make_file("closed", "\177ELF", 0644);
  TRY("closed");
  make_file("short", "\177ELF\1\1\1", 0755);
  TRY("short");
  symlink("ring-b", "ring-a");
  symlink("ring-a", "ring-b");
  TRY("ring-a");
  symlink("missing", "dangling");
  TRY("dangling");
  mkfifo("pipe", 0777);
  TRY("pipe");
  TRY("/dev/null");
  char name[5000];
  memset(name, 'n', sizeof name);
  name[300] = 0;
  SHOW(execve(name, none, none));
  for (int i = 0; i < 4998; i += 2) memcpy(name + i, "./", 2);
  name[4998] = 0;
  SHOW(execve(name, none, none));
  SHOW(execve((char *)16, none, none));
  SHOW(execve("/proc/self/exe", bad, none));
  SHOW(execve("/proc/self/exe", none, bad));
  SHOW(execve("/proc/self/exe", (char **)16, none));
  patch("object", argv[0], 16, ET_REL);
  TRY("object");
  patch("machine", argv[0], 18, EM_ARM);
  TRY("machine");
  patch("phentsize", argv[0], 42, 31);
  TRY("phentsize");
  patch("phnum", argv[0], 44, 0);
  TRY("phnum");
  int fd = open("phentsize", O_WRONLY);
  TRY("phentsize");
  close(fd);
  // Writing to a program that runs.
  SHOW(open("/proc/self/exe", O_WRONLY));
  SHOW(truncate(argv[0], 1 << 30));
  return 0;
}
