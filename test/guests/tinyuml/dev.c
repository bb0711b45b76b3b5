// The console, which is the host's standard input and output.
#include "tinyuml.h"

static const int console_channel;                 // of who waits for input
static int foreground;

static int has_input(int fd, int milliseconds) {
  struct pollfd p = {fd, POLLIN, 0};
  return host(poll, &p, 1, milliseconds) != 0;
}

int console_wait(s64 nanoseconds) {
  int waited_for = 0, milliseconds = nanoseconds < 0 ? -1 : (nanoseconds + 999999) / 1000000;
  for_each_proc(p) waited_for |= p->state == SLEEPING && p->channel == &console_channel;
  if (!waited_for && nanoseconds < 0) return 0;
  struct pollfd p = {0, POLLIN, 0};
  if (host(poll, &p, waited_for, milliseconds) > 0) wake(&console_channel);
  return 1;
}

static long console_read(struct file *f, char *to, u32 n, int may_wait) {
  while (!has_input(f->host_fd, 0)) {
    if (!may_wait) return -EAGAIN;
    int woken = sleep_on(&console_channel, 0);
    if (woken) return woken;
  }
  return host(read, f->host_fd, to, n);
}

static long console_write(struct file *f, const char *from, u32 n, int may_wait) {
  return host(write, MAX(f->host_fd, 1), from, n);
}

static long console_ioctl(struct file *f, u32 request, u32 arg) {
  char buffer[64];
  long result = host(ioctl, f->host_fd, TCGETS, buffer);
  if (result < 0) return -ENOTTY;
  if (request == TIOCGPGRP) return copy_to(current->mm, arg, &foreground, 4);
  if (request == TIOCSPGRP) return copy_from(current->mm, &foreground, arg, 4);
  if (request > TCGETS && request <= TCSETSF) {
    if (copy_from(current->mm, buffer, arg, 36)) return -EFAULT;
    return host(ioctl, f->host_fd, request, buffer);
  }
  if (request != TCGETS && request != TIOCGWINSZ) return -ENOTTY;
  result = host(ioctl, f->host_fd, request, buffer);
  if (result < 0) return result;
  return copy_to(current->mm, arg, buffer, request == TCGETS ? 36 : 8);
}

static int console_poll(struct file *f) { return POLLOUT | (has_input(f->host_fd, 0) ? POLLIN : 0); }
static const void *console_sleep(struct file *f) { return &console_channel; }

static const struct file_ops console_ops = {console_read, console_write, console_ioctl, console_poll, console_sleep, NULL};

static struct file *console_file(int host_fd, int flags, const char *path) {
  struct file *f = file_new(&console_ops, flags, path);
  f->host_fd = host_fd;
  return f;
}

void files_boot(struct proc *init) {
  for (int fd = 0; fd < 3; fd++) init->files[fd] = console_file(fd, O_RDWR, "console");
  foreground = init->pgrp;
}

// The controlling terminal is the console, too; all other devices are the host's. NULL: none of ours.
struct file *dev_open(const char *guest, int flags) {
  if (strcmp(guest, "/dev/tty") && strcmp(guest, "/dev/console")) return NULL;
  return console_file((flags & O_ACCMODE) == O_WRONLY ? 1 : 0, flags, guest);
}
