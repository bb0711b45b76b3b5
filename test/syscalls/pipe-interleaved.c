// Writes of up to PIPE_BUF bytes by several processes are never mixed.
#include "report.h"

int main(void) {
  int pair[2];
  pipe(pair);
  for (int n = 0; n < 4; n++)
    if (fork() == 0) {
      char line[1000];
      memset(line, 'a' + n, sizeof line);
      for (int i = 0; i < 50; i++) write(pair[1], line, sizeof line);
      _exit(0);
    }
  close(pair[1]);
  int mixed = 0, count[4] = {};
  char line[1000];
  FILE *file = fdopen(pair[0], "r");
  while (fread(line, sizeof line, 1, file)) {
    for (unsigned i = 1; i < sizeof line; i++) mixed += line[i] != line[0];
    count[line[0] - 'a']++;
  }
  while (wait(NULL) > 0) {
  }
  SHOW(mixed);
  for (int n = 0; n < 4; n++) SHOW(count[n]);
  return 0;
}
