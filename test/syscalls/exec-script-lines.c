// Scripts: arguments in the first line, spaces, long lines, missing interpreters, nested ones.
#include "report.h"

static void script(const char *text) {
  make_file("script", text, 0755);
  fflush(stdout);
  IN_CHILD("end", execl("./script", "zero", "one", "two", NULL); printf("%s\n", strerrorname_np(errno)));
}

int main(int argc, char **argv) {
  if (argc > 1) {
    for (int i = 1; i < argc; i++) printf("[%s]", argv[i]);
    printf("\n");
    return 0;
  }
  char line[600], self[400];
  self[readlink("/proc/self/exe", self, sizeof self - 1)] = 0;
  symlink(self, "i");
#define WITH(format) snprintf(line, sizeof line, format "\n", "./i"), script(line)
  WITH("#!%s"), WITH("#! %s"), WITH("#!\t%s  a  b "), WITH("#!%s -x"), WITH("#!%s\nrest"), WITH("#!./nowhere%.0s"), WITH("#!%.0s"), WITH("#! %.0s"), WITH("# %s"), WITH("#!./script%.0s"), WITH("#!/dev/null%.0s"), WITH("#!.%.0s");
  make_file("outer", "#!./i from-outer\n", 0755), script("#!./outer inner\n");
  memset(line, ' ', 300), memcpy(line, "#!./i ", 6), memset(line + 6, 'a', 280), line[286] = '\n', line[287] = 0, script(line);
  return 0;
}
