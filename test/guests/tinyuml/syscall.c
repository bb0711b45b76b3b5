// The guests' system calls: a row each. Small ones are written out here, those that concern one name or descriptor of
// the host are passed on to it. A number without a row is told each time it is called, and fails with ENOSYS.
#include "host.h"

#define ME current
#define FILE_OF(f, fd) struct file *f = file_of(fd); if (!f) return -EBADF
#define GUEST_PATH(name, dirfd, path, follow) char name[PATH]; int error = at_path(dirfd, path, follow, name); if (error) return error
enum { HERE = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_EMPTY_PATH = 0x1000 };
static long put(u32 to, const void *from, u32 n) { return copy_to(ME->mm, to, from, n); }
static long get(void *to, u32 from, u32 n) { return copy_from(ME->mm, to, from, n); }

// ---- processes
static long sys_exit(u32 status) { do_exit((status & 0xff) << 8); }
static long sys_fork(void) { return do_fork(SIGCHLD, 0, 0); }
static long sys_vfork(void) { return do_fork(CLONE_VFORK | SIGCHLD, 0, 0); }
static long sys_clone(u32 flags, u32 stack, u32 parent, u32 tls, u32 child) { return (void)parent, (void)tls, do_fork(flags, stack, child); }
static long sys_execve(u32 path, u32 argv, u32 envp) {
  char name[PATH];
  int n = copy_path(ME->mm, name, path, PATH);
  return n < 0 ? n : n == 0 ? -ENOENT : do_exec(name, argv, envp);
}
static long sys_wait4(int pid, u32 status, int flags, u32 usage) { return do_wait(pid, status, flags, usage); }
static long sys_waitpid(int pid, u32 status, int flags) { return do_wait(pid, status, flags, 0); }
static long sys_getpid(void) { return ME->pid; }
static long sys_getppid(void) { return ME->parent ? ME->parent->pid : 0; }
static long sys_succeed(void) { return 0; }
static long sys_refuse(void) { return -EINVAL; }       // what callers do in another way then
static long sys_unsupported(void) { return -EOPNOTSUPP; }
static long sys_nice(void) { return 20; }
static long sys_getpgrp(void) { return ME->pgrp; }
static struct proc *process(int pid) { return pid ? proc_find(pid) : ME; }
static long sys_getpgid(int pid) { return process(pid) ? process(pid)->pgrp : -ESRCH; }
static long sys_getsid(int pid) { return process(pid) ? process(pid)->session : -ESRCH; }
static long sys_setpgid(int pid, int pgrp) {
  struct proc *p = process(pid);
  if (!p || (p != ME && p->parent != ME)) return -ESRCH;
  p->pgrp = pgrp ? pgrp : p->pid;
  return 0;
}
static long sys_setsid(void) { return ME->pgrp == ME->pid ? -EPERM : (ME->session = ME->pgrp = ME->pid); }
static long sys_sched_yield(void) { return need_resched = 1, 0; }
static long sys_sched_getaffinity(int pid, u32 size, u32 mask) {
  u32 one = 1;
  return (void)pid, size < 4 ? -EINVAL : put(mask, &one, 4) ? -EFAULT : 4;
}
static long sys_set_thread_area(u32 at) {
  struct tls_desc d;
  if (get(&d, at, sizeof d)) return -EFAULT;
  int index = d.entry == ~0u ? -1 : (int)(d.entry - host_has.tls_first);
  for (int i = 0; i < 3 && index < 0; i++)
    if (!ME->tls[i].entry) index = i;
  if (index < 0) return -ESRCH;
  if (index > 2) return -EINVAL;
  d.entry = host_has.tls_first + index;
  ME->tls[index] = d;
  long result = mode->set_tls(ME, index);
  return result ? result : put(at, &d.entry, 4);
}
static long sys_prctl(u32 option, u32 at) {
  if (option == 16) return put(at, ME->comm, sizeof ME->comm);  // PR_GET_NAME
  if (option != 15) return -EINVAL;                    // PR_SET_NAME
  memset(ME->comm, 0, sizeof ME->comm);
  for (u32 i = 0; i < 15 && !get(&ME->comm[i], at + i, 1) && ME->comm[i]; i++) {}
  return 0;
}
// With one thread, nobody but a signal would end a wait.
static long sys_futex(u32 at, int operation, u32 value) {
  u32 there;
  if ((operation & 127) == 1) return 0;                // FUTEX_WAKE
  if ((operation & 127) != 0) return -ENOSYS;
  return get(&there, at, 4) ? -EFAULT : there != value ? -EAGAIN : sleep_on(&ME->tls, 0);
}
static long sys_umask(u32 mask) {
  u32 old = ME->umask;
  ME->umask = mask & 0777;
  return old;
}
static long sys_uname(u32 to) {
  static const char names[6][65] = {"Linux", "tinyuml", "6.1.0-tinyuml", "#1", "i686", "(none)"};
  return put(to, names, sizeof names);
}
enum { RLIMIT_STACK = 3, RLIMIT_NOFILE = 7 };
static long sys_prlimit64(int pid, u32 which, u32 new, u32 old) {
  u64 wanted, limits[2] = {which == RLIMIT_STACK ? 8 << 20 : which == RLIMIT_NOFILE ? ME->file_limit : ~0ull,
                           which == RLIMIT_NOFILE ? NFILE : ~0ull};
  if ((void)pid, old && put(old, limits, sizeof limits)) return -EFAULT;
  if (new && get(&wanted, new, 8)) return -EFAULT;
  if (new && which == RLIMIT_NOFILE) ME->file_limit = MIN(wanted, NFILE);
  return 0;
}
static long sys_getrlimit(u32 which, u32 to) {
  u32 limits[2] = {which == RLIMIT_STACK ? 8 << 20 : which == RLIMIT_NOFILE ? ME->file_limit : ~0u, ~0u};
  return put(to, limits, sizeof limits);
}
static long sys_getrusage(int who, u32 to) {
  u32 usage[18] = {0};
  u64 microseconds = (who ? ME->children_ticks : ME->ticks) * options.tick;
  usage[1] = divide(&microseconds, 1000000), usage[0] = microseconds;
  return put(to, usage, sizeof usage);
}
static long sys_times(u32 to) {
  u64 own = ME->ticks * options.tick, children = ME->children_ticks * options.tick, time = now();
  divide(&own, 10000), divide(&children, 10000), divide(&time, 10000000);
  u32 times[4] = {own, 0, children, 0};
  return to && put(to, times, sizeof times) ? -EFAULT : (long)(time & 0x7fffffff);
}
static long sys_sysinfo(u32 to) {
  u64 time = now();
  divide(&time, 1000000000);
  u32 info[16] = {time, 0, 0, 0, physmem_pages * PAGE, pages_free() * PAGE, [10] = 1, [13] = 1};
  return put(to, info, sizeof info);
}

