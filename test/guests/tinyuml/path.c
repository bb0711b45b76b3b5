// Paths. The kernel walks them itself, so that links stay within the root, and hands the host whole names.
#include "tinyuml.h"

int host_path(char *to, const char *guest) {
  const char *root = strcmp(options.root, "/") ? options.root : "";
  return format_to(to, PATH, "%s%s", root, guest) >= PATH - 1 ? -ENAMETOOLONG : 0;
}

// Names that are no links, as most are that are walked through, again and again. A name becomes one by symlink, rename
// and link.
static char plain[128][PATH];
void path_forget(void) { memset(plain, 0, sizeof plain); }

static char *plain_slot(const char *guest) {
  u32 hash = 0;
  while (*guest) hash = hash * 31 + *guest++;
  return plain[hash % ARRAY(plain)];
}

static int read_link(const char *guest, char *to) {
  char name[PATH], *slot = plain_slot(guest);
  if (is_proc(guest)) return proc_link(guest, to);
  if (!strcmp(slot, guest)) return 0;
  int error = host_path(name, guest);
  if (error) return error;
  int n = host(readlink, name, to, PATH - 1);
  if (n > 0) to[n] = 0;
  if (n == -EINVAL) copy_string(slot, guest, PATH);
  return MAX(n, 0);
}

int resolve(const char *base, const char *path, int follow, char *to) {
  char rest[PATH];
  int links = 0;
  if (*path == 0) return -ENOENT;
  if (strlen(path) >= PATH) return -ENAMETOOLONG;
  copy_string(rest, path, PATH);
  copy_string(to, *path == '/' || !strcmp(base, "/") ? "" : base, PATH);
  for (char *at = rest;;) {
    while (*at == '/') at++;
    if (*at == 0) break;
    char *end = at;
    while (*end && *end != '/') end++;
    u32 n = end - at, len = strlen(to);
    if (n == 2 && at[0] == '.' && at[1] == '.') {
      while (len > 0 && to[--len] != '/') {}
      to[len] = 0;
    } else if (n != 1 || at[0] != '.') {
      if (len + n + 2 > PATH) return -ENAMETOOLONG;
      to[len] = '/';
      memcpy(to + len + 1, at, n);
      to[len + 1 + n] = 0;
      char link[PATH];
      int size = *end || follow ? read_link(to, link) : 0;
      if (size < 0) return size;
      if (size > 0) {
        if (++links > 40) return -ELOOP;
        if (size + strlen(end) >= PATH) return -ENAMETOOLONG;
        to[link[0] == '/' ? 0 : len] = 0;
        copy_string(link + size, end, PATH - size);
        copy_string(rest, link, PATH);
        at = rest;
        continue;
      }
    }
    at = end;
  }
  if (*to == 0) copy_string(to, "/", PATH);
  return 0;
}

// What a system call of the ...at family means.
int at_path(int dirfd, u32 user_path, int follow, char *guest) {
  char path[PATH];
  int n = copy_path(current->mm, path, user_path, PATH);
  if (n < 0) return n;
  const char *base = current->cwd;
  if (dirfd != AT_FDCWD && path[0] != '/') {
    struct file *f = file_of(dirfd);
    if (!f) return -EBADF;
    if (f->path[0] != '/') return -ENOTDIR;
    base = f->path;
  }
  return resolve(base, path, follow, guest);
}
