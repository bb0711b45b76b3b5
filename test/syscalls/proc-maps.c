// /proc/self/maps: the columns, and what a mapping looks like in it.
#include "report.h"
static void show_range(const char *label, void *at, size_t length) {
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[5000];
  printf("%s\n", label);
  while (fgets(line, sizeof line, maps)) {
    unsigned long from, to;
    char rights[5], name[4096] = "";
    unsigned long offset, inode;
    unsigned major_, minor_;
    int fields = sscanf(line, "%lx-%lx %4s %lx %x:%x %lu %[^\n]", &from, &to, rights, &offset, &major_, &minor_, &inode, name);
    if (fields < 7) printf("  strange line: %s", line);
    if (to <= (unsigned long)at || from >= (unsigned long)at + length) continue;
    char *last = strrchr(name, '/');
    printf("  +%lx %lx %s %lx inode %d %s\n", from - (unsigned long)at, to - from, rights, offset, inode != 0,
           last ? last + 1 : name);
  }
  fclose(maps);
}
static int has(const char *name) {
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[5000];
  int found = 0;
  while (fgets(line, sizeof line, maps))
    if (strstr(line, name)) found++;
  fclose(maps);
  return found;
}
int main(void) {
  char *at = pages(8, PROT_READ | PROT_WRITE);
  show_range("anonymous", at, 8 * PAGE);
  mprotect(at + 2 * PAGE, PAGE, PROT_READ);
  mprotect(at + 4 * PAGE, PAGE, PROT_NONE);
  munmap(at + 6 * PAGE, PAGE);
  show_range("in pieces", at, 8 * PAGE);
  mprotect(at + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE);
  show_range("joined again", at, 4 * PAGE);
  make_file("file name", "text", 0600);
  int fd = open("file name", O_RDWR);
  ftruncate(fd, 5 * PAGE);
  mmap(at, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 3 * PAGE);
  mmap(at + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
  show_range("of a file", at, 4 * PAGE);
  unlink("file name");
  show_range("deleted", at, PAGE);
  mmap(at, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  show_range("executable", at, PAGE);
  SHOW(has("[stack]"));
  free(malloc(1000));
  SHOW(has("[heap]"));
  SHOW(has("[vdso]"));
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[5000];
  fgets(line, sizeof line, maps);
  SHOW_TRUE(line[8] == '-' && line[17] == ' ' && line[22] == ' ' && line[31] == ' ');
  SHOW(lseek(fileno(maps), 0, SEEK_SET));
  return 0;
}
