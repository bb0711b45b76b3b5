// Paths. The kernel walks them itself, so that links stay within the root, and hands the host whole names.
#include "tinyuml.h"

int host_path(char *to, const char *guest) {
  const char *root = strcmp(options.root, "/") ? options.root : "";
  u32 n = copy_string(to, root, PATH);
  return n + copy_string(to + n, guest, PATH - n) >= PATH - 1 ? -ENAMETOOLONG : 0;
}

// Names that are no links, as most are that are walked through, again and again. The folder of those in the root is
// NULL. A name becomes a link by symlink, rename and link.
struct name { struct name *next, *folder; u32 hash, length; char text[]; };
static struct name *names[512], unknown = {.folder = &unknown};
static u32 name_count;

void path_forget(void) {
  name_count = 0;
  for (u32 i = 0; i < ARRAY(names); i++)
    for (struct name *name; (name = names[i]); kfree(name)) names[i] = name->next;
}

// unknown: it has to be looked at, or its folder has.
static struct name *find_name(struct name *folder, const char *text, u32 n, u32 hash) {
  for (struct name *name = names[hash % ARRAY(names)]; name && folder != &unknown; name = name->next)
    if (name->folder == folder && name->hash == hash && name->length == n && !memcmp(name->text, text, n)) return name;
  return &unknown;
}

static struct name *remember(struct name *folder, const char *text, u32 n, u32 hash) {
  if (folder == &unknown) return &unknown;
  name_count++;
  struct name *name = kmalloc(sizeof *name + n), **slot = &names[hash % ARRAY(names)];
  *name = (struct name){*slot, folder, hash, n};
  memcpy(name->text, text, n);
  return *slot = name;
}

// The length of a link's text; 0: a name in /proc that is none; -EINVAL: one of the host's, and there.
static int read_link(const char *guest, char *to) {
  char name[PATH];
  if (is_proc(guest)) return proc_link(guest, to);
  int error = host_path(name, guest);
  if (error) return error;
  int n = host(readlink, name, to, PATH - 1);
  if (n > 0) to[n] = 0;
  return n;
}

int resolve(const char *base, const char *path, int follow, char *to) {
  char rest[PATH], link[PATH];
  struct name *folder = NULL;
  u32 links = 0, len = 0, before = 0;
  if (*path == 0) return -ENOENT;
  if (name_count > 2000) path_forget();
  if (*path != '/' && (before = copy_string(rest, base, PATH - 1))) rest[before++] = '/';
  if (before + copy_string(rest + before, path, PATH - before) >= PATH - 1) return -ENAMETOOLONG;
  for (char *at = rest, *end;; at = end) {
    while (*at == '/') at++;
    if (*at == 0) break;
    u32 hash = (u32)folder / 32;
    for (end = at; *end && *end != '/'; end++) hash = hash * 31 + *end;
    const char *more = end;
    while (*more == '/') more++;
    u32 n = end - at;
    if (len + n + 2 > PATH) return -ENAMETOOLONG;
    if (at[0] == '.' && (n == 1 || (n == 2 && at[1] == '.'))) {
      memcpy(to + len, "/.", 3);                  // for what is no folder that is an error
      int error = len > 0 ? read_link(to, link) : 0;
      if (error < 0 && error != -EINVAL) return error;
      while (n == 2 && len > 0 && to[--len] != '/') {}
      if (n == 2) folder = folder ? folder->folder : NULL;
      continue;
    }
    to[len] = '/';
    memcpy(to + len + 1, at, n);
    to[len + 1 + n] = 0;
    struct name *name = find_name(folder, at, n, hash);
    int size = name == &unknown && (*end || follow) ? read_link(to, link) : 0;
    if (size > 0) {
      if (++links > 40) return -ELOOP;
      if (size + strlen(end) >= PATH) return -ENAMETOOLONG;
      copy_string(link + size, end, PATH - size);
      copy_string(rest, link, PATH);
      if (link[0] == '/') len = 0, folder = NULL;
      end = rest;
      continue;
    }
    if (size == -ENOENT && !*more && follow != 1) size = 0;
    if (size < 0 && size != -EINVAL) return size;
    folder = size == -EINVAL ? remember(folder, at, n, hash) : name;
    len += n + 1;
  }
  to[len] = 0;
  if (len == 0) copy_string(to, "/", PATH);
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
