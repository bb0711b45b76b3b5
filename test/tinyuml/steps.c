// A number of events of one kind, and nothing else: s system calls, f page faults, p turns between two processes, e
// programs, each started by the one before.
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int count = atoi(argv[2]), there[2], back[2];
  char byte = 0;
  switch (argv[1][0]) {
    case 's':
      for (int i = 0; i < count; i++) syscall(SYS_getppid);
      break;
    case 'f': {
      for (int part; count > 0; count -= part) {
        part = count < 1000 ? count : 1000;
        char *memory = mmap(NULL, part * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        // Downwards: upwards a kernel gives more than one page at once.
        for (int i = part; i-- > 0;) memory[i * 4096] = 1;
        munmap(memory, part * 4096);
      }
      break;
    }
    case 'e': {
      char left[12];
      snprintf(left, sizeof left, "%d", count - 1);
      if (count > 0) execl(argv[0], argv[0], "e", left, (char *)NULL);
      break;
    }
    case 'p':
      pipe(there);
      pipe(back);
      int child = fork() == 0;
      for (int i = 0; i < count; i++) {
        if (child) read(there[0], &byte, 1), write(back[1], &byte, 1);
        else write(there[1], &byte, 1), read(back[0], &byte, 1);
      }
  }
  _exit(0);
}
