// Open files and descriptors.
#include "tinyuml.h"

struct file *file_new(const struct file_ops *ops, int flags, const char *path) {
  struct file *f = kmalloc(sizeof *f + strlen(path) + 1);
  f->references = 1;
  f->flags = flags & ~(O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC);
  f->host_fd = -1;
  f->ops = ops;
  copy_string(f->path, path, PATH);
  return f;
}

void file_put(struct file *f) {
  if (!f || --f->references > 0) return;
  if (f->ops->close) f->ops->close(f);
  kfree(f);
}

void fd_close(struct proc *p, u32 fd) {
  file_put(p->files[fd]);
  p->files[fd] = NULL;
  p->close_on_exec[fd] = 0;
}

struct file *file_of(u32 fd) { return fd < NFILE ? current->files[fd] : NULL; }

int fd_install(struct file *f, u32 from, int cloexec) {
  for (u32 fd = from; fd < current->file_limit; fd++) {
    if (current->files[fd]) continue;
    current->files[fd] = f;
    current->close_on_exec[fd] = !!cloexec;
    return fd;
  }
  return -EMFILE;
}

int open_path(const char *guest, int flags, u32 permissions) {
  int error = 0;
  struct file *f = is_proc(guest) ? proc_open(guest, flags, &error) : dev_open(guest, flags);
  struct stat64 st;
  int missing = !f && !error ? stat_path(guest, 1, &st) : -EEXIST;
  if (missing == 0 && S_ISFIFO(st.st_mode)) f = fifo_open(&st, guest, flags, &error);
  if (missing == -ENOENT && !(flags & (O_CREAT | O_NOFOLLOW))) error = missing;
  if (!f && !error) f = host_open(guest, flags, permissions, &error);
  if (!f) return error;
  int fd = fd_install(f, 0, flags & O_CLOEXEC);
  if (fd < 0) file_put(f);
  return fd;
}

// Straight from and into the guest's pages.
long file_io(struct file *f, u32 buffer, u32 n, int write) {
  long done = 0;
  int access = f->flags & 3;
  if (write ? access == O_RDONLY : access == O_WRONLY) return -EBADF;
  if (n == 0) return 0;
  f->references++;                                // it may be closed while we sleep
  while (n > 0) {
    u32 part = n;
    char *at = user_part(current->mm, buffer, &part, !write);
    int may_wait = !(f->flags & O_NONBLOCK) && (write || done == 0);
    long result = !at ? -EFAULT : write ? f->ops->write(f, at, part, may_wait) : f->ops->read(f, at, part, may_wait);
    if (result < 0) {
      if (done == 0) done = result;
      break;
    }
    done += result, buffer += result, n -= result;
    if ((u32)result < part) break;
  }
  file_put(f);
  return done;
}