// ---- memory
static long sys_brk(u32 brk) { return mm_brk(ME->mm, brk); }
static long sys_mmap2(u32 addr, u32 len, u32 prot, u32 flags, int fd, u32 offset) {
  if (!(flags & 3)) return -EINVAL;
  if (flags & MAP_ANON) return mm_map(ME->mm, addr, len, prot, flags, NULL, 0, NULL);
  FILE_OF(f, fd);
  if (f->host_fd < 3) return -ENODEV;
  if (flags & MAP_SHARED && prot & PROT_WRITE) return print("%s: no shared writable mappings of files\n", f->path), -ENODEV;
  int host_fd = host(NR_fcntl64, f->host_fd, 1030 /* F_DUPFD_CLOEXEC */, 3);
  if (host_fd < 0) return host_fd;
  struct inode *inode = inode_new(host_fd, f->path);
  long result = mm_map(ME->mm, addr, len, prot, flags, inode, offset, NULL);
  inode_put(inode);
  return result;
}
static long sys_mmap(u32 at) {
  u32 args[6];
  return get(args, at, sizeof args) ? -EFAULT : sys_mmap2(args[0], args[1], args[2], args[3], args[4], args[5] / PAGE);
}
static long sys_munmap(u32 addr, u32 len) { return mm_unmap(ME->mm, addr, len); }
static long sys_mprotect(u32 addr, u32 len, u32 prot) { return mm_protect(ME->mm, addr, len, prot); }
static long sys_mremap(u32 old, u32 old_len, u32 new_len, u32 flags) { return mm_remap(ME->mm, old, old_len, new_len, flags); }

