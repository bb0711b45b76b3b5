// The root: a folder of the host. What a guest does to a file is done to the host's file at once.
#include "tinyuml.h"

static long host_read(struct file *f, char *to, u32 n, int may_wait) { return host(read, f->host_fd, to, n); }
static long host_write(struct file *f, const char *from, u32 n, int may_wait) { return host(write, f->host_fd, from, n); }

static void forget_pages(int host_fd) {
  struct stat64 st;
  if (host(fstat64, host_fd, &st) == 0) cache_forget(st.st_dev, st.st_ino);
}

static void host_close(struct file *f) {
  if (f->flags & 3) forget_pages(f->host_fd);
  host(close, f->host_fd);
}

static const struct file_ops host_ops = {.read = host_read, .write = host_write, .close = host_close};

struct file *host_open(const char *guest, int flags, u32 permissions, int *error) {
  char name[PATH];
  if ((*error = host_path(name, guest))) return NULL;
  int fd = host(open, name, flags | O_LARGEFILE | O_CLOEXEC, permissions & ~current->umask);
  if (fd < 0) return *error = fd, NULL;
  if (flags & O_TRUNC) forget_pages(fd);
  struct file *f = file_new(&host_ops, flags, guest);
  f->host_fd = fd;
  return f;
}

struct inode *inode_new(int host_fd, const char *path) {
  struct stat64 st;
  host(fstat64, host_fd, &st);
  struct inode *inode = kmalloc(sizeof *inode + strlen(path) + 1);
  inode->references = 1;
  inode->host_fd = host_fd;
  inode->dev = st.st_dev, inode->ino = st.st_ino;
  copy_string(inode->path, path, PATH);
  return inode;
}

int stat_path(const char *guest, int follow, struct stat64 *st) {
  char name[PATH];
  if (is_proc(guest)) return proc_stat(guest, st);
  int error = host_path(name, guest);
  return error ? error : host_call(follow ? __NR_stat64 : __NR_lstat64, name, st);
}

int stat_file(struct file *f, struct stat64 *st) {
  if (f->host_fd >= 0) return host(fstat64, f->host_fd, st);
  if (f->path[0] == '/') return stat_path(f->path, 1, st);
  memset(st, 0, sizeof *st);
  st->st_mode = S_IFIFO | 0600;
  st->st_blksize = PAGE;
  st->st_ino = st->__st_ino = (u32)f->data;
  return 0;
}
