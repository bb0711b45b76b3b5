// A process's folder in /proc is immutable: nobody makes, removes or renames anything in it, whatever it is, which is
// told before anything else.
#include "report.h"

static void try(const char *name) {
  printf("%s\n", name);
  show("  unlink", unlink(name));
  show("  rmdir", rmdir(name));
  show("  mkdir", mkdir(name, 0777));
  show("  rename", rename(name, "/proc/self/new"));
}

int main(void) {
  try("/proc/self/fd");
  try("/proc/self/task");
  try("/proc/self/cwd");
  try("/proc/self/exe");
  try("/proc/self/status");
  try("/proc/self/ns");
  try("/proc/self/none");
  show("access to the folder", access("/proc/self/", W_OK));
  show("chmod of the folder", chmod("/proc/self/", 0777));
  show("a file in it", open("/proc/self/new", O_CREAT | O_WRONLY, 0600));
  show("a link in it", symlink("x", "/proc/self/new"));
  return 0;
}
