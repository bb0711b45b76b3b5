// Devices: the console, which is the host's standard input and output, and those that need none.
#include "host.h"

enum { TCGETS = 0x5401, TCSETSF = 0x5404, TIOCGPGRP = 0x540f, TIOCSPGRP = 0x5410, TIOCGWINSZ = 0x5413 };
enum { POLLIN = 1, POLLOUT = 4 };

const int console_channel = 0;
static int foreground;

struct pollfd {
  int fd;
  u16 events, revents;
};

static int has_input(int fd, int milliseconds) {
  struct pollfd p = {fd, POLLIN, 0};
  return host(NR_poll, &p, 1, milliseconds) != 0;
}

int console_wait(s64 nanoseconds) {
  int waited_for = 0;
  for (int i = 0; i < NPROC; i++) waited_for |= procs[i] && procs[i]->state == SLEEPING && procs[i]->channel == &console_channel;
  if (!waited_for && nanoseconds < 0) return 0;
  int milliseconds = -1;
  if (nanoseconds >= 0) {
    u64 value = nanoseconds + 999999;
    divide(&value, 1000000);
    milliseconds = value;
  }
  struct pollfd p = {0, POLLIN, 0};
  if (host(NR_poll, &p, waited_for, milliseconds) > 0) wake(&console_channel);
  return 1;
}

static long console_read(struct file *f, char *to, u32 n, int may_wait) {
  while (!has_input(f->host_fd, 0)) {
    if (!may_wait) return -EAGAIN;
    int woken = sleep_on(&console_channel, 0);
    if (woken) return woken;
  }
  return host(NR_read, f->host_fd, to, n);
}

static long console_write(struct file *f, const char *from, u32 n, int may_wait) {
  (void)may_wait;
  return host(NR_write, MAX(f->host_fd, 1), from, n);
}

static long console_ioctl(struct file *f, u32 request, u32 arg) {
  char buffer[64];
  long result = host(NR_ioctl, f->host_fd, TCGETS, buffer);
  if (result < 0) return -ENOTTY;
  if (request == TIOCGPGRP) return copy_to(current->mm, arg, &foreground, 4);
  if (request == TIOCSPGRP) return copy_from(current->mm, &foreground, arg, 4);
  if (request > TCGETS && request <= TCSETSF) {
    if (copy_from(current->mm, buffer, arg, 36)) return -EFAULT;
    return host(NR_ioctl, f->host_fd, request, buffer);
  }
  if (request != TCGETS && request != TIOCGWINSZ) return -ENOTTY;
  result = host(NR_ioctl, f->host_fd, request, buffer);
  if (result < 0) return result;
  return copy_to(current->mm, arg, buffer, request == TCGETS ? 36 : 8);
}

static int console_poll(struct file *f) { return POLLOUT | (has_input(f->host_fd, 0) ? POLLIN : 0); }
static const void *console_sleep(struct file *f) { return (void)f, &console_channel; }

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

// ---- devices without anything behind them

static long read_nothing(struct file *f, char *to, u32 n, int may_wait) { return (void)f, (void)to, (void)n, (void)may_wait, 0; }
static long read_zeros(struct file *f, char *to, u32 n, int may_wait) {
  (void)f, (void)may_wait;
  memset(to, 0, n);
  return n;
}
static long read_random(struct file *f, char *to, u32 n, int may_wait) {
  (void)f, (void)may_wait;
  return host(NR_getrandom, to, n, 0);
}
static long write_away(struct file *f, const char *from, u32 n, int may_wait) { return (void)f, (void)from, (void)may_wait, n; }

static const struct {
  const char *name;
  u32 device;
  struct file_ops ops;
} devices[] = {
    {"/dev/null", 0x103, {.read = read_nothing, .write = write_away}},
    {"/dev/zero", 0x105, {.read = read_zeros, .write = write_away}},
    {"/dev/random", 0x108, {.read = read_random, .write = write_away}},
    {"/dev/urandom", 0x109, {.read = read_random, .write = write_away}},
    {"/dev/tty", 0x500, {0}},
    {"/dev/console", 0x501, {0}},
};

static int find_device(const char *guest) {
  for (u32 i = 0; i < ARRAY(devices); i++)
    if (!strcmp(guest, devices[i].name)) return i;
  return -1;
}

const char *dev_link(const char *guest) {
  static const char *links[][2] = {{"/dev/fd", "/proc/self/fd"}, {"/dev/stdin", "/proc/self/fd/0"},
                                   {"/dev/stdout", "/proc/self/fd/1"}, {"/dev/stderr", "/proc/self/fd/2"}};
  for (u32 i = 0; i < ARRAY(links); i++)
    if (!strcmp(guest, links[i][0])) return links[i][1];
  return NULL;
}

struct file *dev_open(const char *guest, int flags, int *error) {
  (void)error;
  int i = find_device(guest);
  if (i < 0) return NULL;
  if (!devices[i].ops.read) return console_file((flags & 3) == O_WRONLY ? 1 : 0, flags, guest);
  return file_new(&devices[i].ops, flags, guest);
}

int dev_stat(const char *guest, struct stat64 *st) {
  int i = find_device(guest);
  if (i < 0) return 0;
  memset(st, 0, sizeof *st);
  st->mode = 0020666;
  st->nlink = 1;
  st->rdev = devices[i].device;
  st->ino = st->ino32 = i + 1;
  st->blksize = PAGE;
  return 1;
}
