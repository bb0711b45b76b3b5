// Arguments and environment of execve: empty ones, NULL, too long, very many, argc of 0.
#include "report.h"

int main(int argc, char **argv, char **envp) {
  if (getenv("AGAIN") || argc == 0 || (argc > 0 && strcmp(argv[0], "again") == 0)) {
    int variables = 0;
    while (envp[variables]) variables++;
    printf("argc %d \"%s\" variables %d last %zu\n", argc, argc ? argv[0] : "(none)", variables, argc > 1 ? strlen(argv[argc - 1]) : 0);
    return 0;
  }
#define RUN(label, args, env) IN_CHILD(label, execve("/proc/self/exe", args, env); printf("%s\n", strerrorname_np(errno)))
  char *one[] = {"again", "x", NULL}, *none[] = {NULL}, *empty[] = {"again", "", "", NULL}, *mark[] = {"AGAIN=1", "", "B", NULL};
  RUN("plain", one, mark);
  RUN("empty words", empty, none);
  RUN("no argument", none, mark);
  RUN("NULL environment", one, NULL);
  static char longer[200000];
  memset(longer, 'a', 131071);
  char *limit[] = {"again", longer, NULL};
  RUN("131071 bytes", limit, none);
  memset(longer, 'a', 131072);
  RUN("131072 bytes", limit, none);
  static char *many[5002];
  for (int i = 0; i < 5001; i++) many[i] = "again";
  RUN("many", many, none);
  return 0;
}
