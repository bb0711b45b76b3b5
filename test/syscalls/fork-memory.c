// Memory after fork: private pages are two, shared ones are one, in both directions, for many pages and depths.
#include "report.h"

enum { COUNT = 300 };

int main(void) {
  char *private = pages(COUNT, PROT_READ | PROT_WRITE);
  int *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < COUNT; i++) private[i * PAGE] = i;
  pid_t child = fork();
  if (child == 0) {
    int wrong = 0;
    for (int i = 0; i < COUNT; i++) wrong += private[i * PAGE] != (char)i;
    for (int i = 0; i < COUNT; i += 2) private[i * PAGE] = 100;
    shared[0] = 1;
    while (shared[1] == 0) usleep(1000);
    for (int i = 1; i < COUNT; i += 2) wrong += private[i * PAGE] != (char)i;
    printf("child: %d wrong, shared %d\n", wrong, shared[1]);
    _exit(0);
  }
  while (shared[0] == 0) usleep(1000);
  int wrong = 0;
  for (int i = 0; i < COUNT; i++) wrong += private[i * PAGE] != (char)i;
  for (int i = 1; i < COUNT; i += 2) private[i * PAGE] = 50;
  shared[1] = 2;
  show_end("child", child);
  printf("parent: %d wrong\n", wrong);
  // A chain of forks, each changing one page.
  int status, depth;
  for (depth = 0; depth < 8; depth++) {
    private[depth * PAGE] = 70 + depth;
    child = fork();
    if (child) break;
  }
  if (child) {
    waitpid(child, &status, 0);
  }
  for (int i = 0; i < 8; i++) shared[10 + depth] += private[i * PAGE] == 70 + i;
  if (depth) _exit(0);
  for (int i = 0; i <= 8; i++) printf("depth %d: %d pages changed\n", i, shared[10 + i]);
  // System calls write to pages that are still shared with the child.
  make_file("file", "from the file", 0600);
  int fd = open("file", O_RDONLY), gate[2];
  strcpy(private + 40 * PAGE, "old old old old");
  if (pipe(gate)) die("pipe");
  child = fork();
  if (child == 0) {
    char go;
    if (read(gate[0], &go, 1) != 1) die("read");
    printf("child sees %s\n", private + 40 * PAGE);
    _exit(0);
  }
  SHOW(read(fd, private + 40 * PAGE, 13));
  printf("parent sees %s\n", private + 40 * PAGE);
  if (write(gate[1], "x", 1) != 1) die("write");
  show_end("child", child);
  // Not inherited, and inherited as zeros.
  SHOW(madvise(private, PAGE, MADV_DONTFORK));
  SHOW(madvise(private + PAGE, PAGE, MADV_WIPEONFORK));
  private[PAGE] = 77;
  IN_CHILD("wiped", SHOW(private[PAGE]); SHOW(msync(private, PAGE, MS_ASYNC)));
  SHOW(private[PAGE]);
  return 0;
}