// ---- signals
#define UNBLOCKABLE (SIGBIT(SIGKILL) | SIGBIT(SIGSTOP))
static long set_action(int signal, const struct sigaction *new, struct sigaction *old) {
  if (signal < 1 || signal > 64 || (new && UNBLOCKABLE & SIGBIT(signal))) return -EINVAL;
  *old = ME->actions[signal];
  if (new) ME->actions[signal] = *new;
  return 0;
}
static long sys_rt_sigaction(int signal, u32 new, u32 old) {
  struct sigaction action, before;
  if (new && get(&action, new, sizeof action)) return -EFAULT;
  long result = set_action(signal, new ? &action : NULL, &before);
  return result || !old ? result : put(old, &before, sizeof before);
}
static long sys_sigaction(int signal, u32 new, u32 old) {
  struct { u32 handler, mask, flags, restorer; } words = {0};
  if (new && get(&words, new, sizeof words)) return -EFAULT;
  struct sigaction action = {words.handler, words.flags, words.restorer, words.mask}, before;
  long result = set_action(signal, new ? &action : NULL, &before);
  words.handler = before.handler, words.mask = before.mask, words.flags = before.flags, words.restorer = before.restorer;
  return result || !old ? result : put(old, &words, sizeof words);
}
static long sys_signal(int signal, u32 handler) {
  struct sigaction action = {handler, SA_RESETHAND | SA_NODEFER, 0, 0}, before;
  long result = set_action(signal, &action, &before);
  return result ? result : (long)before.handler;
}
static long sys_rt_sigprocmask(int how, u32 new, u32 old) {
  u64 mask, before = ME->blocked;
  if (new) {
    if (get(&mask, new, 8)) return -EFAULT;
    if (how < SIG_BLOCK || how > SIG_SETMASK) return -EINVAL;
    mask = how == SIG_BLOCK ? before | mask : how == SIG_UNBLOCK ? before & ~mask : mask;
    ME->blocked = mask & ~UNBLOCKABLE;
  }
  return old ? put(old, &before, 8) : 0;
}
static long sys_rt_sigpending(u32 to) {
  u64 set = ME->pending & ME->blocked;
  return put(to, &set, 8);
}
static long suspend(u64 mask) {
  ME->saved_mask = ME->blocked;
  ME->restore_mask = 1;
  ME->blocked = mask & ~UNBLOCKABLE;
  while (!signal_pending(ME)) sleep_on(&ME->pending, 0);
  return -EINTR;
}
static long sys_rt_sigsuspend(u32 at) {
  u64 mask;
  return get(&mask, at, 8) ? -EFAULT : suspend(mask);
}
static long sys_pause(void) { return suspend(ME->blocked); }
static long sys_kill(int pid, int signal) { return kill_many(pid, signal); }
static long sys_tgkill(int group, int pid, int signal) { return (void)group, kill_many(pid, signal); }
static long sys_sigreturn(void) { return do_sigreturn(0); }
static long sys_rt_sigreturn(void) { return do_sigreturn(1); }
static long sys_sigaltstack(u32 new, u32 old) {
  int on_it = ME->regs.esp - ME->altstack < ME->altstack_size;
  u32 before[3] = {ME->altstack, !ME->altstack_size ? 2 : on_it, ME->altstack_size}, words[3];
  if (new && get(words, new, sizeof words)) return -EFAULT;
  if (new) ME->altstack = words[0], ME->altstack_size = words[1] & 2 ? 0 : words[2];
  return old ? put(old, before, sizeof before) : 0;
}

// ---- time: nanoseconds inside; outside two words, or two of 64 bits where the row says so
static int get_time(u32 at, u64 *time) {
  u64 wide[2];
  struct timespec t;
  if (ME->wide ? get(wide, at, 16) : get(&t, at, 8)) return -EFAULT;
  *time = ME->wide ? wide[0] * 1000000000 + (u32)wide[1] : (u64)t.seconds * 1000000000 + t.nanoseconds;
  return 0;
}
static long put_time(u32 to, u64 time) {
  u32 rest = divide(&time, 1000000000);
  u64 wide[2] = {time, rest};
  struct timespec t = {time, rest};
  return ME->wide ? put(to, wide, 16) : put(to, &t, 8);
}
static u64 clock_time(int clock) {
  struct timespec t = {0, 0};
  host(NR_clock_gettime, clock, &t);
  return (u64)t.seconds * 1000000000 + t.nanoseconds;
}
static long sys_clock_gettime(u32 clock, u32 to) { return clock > 11 ? -EINVAL : put_time(to, clock_time(clock == 2 || clock == 3 ? 1 : clock)); }
static long sys_clock_getres(int clock, u32 to) { return (void)clock, to ? put_time(to, 1) : 0; }
static long put_timeval(u32 to, u64 time) {
  u32 rest = divide(&time, 1000000000);
  struct timeval t = {time, rest / 1000};
  return put(to, &t, sizeof t);
}
static long sys_gettimeofday(u32 to) { return to ? put_timeval(to, clock_time(0)) : 0; }
static long sys_time(u32 to) {
  u64 time = clock_time(0);
  divide(&time, 1000000000);
  return to && put(to, &time, 4) ? -EFAULT : (long)time;
}
static u64 time_left(u64 until) {
  u64 time = now();
  return until > time ? until - time : 0;
}
static long sys_clock_nanosleep(int clock, int flags, u32 at, u32 left) {
  u64 time;
  if (get_time(at, &time)) return -EFAULT;
  u64 until = flags & 1 ? now() + time - MIN(time, clock_time(clock)) : now() + time;
  long woken;
  do woken = sleep_on(&ME->wake_at, until);
  while (woken == 0);
  if (woken == -ETIMEDOUT) return 0;
  return left && !(flags & 1) && put_time(left, time_left(until)) ? -EFAULT : -EINTR;
}
static long sys_nanosleep(u32 at, u32 left) { return sys_clock_nanosleep(1, 0, at, left); }
static u64 from_timeval(const struct timeval *t) { return (u64)t->seconds * 1000000000 + t->microseconds * 1000ull; }
static long sys_getitimer(int which, u32 to) {
  if (which) return -EINVAL;
  u64 left = ME->alarm_at ? MAX(time_left(ME->alarm_at), 1000ull) : 0;
  return put_timeval(to, ME->alarm_interval) || put_timeval(to + 8, left) ? -EFAULT : 0;
}
static long sys_setitimer(int which, u32 new, u32 old) {
  struct itimerval value = {{0, 0}, {0, 0}};
  if (which) return -EINVAL;
  if ((new && get(&value, new, sizeof value)) || (old && sys_getitimer(0, old))) return -EFAULT;
  u64 first = from_timeval(&value.value);
  ME->alarm_interval = from_timeval(&value.interval);
  ME->alarm_at = first ? now() + first : 0;
  return 0;
}
static long sys_alarm(u32 seconds) {
  u64 left = ME->alarm_at ? time_left(ME->alarm_at) + 999999999 : 0;
  divide(&left, 1000000000);
  ME->alarm_interval = 0;
  ME->alarm_at = seconds ? now() + seconds * 1000000000ull : 0;
  return left;
}

