// execve: arguments and environment arrive as they were given; an empty list gets one empty argument.
#include "report.h"

extern char **environ;

static int child_side(int argc, char **argv) {
  int count = 0;
  long bytes = 0;
  while (environ[count]) bytes += strlen(environ[count++]) + 1;
  printf("argc %d envc %d env bytes %ld\n", argc, count, bytes);
  for (int i = 0; i < argc; i++)
    if (strlen(argv[i]) < 60) printf("  argv[%d] \"%s\"\n", i, argv[i]);
    else printf("  argv[%d] %zu bytes\n", i, strlen(argv[i]));
  for (int i = 0; i < count && i < 5; i++) printf("  env[%d] \"%.60s\"\n", i, environ[i]);
  printf("argv ends with null: %d\n", argv[argc] == NULL);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 0 || strncmp(argv[0], "case", 4) == 0 || argv[0][0] == 0) return child_side(argc, argv);
  const char *self = "/proc/self/exe";
  static char longest[128 * 1024];
  memset(longest, 'x', sizeof longest - 1);
  char *few[] = {"case few", "", "a b", "\xc3\xa9\n", NULL}, *none[] = {NULL}, *big[] = {"case big", longest, NULL};
  char *some[] = {"B=2", "A=1", "A=3", "no equals sign", "", NULL};
  IN_CHILD("few", execve(self, few, none));
  IN_CHILD("some", execve(self, few, some));
  IN_CHILD("empty", execve(self, none, none));
  IN_CHILD("null", execve(self, NULL, NULL));
  IN_CHILD("big", execve(self, big, none));
  char *many[3001];
  for (int i = 0; i < 3000; i++) many[i] = "yyyyyyyyy";
  many[3000] = NULL;
  char *one[] = {"case many", NULL};
  IN_CHILD("many", execve(self, one, many));
  longest[sizeof longest - 1] = 'x';
  static char longer[sizeof longest + 1];
  memset(longer, 'x', sizeof longest);
  big[1] = longer;
  SHOW(execve(self, big, none));
  return 0;
}
