// /proc/self/maps: permissions and names of several kinds of mappings.
#include "report.h"

static void line_of(const void *address) {
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[512];
  while (fgets(line, sizeof line, maps)) {
    unsigned long start, end, offset;
    char permissions[5], name[256] = "";
    sscanf(line, "%lx-%lx %4s %lx %*s %*s %255[^\n]", &start, &end, permissions, &offset, name);
    if ((unsigned long)address < start || (unsigned long)address >= end) continue;
    char *base = strrchr(name, '/');
    printf("%s %lx %lu pages \"%s\"\n", permissions, offset, (end - start) / PAGE, base ? base : name);
  }
  fclose(maps);
}

int main(void) {
  make_file("file", "x", 0600);
  int fd = open("file", O_RDWR), memory = memfd_create("mem", 0);
  ftruncate(fd, 4 * PAGE), ftruncate(memory, PAGE);
  line_of(mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, fd, PAGE));
  line_of(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
  line_of(mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED, memory, 0));
  line_of(mmap(NULL, PAGE, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  char *deleted = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 3 * PAGE);
  unlink("file"), line_of(deleted);
  int stack_variable;
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[512];
  int stacks = 0, heaps = 0, vdsos = 0;
  malloc(10);
  while (fgets(line, sizeof line, maps)) stacks += strstr(line, "[stack]") != NULL, heaps += strstr(line, "[heap]") != NULL, vdsos += strstr(line, "[vdso]") != NULL;
  SHOW(stacks), SHOW(heaps), SHOW(vdsos);
  return 0;
}