// ---- files by path
static long sys_openat(int dirfd, u32 path, int flags, u32 permissions) {
  GUEST_PATH(guest, dirfd, path, !(flags & O_NOFOLLOW) && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL));
  return open_path(guest, flags, permissions);
}
static long sys_open(u32 path, int flags, u32 permissions) { return sys_openat(HERE, path, flags, permissions); }
static long sys_creat(u32 path, u32 permissions) { return sys_openat(HERE, path, O_CREAT | O_WRONLY | O_TRUNC, permissions); }
static long sys_faccessat(int dirfd, u32 path, int how) {
  GUEST_PATH(guest, dirfd, path, 1);
  struct stat64 st;
  char name[PATH];
  if ((error = stat_path(guest, 1, &st)) || is_proc(guest) || dev_stat(guest, &st)) return error;
  return (error = host_path(name, guest)) ? error : host(NR_access, name, how);
}
static long sys_access(u32 path, int how) { return sys_faccessat(HERE, path, how); }
// The status of a name, or, with AT_EMPTY_PATH, of a descriptor.
static int status_at(int dirfd, u32 path, int flags, struct stat64 *st) {
  char first = 1;
  if (flags & AT_EMPTY_PATH && get(&first, path, 1) == 0 && first == 0) {
    FILE_OF(f, dirfd);
    return stat_file(f, st);
  }
  GUEST_PATH(guest, dirfd, path, !(flags & AT_SYMLINK_NOFOLLOW));
  return stat_path(guest, !(flags & AT_SYMLINK_NOFOLLOW), st);
}
static long sys_fstatat64(int dirfd, u32 path, u32 to, int flags) {
  struct stat64 st;
  int error = status_at(dirfd, path, flags, &st);
  return error ? error : put(to, &st, sizeof st);
}
static long sys_stat64(u32 path, u32 to) { return sys_fstatat64(HERE, path, to, 0); }
static long sys_lstat64(u32 path, u32 to) { return sys_fstatat64(HERE, path, to, AT_SYMLINK_NOFOLLOW); }
static long sys_fstat64(int fd, u32 to) {
  FILE_OF(f, fd);
  struct stat64 st;
  int error = stat_file(f, &st);
  return error ? error : put(to, &st, sizeof st);
}
static long sys_statx(int dirfd, u32 path, int flags, u32 mask, u32 to) {
  struct stat64 st;
  int error = status_at(dirfd, path, flags, &st);
  if ((void)mask, error) return error;
  struct statx_time { u64 seconds; u32 nanoseconds, pad; };
  struct {
    u32 mask, blksize;
    u64 attributes;
    u32 nlink, uid, gid;
    u16 mode, pad;
    u64 ino, size, blocks, attributes_mask;
    struct statx_time atime, btime, ctime, mtime;
    u32 rdev_major, rdev_minor, dev_major, dev_minor;
    u64 spare[14];
  } x = {0x7ff, st.blksize, 0, st.nlink, st.uid, st.gid, st.mode, 0, st.ino, st.size, st.blocks, 0,
         {st.atime, st.atime_ns, 0}, {0, 0, 0}, {st.ctime, st.ctime_ns, 0}, {st.mtime, st.mtime_ns, 0},
         (u32)st.rdev >> 8 & 0xfff, st.rdev & 0xff, (u32)st.dev >> 8 & 0xfff, st.dev & 0xff, {0}};
  return put(to, &x, sizeof x);
}
static long sys_readlinkat(int dirfd, u32 path, u32 to, u32 size) {
  GUEST_PATH(guest, dirfd, path, 0);
  char link[PATH], name[PATH];
  struct file *open = proc_descriptor(guest);
  int n = open ? (int)copy_string(link, open->path, PATH) : is_proc(guest) ? proc_link(guest, link) : -1;
  if (n < 0) n = host_path(name, guest) ? -ENAMETOOLONG : host(NR_readlink, name, link, PATH);
  if (n <= 0) return n ? n : -EINVAL;
  n = MIN(n, (int)size);
  return put(to, link, n) ? -EFAULT : n;
}
static long sys_readlink(u32 path, u32 to, u32 size) { return sys_readlinkat(HERE, path, to, size); }
static long sys_symlinkat(u32 text, int dirfd, u32 path) {
  GUEST_PATH(guest, dirfd, path, 0);
  char name[PATH], link[PATH];
  if ((error = host_path(name, guest)) || (error = MIN(copy_path(ME->mm, link, text, PATH), 0))) return error;
  return host(NR_symlink, link, name);
}
static long sys_symlink(u32 text, u32 path) { return sys_symlinkat(text, HERE, path); }
static long sys_utimensat(int dirfd, u32 path, u32 at, int flags) {
  u64 time[2];
  struct timespec times[2];
  for (int i = 0; i < 2 && at; i++) {
    if (get_time(at + i * (ME->wide ? 16 : 8), &time[i])) return -EFAULT;
    times[i].nanoseconds = divide(&time[i], 1000000000), times[i].seconds = time[i];
    u32 special;                                       // UTIME_NOW, UTIME_OMIT
    get(&special, at + (ME->wide ? i * 16 + 8 : i * 8 + 4), 4);
    if (special >= 1000000000) times[i].nanoseconds = special;
  }
  if (path == 0) {
    FILE_OF(f, dirfd);
    return host(NR_utimensat, f->host_fd, 0, at ? times : NULL, 0);
  }
  GUEST_PATH(guest, dirfd, path, !(flags & AT_SYMLINK_NOFOLLOW));
  char name[PATH];
  return (error = host_path(name, guest)) ? error : host(NR_utimensat, HERE, name, at ? times : NULL, flags);
}
static long sys_statfs64(u32 path, u32 size, u32 to) {
  GUEST_PATH(guest, HERE, path, 1);
  char name[PATH], buffer[84];
  if ((error = host_path(name, guest)) || (error = host(NR_statfs64, name, 84, buffer))) return error;
  return put(to, buffer, MIN(size, 84u));
}
static long sys_chdir(u32 path) {
  GUEST_PATH(guest, HERE, path, 1);
  struct stat64 st;
  if ((error = stat_path(guest, 1, &st))) return error;
  if ((st.mode & 0170000) != 0040000) return -ENOTDIR;
  copy_string(ME->cwd, guest, PATH);
  return 0;
}
static long sys_chroot(u32 path) {
  GUEST_PATH(guest, HERE, path, 1);
  return strcmp(guest, "/") ? -EPERM : 0;
}
static long sys_fchdir(int fd) {
  FILE_OF(f, fd);
  if (f->path[0] != '/') return -ENOTDIR;
  copy_string(ME->cwd, f->path, PATH);
  return 0;
}
static long sys_getcwd(u32 to, u32 size) {
  u32 n = strlen(ME->cwd) + 1;
  return size < n ? -ERANGE : put(to, ME->cwd, n) ? -EFAULT : (long)n;
}

