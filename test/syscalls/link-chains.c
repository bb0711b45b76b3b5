// Symbolic links: chains, loops, 40 of them, empty and long targets, readlink of what is none.
#include "report.h"

int main(void) {
  char name[16], target[16], text[8];
  make_file("file", "end", 0600);
  for (int i = 0; i < 45; i++) {
    snprintf(name, sizeof name, "l%d", i);
    snprintf(target, sizeof target, i == 0 ? "file" : "l%d", i - 1);
    symlink(target, name);
  }
  SHOW_OK(open("l39", O_RDONLY)), SHOW_OK(open("l40", O_RDONLY)), SHOW(access("l44", F_OK));
  SHOW(symlink("", "empty")), SHOW(symlink("x", "")), SHOW(symlink("x", "file")), SHOW(symlink("x", "nowhere/y"));
  char longer[5000];
  memset(longer, 'a', sizeof longer), longer[4095] = 0;
  SHOW(symlink(longer, "long")), longer[4095] = 'a', longer[4096] = 0, SHOW(symlink(longer, "longer"));
  SHOW(readlink("l0", text, 2)), SHOW(readlink("l0", text, 0)), SHOW(readlink("file", text, 8)), SHOW(readlink("nowhere", text, 8)), SHOW(readlink("l0", (char *)8, 8));
  SHOW(lchown("l0", -1, -1)), SHOW(unlink("l0")), SHOW(access("l1", F_OK)), SHOW(access("file", F_OK));
  return 0;
}
