// The root: a folder of the host. What a guest does to a file is done to the host's file at once.
#include "host.h"

static long host_read(struct file *f, char *to, u32 n, int may_wait) {
  (void)may_wait;
  return host(NR_read, f->host_fd, to, n);
}
static long host_write(struct file *f, const char *from, u32 n, int may_wait) {
  (void)may_wait;
  return host(NR_write, f->host_fd, from, n);
}

static void forget_pages(int host_fd) {
  struct stat64 st;
  if (host(NR_fstat64, host_fd, &st) == 0) cache_forget(st.dev, st.ino);
}

static void host_close(struct file *f) {
  if (f->flags & 3) forget_pages(f->host_fd);
  host(NR_close, f->host_fd);
}

static const struct file_ops host_ops = {.read = host_read, .write = host_write, .close = host_close};

struct file *host_open(const char *guest, int flags, u32 permissions, int *error) {
  char name[PATH];
  if ((*error = host_path(name, guest))) return NULL;
  int fd = host(NR_open, name, flags | O_LARGEFILE | O_CLOEXEC, permissions & ~current->umask);
  if (fd < 0) return *error = fd, NULL;
  if (flags & O_TRUNC) forget_pages(fd);
  struct file *f = file_new(&host_ops, flags, guest);
  f->host_fd = fd;
  return f;
}

struct inode *inode_new(int host_fd, const char *path) {
  struct stat64 st;
  host(NR_fstat64, host_fd, &st);
  struct inode *inode = kmalloc(sizeof *inode + strlen(path) + 1);
  inode->references = 1;
  inode->host_fd = host_fd;
  inode->dev = st.dev, inode->ino = st.ino, inode->size = st.size;
  copy_string(inode->path, path, PATH);
  return inode;
}

int stat_path(const char *guest, int follow, struct stat64 *st) {
  char name[PATH];
  if (is_proc(guest)) return proc_stat(guest, st);
  if (dev_stat(guest, st)) return 0;
  int error = host_path(name, guest);
  return error ? error : host(follow ? NR_stat64 : NR_lstat64, name, st);
}

int stat_file(struct file *f, struct stat64 *st) {
  if (f->host_fd >= 0) return host(NR_fstat64, f->host_fd, st);
  if (f->path[0] == '/') return stat_path(f->path, 1, st);
  memset(st, 0, sizeof *st);
  st->mode = 0010600;                             // a pipe
  st->blksize = PAGE;
  st->ino = st->ino32 = (u32)f->data;
  return 0;
}