// ---- files by descriptor
static long sys_read(int fd, u32 to, u32 n) {
  FILE_OF(f, fd);
  return f->ops->read ? file_io(f, to, n, 0) : -EISDIR;
}
static long sys_write(int fd, u32 from, u32 n) {
  FILE_OF(f, fd);
  return f->ops->write ? file_io(f, from, n, 1) : -EBADF;
}
static long vector(int fd, u32 list, u32 count, int write) {
  long done = 0;
  for (u32 part[2]; count > 0; count--, list += 8) {
    if (get(part, list, 8)) return done ? done : -EFAULT;
    long n = write ? sys_write(fd, part[0], part[1]) : sys_read(fd, part[0], part[1]);
    if (n < 0) return done ? done : n;
    done += n;
    if ((u32)n < part[1]) break;
  }
  return done;
}
static long sys_readv(int fd, u32 list, u32 count) { return vector(fd, list, count, 0); }
static long sys_writev(int fd, u32 list, u32 count) { return vector(fd, list, count, 1); }
static long positioned(long call, int fd, u32 buffer, u32 n, u64 offset) {
  FILE_OF(f, fd);
  if (f->host_fd < 3) return -ESPIPE;
  long done = 0;
  for (u32 part = 0, r = 0; n > 0 && r == part; done += r, buffer += r, offset += r, n -= r) {
    part = MIN(n, PAGE - (buffer & (PAGE - 1)));
    char *at = user_page(ME->mm, buffer, call == NR_pread64);
    long result = at ? host(call, f->host_fd, at, part, (u32)offset, (u32)(offset >> 32)) : -EFAULT;
    if (result < 0) return done ? done : result;
    r = result;
  }
  return done;
}
static long sys_pread64(int fd, u32 to, u32 n, u32 low, u32 high) { return positioned(NR_pread64, fd, to, n, (u64)high << 32 | low); }
static long sys_pwrite64(int fd, u32 from, u32 n, u32 low, u32 high) { return positioned(NR_pwrite64, fd, from, n, (u64)high << 32 | low); }
static long sys_close(u32 fd) {
  FILE_OF(f, fd);
  ME->files[fd] = NULL;
  file_put(f);
  return 0;
}
static long seek(struct file *f, u32 high, u32 low, int whence, u64 *position) {
  if (f->host_fd >= 0) return host(NR_llseek, f->host_fd, high, low, position, whence);
  if (!is_proc(f->path) || whence > 1) return -ESPIPE;
  *position = f->position = low + (whence ? f->position : 0);
  return 0;
}
static long sys_llseek(int fd, u32 high, u32 low, u32 to, int whence) {
  FILE_OF(f, fd);
  u64 position;
  long result = seek(f, high, low, whence, &position);
  return result ? result : put(to, &position, 8);
}
static long sys_lseek(int fd, int offset, int whence) {
  FILE_OF(f, fd);
  u64 position;
  long result = seek(f, offset >> 31, offset, whence, &position);
  return result ? result : (long)position;
}
static long sys_dup(u32 fd) {
  FILE_OF(f, fd);
  int copy = fd_install(f, 0, 0);
  if (copy >= 0) f->references++;
  return copy;
}
static long sys_dup3(u32 fd, u32 to, int flags) {
  FILE_OF(f, fd);
  if (to >= ME->file_limit) return -EBADF;
  f->references++;
  file_put(ME->files[to]);
  ME->files[to] = f;
  ME->close_on_exec[to] = !!(flags & O_CLOEXEC);
  return to;
}
static long sys_dup2(u32 fd, u32 to) { return fd == to && file_of(fd) ? (long)to : sys_dup3(fd, to, 0); }
static long sys_pipe2(u32 to, int flags) {
  struct file *ends[2];
  int fds[2], error = make_pipe(ends, flags);
  if (error) return error;
  for (int i = 0; i < 2; i++)
    if ((fds[i] = fd_install(ends[i], 0, flags & O_CLOEXEC)) < 0) return file_put(ends[i]), fds[i];
  return put(to, fds, 8);
}
static long sys_pipe(u32 to) { return sys_pipe2(to, 0); }
static long sys_ioctl(int fd, u32 request, u32 argument) {
  FILE_OF(f, fd);
  return f->ops->ioctl ? f->ops->ioctl(f, request, argument) : -ENOTTY;
}
static long sys_fcntl64(u32 fd, int command, u32 argument) {
  FILE_OF(f, fd);
  int copy;
  switch (command) {
    case 0: case 1030:                                 // F_DUPFD, F_DUPFD_CLOEXEC
      copy = fd_install(f, argument, command);
      if (copy >= 0) f->references++;
      return copy;
    case 1: return ME->close_on_exec[fd];
    case 2: return ME->close_on_exec[fd] = argument & 1, 0;
    case 3: return f->flags | O_LARGEFILE;
    case 4: return f->flags = (f->flags & ~(O_NONBLOCK | O_APPEND)) | (argument & (O_NONBLOCK | O_APPEND)), 0;
    case 5: case 6: case 7: case 12: case 13: case 14: return 0;  // locks: nobody else is there to hold one
    default: return -EINVAL;
  }
}
static long sys_getdents64(int fd, u32 to, u32 n) {
  FILE_OF(f, fd);
  char buffer[2048];
  n = MIN(n, sizeof buffer);
  long size = is_proc(f->path) ? proc_list(f, buffer, n) : host(NR_getdents64, f->host_fd, buffer, n);
  return size > 0 && put(to, buffer, size) ? -EFAULT : size;
}
static long sys_poll(u32 fds, u32 count, int milliseconds) { return do_poll(fds, count, milliseconds < 0 ? -1 : milliseconds * 1000000ll); }
static long sys_ppoll(u32 fds, u32 count, u32 at) {
  u64 wait = -1;
  return at && get_time(at, &wait) ? -EFAULT : do_poll(fds, count, wait);
}
static long sys_pselect(int n, u32 in, u32 out, u32 except, u32 at) {
  u64 wait = -1;
  return at && get_time(at, &wait) ? -EFAULT : do_select(n, in, out, except, wait);
}
static long sys_select(int n, u32 in, u32 out, u32 except, u32 at) {
  struct timeval t;
  if (at && get(&t, at, sizeof t)) return -EFAULT;
  return do_select(n, in, out, except, at ? (s64)from_timeval(&t) : -1);
}
static long sys_getrandom(u32 to, u32 n, u32 flags) {
  char bytes[256];
  long got = host(NR_getrandom, bytes, MIN(n, sizeof bytes), flags);
  return got > 0 && put(to, bytes, got) ? -EFAULT : got;
}

