// Many children at once, all of them waited for; ids that are not used twice meanwhile.
#include "report.h"

int main(void) {
  enum { COUNT = 60 };
  pid_t children[COUNT];
  for (int i = 0; i < COUNT; i++)
    if ((children[i] = fork()) == 0) _exit(i);
  int same = 0, sum = 0, status;
  for (int i = 0; i < COUNT; i++)
    for (int k = 0; k < i; k++) same += children[i] == children[k];
  SHOW(same);
  for (int i = COUNT - 1; i >= 0; i -= 2) waitpid(children[i], &status, 0), sum += WEXITSTATUS(status);
  SHOW(sum);
  while (wait(&status) > 0) sum += WEXITSTATUS(status);
  SHOW(sum), SHOW(wait(&status));
  return 0;
}
