// `#!` scripts: which argument vector the interpreter gets, nesting, and the errors.
#include "report.h"

static void run(const char *file, const char *content) {
  static int number;
  if (content) make_file(file, content, 0755);
  char label[64], *argv[] = {"name", "one", "two words", NULL}, *none[] = {NULL};
  snprintf(label, sizeof label, "case %d %s", ++number, file);
  IN_CHILD(label, execve(file, argv, none); printf("%s\n", strerrorname_np(errno)); _exit(77));
}

int main(int argc, char **argv) {
  if (argc == 0 || strcmp(argv[0], "./shell") == 0 || strcmp(argv[0], "shell") == 0) {
    for (int i = 0; i < argc; i++) printf("  [%s]\n", argv[i]);
    return 7;
  }
  symlink("/proc/self/exe", "unused");
  if (symlink(argv[0], "shell")) die("symlink");
  run("plain", "#!./shell\n");
  run("option", "#!./shell -x\n");
  run("one-argument", "#! ./shell  -x  -y z \t \necho\n");
  run("no-newline", "#!./shell");
  run("tabs", "#!\t./shell\ta\n");
  run("carriage", "#!./shell\r\n");
  run("nested", "#!./option inner\n");
  run("three", "#!./nested\n");
  run("four", "#!./three\n");
  run("five", "#!./four\n");
  run("six", "#!./five\n");
  run("itself", "#!./itself\n");
  run("missing", "#!./none\n");
  run("folder", "#!.\n");
  run("empty-name", "#!\n");
  run("blank-name", "#!   \nx\n");
  run("bare", "#!");
  make_file("data", "no program", 0755);
  run("to-data", "#!./data\n");
  make_file("closed", "#!./shell\n", 0644);
  run("closed", NULL);
  run("to-closed", "#!./closed\n");
  char text[400];
  memset(text, 'a', sizeof text);
  memcpy(text, "#!./shell ", 10);
  strcpy(text + 380, "\n");
  run("long-argument", text);
  memcpy(text, "#!./nothere", 11);
  run("long-name", text);
  // The link's own name is the script's name.
  symlink("option", "link");
  run("link", NULL);
  return 0;
}
