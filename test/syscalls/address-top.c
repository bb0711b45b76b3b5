// ADDR_LIMIT_3GB of personality(2): the address space of the programs run from then on ends at 3 GiB, as on an old host.
#include "report.h"
#include <sys/personality.h>

/** End of the highest mapping that /proc/self/maps tells of, but the vsyscall's. */
static unsigned long highest(void) {
  FILE *file = fopen("/proc/self/maps", "r");
  char line[512];
  unsigned long top = 0, start, end;
  while (fgets(line, sizeof line, file))
    if (sscanf(line, "%lx-%lx", &start, &end) == 2 && end > top) top = end;
  fclose(file);
  return top;
}
static void *map_at(unsigned long address) {
  return mmap((void *)address, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
}

int main(int argc, char **argv) {
  if (argc == 1) {
    IN_CHILD("limited", {
      personality(personality(0xffffffff) | ADDR_LIMIT_3GB);
      execl("/proc/self/exe", "address-top", "limited", NULL);
    });
    IN_CHILD("limited, and its child", {
      personality(personality(0xffffffff) | ADDR_LIMIT_3GB);
      execl("/proc/self/exe", "address-top", "fork", NULL);
    });
    SHOW_OK(map_at(0xd0000000));
    return 0;
  }
  if (!strcmp(argv[1], "fork")) {
    pid_t pid = fork();
    if (pid) {
      show_end("child", pid);
      return 0;
    }
  }
  printf("top %#lx\n", highest());
  SHOW_TRUE((unsigned long)&argc < 0xc0000000);
  SHOW_OK(map_at(0xb0000000));
  SHOW_OK(map_at(0xbfffe000));
  SHOW_OK(map_at(0xc0000000));
  SHOW_OK(map_at(0xd0000000));
  SHOW_OK(map_at(0xffffd000));
  SHOW(munmap((void *)0xc0000000, PAGE));
  SHOW(munmap((void *)0xbffff000, 2 * PAGE));
  SHOW(mprotect((void *)0xc0000000, PAGE, PROT_READ));
  SHOW_OK(mmap((void *)0xe0000000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  SHOW_TRUE((unsigned long)mmap((void *)0xe0000000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) < 0xc0000000);
  int ends[2];
  if (pipe(ends)) die("pipe");
  SHOW(write(ends[1], (void *)0xc0000000, 1));
  SHOW(write(ends[1], (void *)0xfffffff0, 1));
  return 0;
}
