// openat2: RESOLVE_BENEATH, _IN_ROOT, _NO_SYMLINKS, _NO_MAGICLINKS, _NO_XDEV, and what it refuses where open
// looks away.
#include "report.h"
#include <linux/openat2.h>

static int base;
static void try(const char *path, unsigned long long resolve) {
  struct open_how how = {.flags = O_RDONLY, .resolve = resolve};
  int fd = syscall(SYS_openat2, base, path, &how, sizeof how);
  char text[16] = {};
  if (fd < 0)
    printf("%s: %s\n", path, strerrorname_np(errno));
  else
    printf("%s: ok %s\n", path, read(fd, text, 15) < 0 ? "folder" : text);
  close(fd);
}
static void all(const char *label, unsigned long long resolve) {
  printf("-- %s\n", label);
  static const char *const paths[] = {"file", "sub/file", "sub/../file", "../outside", "/file", "/sub/file",
                                      "link", "absolute", "up", "sub/up/file", "..", ".", "magic/file", "nowhere", "//file"};
  for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) try(paths[i], resolve);
}

int main(void) {
  mkdir("base", 0755);
  mkdir("base/sub", 0755);
  make_file("outside", "outside", 0644);
  make_file("base/file", "base", 0644);
  make_file("base/sub/file", "sub", 0644);
  symlink("sub/file", "base/link");
  symlink("/file", "base/absolute");
  symlink("../outside", "base/up");
  symlink("..", "base/sub/up");
  symlink("/proc/self/cwd/base", "base/magic");
  base = open("base", O_PATH | O_DIRECTORY);
  all("RESOLVE_BENEATH", RESOLVE_BENEATH);
  all("RESOLVE_IN_ROOT", RESOLVE_IN_ROOT);
  all("RESOLVE_NO_SYMLINKS", RESOLVE_NO_SYMLINKS);
  all("RESOLVE_NO_MAGICLINKS", RESOLVE_NO_MAGICLINKS);
  printf("-- RESOLVE_NO_XDEV\n");
  try("file", RESOLVE_NO_XDEV), try("/proc/self/status", RESOLVE_NO_XDEV), try("link", RESOLVE_NO_XDEV);

  struct open_how how = {.flags = O_RDONLY};
#define TRY(...)                                                     \
  do {                                                               \
    how = (struct open_how){__VA_ARGS__};                            \
    show_ok(#__VA_ARGS__, syscall(SYS_openat2, base, "file", &how, sizeof how)); \
  } while (0)
  TRY(.flags = O_RDONLY, .mode = 0600);
  TRY(.flags = O_CREAT, .mode = 010000);
  TRY(.flags = O_CREAT, .mode = 0600);
  TRY(.flags = 1ull << 40);
  TRY(.flags = O_PATH | O_CREAT);
  TRY(.flags = O_PATH | O_RDWR);
  TRY(.flags = O_PATH);
  TRY(.resolve = 0x1000);
  TRY(.resolve = RESOLVE_BENEATH | RESOLVE_IN_ROOT);
  TRY(.flags = O_CREAT, .mode = 0600, .resolve = RESOLVE_CACHED);
  how = (struct open_how){};
  SHOW(syscall(SYS_openat2, base, "file", &how, 16));
  SHOW(syscall(SYS_openat2, base, "file", &how, 5000));
  SHOW(syscall(SYS_openat2, base, "file", 8, sizeof how));
  struct {
    struct open_how how;
    long long more;
  } longer = {};
  SHOW_OK(syscall(SYS_openat2, base, "file", &longer, sizeof longer));
  longer.more = 1;
  SHOW(syscall(SYS_openat2, base, "file", &longer, sizeof longer));
  return 0;
}