// ---- passed on, with names as the host has them
static long pass_name(long call, int dirfd, u32 path, int follow, u32 a, u32 b) {
  GUEST_PATH(guest, dirfd, path, follow);
  char name[PATH];
  return (error = host_path(name, guest)) ? error : host(call, name, a, b);
}
static long pass_names(long call, int from_fd, u32 from, int to_fd, u32 to) {
  GUEST_PATH(guest, from_fd, from, 0);
  char name[PATH], other[PATH];
  if ((error = host_path(name, guest)) || (error = at_path(to_fd, to, 0, guest)) || (error = host_path(other, guest)))
    return error;
  return host(call, name, other);
}
static long sys_mkdirat(int dirfd, u32 path, u32 bits) { return pass_name(NR_mkdir, dirfd, path, 0, bits & ~ME->umask, 0); }
static long sys_mkdir(u32 path, u32 bits) { return sys_mkdirat(HERE, path, bits); }
static long sys_mknodat(int dirfd, u32 path, u32 bits, u32 device) { return pass_name(NR_mknod, dirfd, path, 0, bits & ~ME->umask, device); }
static long sys_mknod(u32 path, u32 bits, u32 device) { return sys_mknodat(HERE, path, bits, device); }
static long sys_rmdir(u32 path) { return pass_name(NR_rmdir, HERE, path, 0, 0, 0); }
static long sys_unlink(u32 path) { return pass_name(NR_unlink, HERE, path, 0, 0, 0); }
static long sys_unlinkat(int dirfd, u32 path, int flags) { return pass_name(flags & AT_REMOVEDIR ? NR_rmdir : NR_unlink, dirfd, path, 0, 0, 0); }
static long sys_fchmodat(int dirfd, u32 path, u32 bits) { return pass_name(NR_chmod, dirfd, path, 1, bits, 0); }
static long sys_chmod(u32 path, u32 bits) { return sys_fchmodat(HERE, path, bits); }
static long sys_lchown(u32 path, u32 user, u32 group) { return pass_name(NR_lchown, HERE, path, 0, user, group); }
static long sys_chown(u32 path, u32 user, u32 group) { return pass_name(NR_chown, HERE, path, 1, user, group); }
static long sys_fchownat(int dirfd, u32 path, u32 user, u32 group, int flags) {
  int follow = !(flags & AT_SYMLINK_NOFOLLOW);
  return pass_name(follow ? NR_chown : NR_lchown, dirfd, path, follow, user, group);
}
static long sys_truncate64(u32 path, u32 low, u32 high) { return pass_name(NR_truncate64, HERE, path, 1, low, high); }
static long sys_renameat(int from_fd, u32 from, int to_fd, u32 to) { return pass_names(NR_rename, from_fd, from, to_fd, to); }
static long sys_rename(u32 from, u32 to) { return pass_names(NR_rename, HERE, from, HERE, to); }
static long sys_linkat(int from_fd, u32 from, int to_fd, u32 to) { return pass_names(NR_link, from_fd, from, to_fd, to); }
static long sys_link(u32 from, u32 to) { return pass_names(NR_link, HERE, from, HERE, to); }
static long pass_file(long call, int fd, u32 a, u32 b) {
  FILE_OF(f, fd);
  return f->host_fd < 3 ? -EINVAL : host(call, f->host_fd, a, b);
}
static long sys_ftruncate64(int fd, u32 low, u32 high) { return pass_file(NR_ftruncate64, fd, low, high); }
static long sys_fchmod(int fd, u32 bits) { return pass_file(NR_fchmod, fd, bits, 0); }
static long sys_fchown(int fd, u32 user, u32 group) { return pass_file(NR_fchown, fd, user, group); }

