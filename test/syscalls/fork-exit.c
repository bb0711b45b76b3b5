// fork and exit: what the child has, exit statuses in eight bits, nesting.
#include "report.h"

static int value = 1;

static void at_end(void) { printf("at exit %d\n", value); }

int main(void) {
  int codes[] = {0, 1, 42, 127, 128, 255, 256, 257, -1, 0x7fffffff};
  for (unsigned i = 0; i < sizeof codes / sizeof *codes; i++) {
    char label[32];
    snprintf(label, sizeof label, "exit(%d)", codes[i]);
    IN_CHILD(label, _exit(codes[i]));
  }
  int local = 10;
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    value = 2;
    local = 20;
    printf("child: parent is right %d, own id %d\n", getppid() == parent, getpid() != parent);
    exit(9);
  }
  show_end("child", child);
  printf("parent: value %d local %d\n", value, local);
  IN_CHILD("exit handlers", atexit(at_end); value = 3; exit(4));
  IN_CHILD("no exit handlers", atexit(at_end); _exit(4));
  IN_CHILD("return of nested", {
    IN_CHILD("inner", _exit(11));
    exit(12);
  });
  int fd[2], sum = 0;
  if (pipe(fd)) die("pipe");
  for (int i = 0; i < 20; i++)
    if (fork() == 0) _exit(write(fd[1], &(char){i}, 1) != 1);
  for (int i = 0, status; i < 20; i++) {
    char got;
    if (wait(&status) < 0 || status) printf("bad child\n");
    if (read(fd[0], &got, 1) == 1) sum += got;
  }
  SHOW(sum);
  SHOW(wait(NULL));
  pid_t deep = getpid();
  for (int level = 0; level < 10; level++) {
    pid_t next = fork();
    if (next == 0) continue;
    int status;
    waitpid(next, &status, 0);
    if (getpid() != deep) _exit(WEXITSTATUS(status) + 1);
    SHOW(WEXITSTATUS(status));
    return 0;
  }
  _exit(1);
}