// ---- the table
typedef long (*handler)(u32, u32, u32, u32, u32, u32);
static const struct {
  handler call;
  int wide;                                            // its times are of 64 bits
} table[] = {
#define CALL(number, name) [number] = {(handler)(void (*)(void))sys_##name, 0}
#define WIDE(number, name) [number] = {(handler)(void (*)(void))sys_##name, 1}
    CALL(1, exit), CALL(2, fork), CALL(3, read), CALL(4, write), CALL(5, open), CALL(6, close), CALL(7, waitpid),
    CALL(8, creat), CALL(9, link), CALL(10, unlink), CALL(11, execve), CALL(12, chdir), CALL(13, time), CALL(14, mknod),
    CALL(15, chmod), CALL(16, lchown), CALL(19, lseek), CALL(20, getpid), CALL(24, succeed) /* getuid */, CALL(27, alarm),
    CALL(29, pause), CALL(33, access), CALL(34, succeed) /* nice */, CALL(36, succeed) /* sync */, CALL(37, kill),
    CALL(38, rename), CALL(39, mkdir), CALL(40, rmdir), CALL(41, dup), CALL(42, pipe), CALL(43, times), CALL(45, brk),
    CALL(47, succeed) /* getgid */, CALL(48, signal), CALL(49, succeed) /* geteuid */, CALL(50, succeed) /* getegid */,
    CALL(54, ioctl), CALL(55, fcntl64), CALL(57, setpgid), CALL(60, umask), CALL(61, chroot), CALL(63, dup2),
    CALL(64, getppid), CALL(65, getpgrp), CALL(66, setsid), CALL(67, sigaction), CALL(75, succeed) /* setrlimit */,
    CALL(76, getrlimit), CALL(77, getrusage), CALL(78, gettimeofday), CALL(83, symlink), CALL(85, readlink), CALL(90, mmap),
    CALL(91, munmap), CALL(94, fchmod), CALL(95, fchown), CALL(96, nice) /* getpriority */, CALL(97, succeed),
    CALL(104, setitimer), CALL(105, getitimer), CALL(114, wait4), CALL(116, sysinfo), CALL(118, succeed) /* fsync */,
    CALL(119, sigreturn), CALL(120, clone), CALL(122, uname), CALL(125, mprotect), CALL(132, getpgid), CALL(133, fchdir),
    CALL(140, llseek), CALL(142, select), CALL(143, succeed) /* flock */, CALL(144, succeed) /* msync */, CALL(145, readv),
    CALL(146, writev), CALL(147, getsid), CALL(148, succeed) /* fdatasync */, CALL(158, sched_yield), CALL(162, nanosleep),
    CALL(163, mremap), CALL(168, poll), CALL(172, prctl), CALL(173, rt_sigreturn), CALL(174, rt_sigaction),
    CALL(175, rt_sigprocmask), CALL(176, rt_sigpending), CALL(179, rt_sigsuspend), CALL(180, pread64), CALL(181, pwrite64),
    CALL(183, getcwd), CALL(186, sigaltstack), CALL(190, vfork), CALL(191, getrlimit), CALL(192, mmap2),
    CALL(193, truncate64), CALL(194, ftruncate64), CALL(195, stat64), CALL(196, lstat64), CALL(197, fstat64),
    CALL(198, lchown), CALL(199, succeed) /* ids: getuid32.. */, CALL(200, succeed), CALL(201, succeed), CALL(202, succeed),
    CALL(205, succeed) /* getgroups */, CALL(206, succeed), CALL(207, fchown), CALL(212, chown), CALL(213, succeed),
    CALL(214, succeed), CALL(219, succeed) /* madvise */, CALL(220, getdents64), CALL(221, fcntl64),
    CALL(224, getpid) /* gettid */, CALL(226, unsupported) /* extended attributes: setxattr.. */, CALL(227, unsupported),
    CALL(228, unsupported), CALL(229, unsupported), CALL(230, unsupported), CALL(231, unsupported), CALL(232, unsupported),
    CALL(233, unsupported), CALL(234, unsupported), CALL(239, refuse) /* sendfile64 */, CALL(240, futex),
    CALL(242, sched_getaffinity), CALL(243, set_thread_area), CALL(252, exit), CALL(258, getpid) /* set_tid_address */,
    CALL(265, clock_gettime), CALL(266, clock_getres), CALL(267, clock_nanosleep), CALL(268, statfs64), CALL(270, tgkill),
    CALL(295, openat), CALL(296, mkdirat), CALL(297, mknodat), CALL(298, fchownat), CALL(300, fstatat64),
    CALL(301, unlinkat), CALL(302, renameat), CALL(303, linkat), CALL(304, symlinkat), CALL(305, readlinkat),
    CALL(306, fchmodat), CALL(307, faccessat), CALL(308, pselect), CALL(309, ppoll),
    CALL(311, succeed) /* set_robust_list */, CALL(320, utimensat), CALL(330, dup3), CALL(331, pipe2), CALL(340, prlimit64),
    CALL(353, renameat) /* renameat2 */, CALL(355, getrandom), CALL(383, statx), WIDE(403, clock_gettime),
    WIDE(407, clock_nanosleep), WIDE(412, utimensat), WIDE(413, pselect), WIDE(414, ppoll), CALL(439, faccessat),
};
// Refused without a word, since every libc asks and does without: rseq, clone3.
static int is_optional(u32 number) { return number == 386 || number == 435; }

void do_syscall(void) {
  struct proc *p = current;
  struct regs *r = &p->regs;
  u32 number = p->syscall = r->orig_eax;
  r->orig_eax = -1;
  long result = -ENOSYS;
  if (number < ARRAY(table) && table[number].call) {
    p->wide = table[number].wide;
    result = table[number].call(r->ebx, r->ecx, r->edx, r->esi, r->edi, r->ebp);
  } else if (!is_optional(number)) {
    print("%s[%d]: system call %u is not there\n", p->comm, p->pid, number);
  }
  p->restarting = result == -ERESTART;
  r->eax = result;
}
