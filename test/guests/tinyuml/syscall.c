// The guests' system calls: one row each, small ones written out here. A number without a row is told once a time it
// is called, and fails with ENOSYS.
#include "host.h"

#define ME current
#define FILE_OF(f, fd) struct file *f = file_of(fd); if (!f) return -EBADF
#define GUEST_PATH(name, dirfd, path, follow) char name[PATH]; { int error = at_path(dirfd, path, follow, name); if (error) return error; }
enum { HERE = -100 };

static long put(u32 to, const void *from, u32 n) { return copy_to(ME->mm, to, from, n); }
static long get(void *to, u32 from, u32 n) { return copy_from(ME->mm, to, from, n); }

// ---- processes

static long sys_exit(u32 status) { do_exit((status & 0xff) << 8); }
static long sys_fork(void) { return do_fork(SIGCHLD, 0, 0); }
static long sys_vfork(void) { return do_fork(CLONE_VFORK | SIGCHLD, 0, 0); }
static long sys_clone(u32 flags, u32 stack, u32 parent_tid, u32 tls, u32 child_tid) {
  (void)parent_tid, (void)tls;
  return do_fork(flags, stack, child_tid);
}
static long sys_execve(u32 path, u32 argv, u32 envp) {
  char name[PATH];
  int n = copy_path(ME->mm, name, path, PATH);
  return n < 0 ? n : n == 0 ? -ENOENT : do_exec(name, argv, envp);
}
static long sys_wait4(int pid, u32 status, int flags, u32 rusage) { return do_wait(pid, status, flags, rusage); }
static long sys_waitpid(int pid, u32 status, int flags) { return do_wait(pid, status, flags, 0); }
static long sys_getpid(void) { return ME->pid; }
static long sys_getppid(void) { return ME->parent ? ME->parent->pid : 0; }
static long sys_getid(void) { return 0; }
static long sys_succeed(void) { return 0; }
static long sys_nice(void) { return 20; }
static long sys_getpgrp(void) { return ME->pgrp; }
static long sys_getpgid(int pid) {
  struct proc *p = pid ? proc_find(pid) : ME;
  return p ? p->pgrp : -ESRCH;
}
static long sys_getsid(int pid) {
  struct proc *p = pid ? proc_find(pid) : ME;
  return p ? p->session : -ESRCH;
}
static long sys_setpgid(int pid, int pgrp) {
  struct proc *p = pid ? proc_find(pid) : ME;
  if (!p || (p != ME && p->parent != ME)) return -ESRCH;
  p->pgrp = pgrp ? pgrp : p->pid;
  return 0;
}
static long sys_setsid(void) {
  if (ME->pgrp == ME->pid) return -EPERM;
  return ME->session = ME->pgrp = ME->pid;
}
static long sys_sched_yield(void) { return need_resched = 1, 0; }
static long sys_sched_getaffinity(int pid, u32 size, u32 mask) {
  (void)pid;
  u32 one = 1;
  if (size < 4) return -EINVAL;
  return put(mask, &one, 4) ? -EFAULT : 4;
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
  if (option != 15) return -EINVAL;               // PR_SET_NAME
  memset(ME->comm, 0, sizeof ME->comm);
  for (u32 i = 0; i < 15 && !get(&ME->comm[i], at + i, 1) && ME->comm[i]; i++) {}
  return 0;
}
static long sys_refuse(void) { return -EINVAL; }  // what callers do in another way then
static long sys_unsupported(void) { return -95; } // EOPNOTSUPP: no extended attributes
// With one thread, nobody but a signal would end a wait.
static long sys_futex(u32 at, int operation, u32 value) {
  u32 now_there;
  if ((operation & 127) == 1) return 0;           // FUTEX_WAKE
  if ((operation & 127) != 0) return -ENOSYS;
  if (get(&now_there, at, 4)) return -EFAULT;
  return now_there != value ? -EAGAIN : sleep_on(&ME->tls, 0);
}
static long sys_set_tid_address(void) { return ME->pid; }
static long sys_umask(u32 mask) {
  u32 old = ME->umask;
  ME->umask = mask & 0777;
  return old;
}
static long sys_uname(u32 to) {
  char names[6][65] = {"Linux", "tinyuml", "6.1.0-tinyuml", "#1", "i686", "(none)"};
  return put(to, names, sizeof names);
}
static long sys_prlimit64(int pid, u32 which, u32 new, u32 old) {
  (void)pid;
  u64 limits[2] = {~0ull, ~0ull}, wanted;
  if (which == 3) limits[0] = 8 << 20;            // RLIMIT_STACK
  if (which == 7) limits[0] = ME->file_limit, limits[1] = NFILE;
  if (old && put(old, limits, sizeof limits)) return -EFAULT;
  if (new && get(&wanted, new, 8)) return -EFAULT;
  if (new && which == 7) ME->file_limit = MIN(wanted, NFILE);
  return 0;
}
static long sys_getrlimit(u32 which, u32 to) {
  u32 limits[2] = {which == 3 ? 8 << 20 : which == 7 ? ME->file_limit : ~0u, which == 7 ? NFILE : ~0u};
  return put(to, limits, sizeof limits);
}
static void to_timeval(struct timeval *t, u64 ticks) {
  u64 microseconds = ticks * options.tick;
  t->microseconds = divide(&microseconds, 1000000);
  t->seconds = microseconds;
}
static long sys_getrusage(int who, u32 to) {
  u32 usage[18] = {0};
  to_timeval((struct timeval *)usage, who ? ME->children_ticks : ME->ticks);
  return put(to, usage, sizeof usage);
}
static long sys_times(u32 to) {
  u64 ticks[2] = {ME->ticks * options.tick, ME->children_ticks * options.tick}, time = now();
  divide(&ticks[0], 10000), divide(&ticks[1], 10000), divide(&time, 10000000);
  u32 times[4] = {ticks[0], 0, ticks[1], 0};
  return to && put(to, times, sizeof times) ? -EFAULT : (long)(time & 0x7fffffff);
}
static long sys_sysinfo(u32 to) {
  u64 time = now();
  divide(&time, 1000000000);
  u32 info[16] = {time, 0, 0, 0, physmem_pages * PAGE, pages_free() * PAGE};
  info[10] = 1, info[13] = 1;
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
  if (get(args, at, sizeof args)) return -EFAULT;
  return sys_mmap2(args[0], args[1], args[2], args[3], args[4], args[5] / PAGE);
}
static long sys_munmap(u32 addr, u32 len) { return mm_unmap(ME->mm, addr, len); }
static long sys_mprotect(u32 addr, u32 len, u32 prot) { return mm_protect(ME->mm, addr, len, prot); }
static long sys_mremap(u32 old, u32 old_len, u32 new_len, u32 flags) { return mm_remap(ME->mm, old, old_len, new_len, flags); }

// ---- signals

static long set_action(int signal, struct sigaction *new, struct sigaction *old) {
  if (signal < 1 || signal > 64 || (new && (signal == SIGKILL || signal == SIGSTOP))) return -EINVAL;
  *old = ME->actions[signal];
  if (new) ME->actions[signal] = *new;
  return 0;
}
static long sys_rt_sigaction(int signal, u32 new, u32 old) {
  struct sigaction action, before;
  if (new && get(&action, new, sizeof action)) return -EFAULT;
  long result = set_action(signal, new ? &action : NULL, &before);
  return result ? result : old ? put(old, &before, sizeof before) : 0;
}
static long sys_sigaction(int signal, u32 new, u32 old) {
  u32 words[4] = {0};                             // handler, mask, flags, restorer
  struct sigaction action, before;
  if (new && get(words, new, sizeof words)) return -EFAULT;
  action = (struct sigaction){words[0], words[2], words[3], words[1]};
  long result = set_action(signal, new ? &action : NULL, &before);
  u32 old_words[4] = {before.handler, before.mask, before.flags, before.restorer};
  return result ? result : old ? put(old, old_words, sizeof old_words) : 0;
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
    mask &= ~(SIGBIT(SIGKILL) | SIGBIT(SIGSTOP));
    if (how == SIG_BLOCK) ME->blocked |= mask;
    else if (how == SIG_UNBLOCK) ME->blocked &= ~mask;
    else if (how == SIG_SETMASK) ME->blocked = mask;
    else return -EINVAL;
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
  ME->blocked = mask & ~(SIGBIT(SIGKILL) | SIGBIT(SIGSTOP));
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
  if (new) {
    if (get(words, new, sizeof words)) return -EFAULT;
    ME->altstack = words[0];
    ME->altstack_size = words[1] & 2 ? 0 : words[2];
  }
  return old ? put(old, before, sizeof before) : 0;
}

// ---- time

static u64 nanoseconds_of(const struct timespec *t) { return (u64)t->seconds * 1000000000 + t->nanoseconds; }
static long sys_clock_gettime(int clock, u32 to) {
  struct timespec t;
  long result = host(NR_clock_gettime, clock == 2 || clock == 3 ? 1 : clock, &t);
  return result ? result : put(to, &t, sizeof t);
}
static long sys_clock_gettime64(int clock, u32 to) {
  struct timespec t;
  long result = host(NR_clock_gettime, clock == 2 || clock == 3 ? 1 : clock, &t);
  u64 wide[2] = {t.seconds, t.nanoseconds};
  return result ? result : put(to, wide, sizeof wide);
}
static long sys_clock_getres(int clock, u32 to) {
  struct timespec t = {0, 1};
  return (void)clock, to ? put(to, &t, sizeof t) : 0;
}
static long sys_gettimeofday(u32 to) {
  struct timespec t;
  host(NR_clock_gettime, 0, &t);
  struct timeval v = {t.seconds, t.nanoseconds / 1000};
  return to ? put(to, &v, sizeof v) : 0;
}
static long sys_time(u32 to) {
  struct timespec t;
  host(NR_clock_gettime, 0, &t);
  return to && put(to, &t.seconds, 4) ? -EFAULT : t.seconds;
}
static u64 time_left(u64 until) {
  u64 time = now();
  return until > time ? until - time : 0;
}
static long sleep_until(u64 until, u32 left_at, int wide) {
  long woken;
  do woken = sleep_on(&ME->wake_at, until);
  while (woken == 0);
  if (woken == -ETIMEDOUT) return 0;
  u64 left = time_left(until);
  u32 nanoseconds = divide(&left, 1000000000);
  u32 words[4] = {left, wide ? 0 : nanoseconds, nanoseconds, 0};
  if (left_at && put(left_at, words, wide ? 16 : 8)) return -EFAULT;
  return -EINTR;
}
static long sys_nanosleep(u32 at, u32 left) {
  struct timespec t;
  if (get(&t, at, sizeof t)) return -EFAULT;
  return sleep_until(now() + nanoseconds_of(&t), left, 0);
}
static u64 absolute(int clock, int flags, u64 value) {
  if (!(flags & 1)) return now() + value;
  if (clock == 1) return value;
  struct timespec t;
  host(NR_clock_gettime, clock, &t);
  return value > nanoseconds_of(&t) ? now() + value - nanoseconds_of(&t) : now();
}
static long sys_clock_nanosleep(int clock, int flags, u32 at, u32 left) {
  struct timespec t;
  if (get(&t, at, sizeof t)) return -EFAULT;
  return sleep_until(absolute(clock, flags, nanoseconds_of(&t)), flags & 1 ? 0 : left, 0);
}
static long sys_clock_nanosleep64(int clock, int flags, u32 at, u32 left) {
  u64 t[2];
  if (get(t, at, sizeof t)) return -EFAULT;
  return sleep_until(absolute(clock, flags, t[0] * 1000000000 + (u32)t[1]), flags & 1 ? 0 : left, 1);
}
static u64 from_timeval(const struct timeval *t) { return (u64)t->seconds * 1000000000 + t->microseconds * 1000ull; }
static void into_timeval(struct timeval *t, u64 nanoseconds) {
  u32 rest = divide(&nanoseconds, 1000000000);
  *t = (struct timeval){nanoseconds, rest / 1000};
}
static long sys_getitimer(int which, u32 to) {
  struct itimerval value = {{0, 0}, {0, 0}};
  if (which) return -EINVAL;
  into_timeval(&value.interval, ME->alarm_interval);
  if (ME->alarm_at) into_timeval(&value.value, MAX(time_left(ME->alarm_at), 1000ull));
  return put(to, &value, sizeof value);
}
static long sys_setitimer(int which, u32 new, u32 old) {
  struct itimerval value;
  if (which) return -EINVAL;
  if (get(&value, new, sizeof value)) return -EFAULT;
  if (old && sys_getitimer(0, old)) return -EFAULT;
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
  int error = stat_path(guest, 1, &st);
  if (error || is_proc(guest) || dev_stat(guest, &st)) return error;
  char name[PATH];
  host_path(name, guest);
  return host(NR_access, name, how);
}
static long sys_access(u32 path, int how) { return sys_faccessat(HERE, path, how); }
static long stat_at(int dirfd, u32 path, u32 to, int follow) {
  GUEST_PATH(guest, dirfd, path, follow);
  struct stat64 st;
  int error = stat_path(guest, follow, &st);
  return error ? error : put(to, &st, sizeof st);
}
static long sys_stat64(u32 path, u32 to) { return stat_at(HERE, path, to, 1); }
static long sys_lstat64(u32 path, u32 to) { return stat_at(HERE, path, to, 0); }
static long sys_fstat64(int fd, u32 to) {
  FILE_OF(f, fd);
  struct stat64 st;
  int error = stat_file(f, &st);
  return error ? error : put(to, &st, sizeof st);
}
enum { AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_EMPTY_PATH = 0x1000 };
static int is_empty(u32 path) {
  char c = 1;
  return get(&c, path, 1) == 0 && c == 0;
}
static long sys_fstatat64(int dirfd, u32 path, u32 to, int flags) {
  if (flags & AT_EMPTY_PATH && is_empty(path)) return sys_fstat64(dirfd, to);
  return stat_at(dirfd, path, to, !(flags & AT_SYMLINK_NOFOLLOW));
}
static long sys_statx(int dirfd, u32 path, int flags, u32 mask, u32 to) {
  (void)mask;
  struct stat64 st;
  int error;
  if (flags & AT_EMPTY_PATH && is_empty(path)) {
    FILE_OF(f, dirfd);
    error = stat_file(f, &st);
  } else {
    GUEST_PATH(guest, dirfd, path, !(flags & AT_SYMLINK_NOFOLLOW));
    error = stat_path(guest, !(flags & AT_SYMLINK_NOFOLLOW), &st);
  }
  if (error) return error;
  struct {
    u32 mask, blksize;
    u64 attributes;
    u32 nlink, uid, gid;
    u16 mode, pad;
    u64 ino, size, blocks, attributes_mask;
    struct { u64 seconds; u32 nanoseconds, pad; } atime, btime, ctime, mtime;
    u32 rdev_major, rdev_minor, dev_major, dev_minor;
    u64 spare[14];
  } x = {.mask = 0x7ff, .blksize = st.blksize, .nlink = st.nlink, .uid = st.uid, .gid = st.gid, .mode = st.mode,
         .ino = st.ino, .size = st.size, .blocks = st.blocks, .atime = {st.atime, st.atime_ns, 0},
         .ctime = {st.ctime, st.ctime_ns, 0}, .mtime = {st.mtime, st.mtime_ns, 0},
         .rdev_major = (u32)st.rdev >> 8 & 0xfff, .rdev_minor = st.rdev & 0xff,
         .dev_major = (u32)st.dev >> 8 & 0xfff, .dev_minor = st.dev & 0xff};
  return put(to, &x, sizeof x);
}
static long sys_readlinkat(int dirfd, u32 path, u32 to, u32 size) {
  GUEST_PATH(guest, dirfd, path, 0);
  char link[PATH], name[PATH];
  int n = -EINVAL;
  if (is_proc(guest)) {
    struct file *open = proc_descriptor(guest);
    n = open ? (int)copy_string(link, open->path, PATH) : proc_link(guest, link);
    if (n == 0) n = -EINVAL;
  } else if (!host_path(name, guest)) {
    n = host(NR_readlink, name, link, PATH);
  }
  if (n < 0) return n;
  n = MIN(n, (int)size);
  return put(to, link, n) ? -EFAULT : n;
}
static long sys_readlink(u32 path, u32 to, u32 size) { return sys_readlinkat(HERE, path, to, size); }

// A change of one name, which the host makes.
static long change(long number, int dirfd, u32 path, int follow, u32 argument) {
  GUEST_PATH(guest, dirfd, path, follow);
  char name[PATH];
  int error = host_path(name, guest);
  return error ? error : host(number, name, argument);
}
static long sys_mkdirat(int dirfd, u32 path, u32 mode) { return change(NR_mkdir, dirfd, path, 0, mode & ~ME->umask); }
static long sys_mkdir(u32 path, u32 mode) { return sys_mkdirat(HERE, path, mode); }
static long sys_rmdir(u32 path) { return change(NR_rmdir, HERE, path, 0, 0); }
static long sys_unlink(u32 path) { return change(NR_unlink, HERE, path, 0, 0); }
static long sys_unlinkat(int dirfd, u32 path, int flags) { return change(flags & AT_REMOVEDIR ? NR_rmdir : NR_unlink, dirfd, path, 0, 0); }
static long sys_fchmodat(int dirfd, u32 path, u32 mode) { return change(NR_chmod, dirfd, path, 1, mode); }
static long sys_chmod(u32 path, u32 mode) { return sys_fchmodat(HERE, path, mode); }
static long sys_fchownat(int dirfd, u32 path, u32 user, u32 group, int flags) {
  GUEST_PATH(guest, dirfd, path, !(flags & AT_SYMLINK_NOFOLLOW));
  char name[PATH];
  int error = host_path(name, guest);
  return error ? error : host(NR_fchownat, HERE, name, user, group, flags);
}
static long sys_lchown(u32 path, u32 user, u32 group) { return sys_fchownat(HERE, path, user, group, AT_SYMLINK_NOFOLLOW); }
static long sys_chown(u32 path, u32 user, u32 group) { return sys_fchownat(HERE, path, user, group, 0); }
static long sys_mknodat(int dirfd, u32 path, u32 mode, u32 device) {
  GUEST_PATH(guest, dirfd, path, 0);
  char name[PATH];
  int error = host_path(name, guest);
  return error ? error : host(NR_mknod, name, mode & ~ME->umask, device);
}
static long sys_mknod(u32 path, u32 mode, u32 device) { return sys_mknodat(HERE, path, mode, device); }
static long two_names(long number, int from_fd, u32 from, int to_fd, u32 to) {
  GUEST_PATH(guest, from_fd, from, 0);
  char name[PATH], other[PATH];
  int error = host_path(name, guest);
  if (!error) error = at_path(to_fd, to, 0, guest);
  if (!error) error = host_path(other, guest);
  return error ? error : host(number, name, other);
}
static long sys_renameat(int from_fd, u32 from, int to_fd, u32 to) { return two_names(NR_rename, from_fd, from, to_fd, to); }
static long sys_rename(u32 from, u32 to) { return two_names(NR_rename, HERE, from, HERE, to); }
static long sys_link(u32 from, u32 to) { return two_names(NR_link, HERE, from, HERE, to); }
static long sys_linkat(int from_fd, u32 from, int to_fd, u32 to) { return two_names(NR_link, from_fd, from, to_fd, to); }
static long sys_symlinkat(u32 text, int dirfd, u32 path) {
  GUEST_PATH(guest, dirfd, path, 0);
  char name[PATH], link[PATH];
  int error = host_path(name, guest);
  if (!error) error = MIN(copy_path(ME->mm, link, text, PATH), 0);
  return error ? error : host(NR_symlink, link, name);
}
static long sys_symlink(u32 text, u32 path) { return sys_symlinkat(text, HERE, path); }
static long set_times(int dirfd, u32 path, const void *times, int flags) {
  if (path == 0) {
    FILE_OF(f, dirfd);
    return host(NR_utimensat, f->host_fd, 0, times, 0);
  }
  GUEST_PATH(guest, dirfd, path, !(flags & AT_SYMLINK_NOFOLLOW));
  char name[PATH];
  int error = host_path(name, guest);
  return error ? error : host(NR_utimensat, HERE, name, times, flags);
}
static long sys_utimensat(int dirfd, u32 path, u32 at, int flags) {
  struct timespec times[2];
  if (at && get(times, at, sizeof times)) return -EFAULT;
  return set_times(dirfd, path, at ? times : NULL, flags);
}
static long sys_utimensat64(int dirfd, u32 path, u32 at, int flags) {
  u64 wide[4] = {0};
  if (at && get(wide, at, sizeof wide)) return -EFAULT;
  struct timespec times[2] = {{wide[0], wide[1]}, {wide[2], wide[3]}};
  return set_times(dirfd, path, at ? times : NULL, flags);
}
static long sys_statfs64(u32 path, u32 size, u32 to) {
  GUEST_PATH(guest, HERE, path, 1);
  char name[PATH], buffer[84];
  int error = host_path(name, guest);
  if (!error) error = host(NR_statfs64, name, 84, buffer);
  return error ? error : put(to, buffer, MIN(size, 84u));
}
static long sys_truncate64(u32 path, u32 pad, u32 low) {
  (void)pad;
  GUEST_PATH(guest, HERE, path, 1);
  char name[PATH];
  int error = host_path(name, guest);
  return error ? error : host(NR_truncate64, name, low, 0);
}
static long sys_chdir(u32 path) {
  GUEST_PATH(guest, HERE, path, 1);
  struct stat64 st;
  int error = stat_path(guest, 1, &st);
  if (error) return error;
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
  if (size < n) return -ERANGE;
  return put(to, ME->cwd, n) ? -EFAULT : (long)n;
}

// ---- files by descriptor

static long sys_read(int fd, u32 to, u32 n) {
  FILE_OF(f, fd);
  if (!f->ops->read) return -EISDIR;
  return file_io(f, to, n, 0);
}
static long sys_write(int fd, u32 from, u32 n) {
  FILE_OF(f, fd);
  if (!f->ops->write) return -EBADF;
  return file_io(f, from, n, 1);
}
static long vector(int fd, u32 list, u32 count, int write) {
  FILE_OF(f, fd);
  long done = 0;
  for (; count > 0; count--, list += 8) {
    u32 part[2];
    if (get(part, list, 8)) return done ? done : -EFAULT;
    if (!part[1]) continue;
    long n = (write ? f->ops->write != NULL : f->ops->read != NULL) ? file_io(f, part[0], part[1], write) : -EBADF;
    if (n < 0) return done ? done : n;
    done += n;
    if ((u32)n < part[1]) break;
  }
  return done;
}
static long sys_readv(int fd, u32 list, u32 count) { return vector(fd, list, count, 0); }
static long sys_writev(int fd, u32 list, u32 count) { return vector(fd, list, count, 1); }
static long positioned(int fd, u32 buffer, u32 n, u64 offset, int write) {
  FILE_OF(f, fd);
  if (f->host_fd < 3) return -ESPIPE;
  long done = 0;
  while (n > 0) {
    u32 part = MIN(n, PAGE - (buffer & (PAGE - 1)));
    char *at = user_page(ME->mm, buffer, !write);
    if (!at) return done ? done : -EFAULT;
    long r = host(write ? NR_pwrite64 : NR_pread64, f->host_fd, at, part, (u32)offset, (u32)(offset >> 32));
    if (r < 0) return done ? done : r;
    done += r, buffer += r, offset += r, n -= r;
    if ((u32)r < part) break;
  }
  return done;
}
static long sys_pread64(int fd, u32 to, u32 n, u32 low, u32 high) { return positioned(fd, to, n, (u64)high << 32 | low, 0); }
static long sys_pwrite64(int fd, u32 from, u32 n, u32 low, u32 high) { return positioned(fd, from, n, (u64)high << 32 | low, 1); }
static long sys_close(u32 fd) {
  FILE_OF(f, fd);
  ME->files[fd] = NULL;
  file_put(f);
  return 0;
}
static long sys_llseek(int fd, u32 high, u32 low, u32 to, int whence) {
  FILE_OF(f, fd);
  u64 position;
  if (f->host_fd >= 0) {
    long result = host(NR_llseek, f->host_fd, high, low, &position, whence);
    return result ? result : put(to, &position, 8);
  }
  if (f->path[0] != '/' || whence > 1 || is_proc(f->path) == 0) return -ESPIPE;
  f->position = position = low + (whence ? f->position : 0);
  return put(to, &position, 8);
}
static long sys_lseek(int fd, int offset, int whence) {
  FILE_OF(f, fd);
  u64 position;
  if (f->host_fd >= 0) {
    long result = host(NR_llseek, f->host_fd, offset >> 31, offset, &position, whence);
    return result ? result : (long)position;
  }
  if (!is_proc(f->path) || whence > 1) return -ESPIPE;
  return f->position = offset + (whence ? f->position : 0);
}
static long sys_dup(u32 fd) {
  FILE_OF(f, fd);
  int copy = fd_install(f, 0, 0);
  if (copy >= 0) f->references++;
  return copy;
}
static long sys_dup3(u32 fd, u32 to, int flags) {
  FILE_OF(f, fd);
  if (to >= NFILE) return -EBADF;
  f->references++;
  if (ME->files[to]) file_put(ME->files[to]);
  ME->files[to] = f;
  ME->close_on_exec[to] = !!(flags & O_CLOEXEC);
  return to;
}
static long sys_dup2(u32 fd, u32 to) { return fd == to && file_of(fd) ? (long)to : sys_dup3(fd, to, 0); }
static long sys_pipe2(u32 to, int flags) {
  struct file *ends[2];
  int error = make_pipe(ends, flags), fds[2];
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
    case 0: case 1030:                            // F_DUPFD, F_DUPFD_CLOEXEC
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
  long size = is_proc(f->path) ? proc_list(f, buffer, MIN(n, sizeof buffer))
                               : host(NR_getdents64, f->host_fd, buffer, MIN(n, sizeof buffer));
  return size > 0 && put(to, buffer, size) ? -EFAULT : size;
}
static long sys_ftruncate64(int fd, u32 low, u32 high) {
  FILE_OF(f, fd);
  return f->host_fd < 3 ? -EINVAL : host(NR_ftruncate64, f->host_fd, low, high);
}
static long sys_fchmod(int fd, u32 mode) {
  FILE_OF(f, fd);
  return f->host_fd < 3 ? -EPERM : host(NR_fchmod, f->host_fd, mode);
}
static long sys_fchown(int fd, u32 user, u32 group) {
  FILE_OF(f, fd);
  return f->host_fd < 3 ? -EPERM : host(NR_fchown, f->host_fd, user, group);
}
static long sys_poll(u32 fds, u32 count, int milliseconds) { return do_poll(fds, count, milliseconds < 0 ? -1 : milliseconds * 1000000ll); }
static long with_timespec(u32 at, int wide, s64 *nanoseconds) {
  u64 t[2];
  struct timespec narrow;
  *nanoseconds = -1;
  if (!at) return 0;
  if (wide ? get(t, at, 16) : get(&narrow, at, 8)) return -EFAULT;
  *nanoseconds = wide ? (s64)(t[0] * 1000000000 + t[1]) : (s64)nanoseconds_of(&narrow);
  return 0;
}
static long sys_ppoll(u32 fds, u32 count, u32 at) {
  s64 wait;
  return with_timespec(at, 0, &wait) ? -EFAULT : do_poll(fds, count, wait);
}
static long sys_ppoll64(u32 fds, u32 count, u32 at) {
  s64 wait;
  return with_timespec(at, 1, &wait) ? -EFAULT : do_poll(fds, count, wait);
}
static long sys_select(int n, u32 in, u32 out, u32 except, u32 at) {
  struct timeval t;
  if (at && get(&t, at, sizeof t)) return -EFAULT;
  return do_select(n, in, out, except, at ? (s64)from_timeval(&t) : -1);
}
static long sys_pselect(int n, u32 in, u32 out, u32 except, u32 at) {
  s64 wait;
  return with_timespec(at, 0, &wait) ? -EFAULT : do_select(n, in, out, except, wait);
}
static long sys_pselect64(int n, u32 in, u32 out, u32 except, u32 at) {
  s64 wait;
  return with_timespec(at, 1, &wait) ? -EFAULT : do_select(n, in, out, except, wait);
}
static long sys_getrandom(u32 to, u32 n, u32 flags) {
  char bytes[256];
  n = MIN(n, sizeof bytes);
  long got = host(NR_getrandom, bytes, n, flags);
  return got > 0 && put(to, bytes, got) ? -EFAULT : got;
}

// ---- the table

typedef long (*handler)(u32, u32, u32, u32, u32, u32);
#define CALL(number, name) [number] = (handler)(void (*)(void))sys_##name
static const handler table[] = {
    CALL(1, exit), CALL(2, fork), CALL(3, read), CALL(4, write), CALL(5, open), CALL(6, close), CALL(7, waitpid),
    CALL(8, creat), CALL(9, link), CALL(10, unlink), CALL(11, execve), CALL(12, chdir), CALL(13, time), CALL(14, mknod), CALL(15, chmod), CALL(16, lchown),
    CALL(19, lseek), CALL(20, getpid), CALL(24, getid), CALL(27, alarm), CALL(29, pause), CALL(33, access),
    CALL(34, succeed) /* nice */, CALL(36, succeed) /* sync */, CALL(37, kill), CALL(38, rename), CALL(39, mkdir), CALL(40, rmdir), CALL(41, dup),
    CALL(42, pipe), CALL(43, times), CALL(45, brk), CALL(47, getid), CALL(48, signal), CALL(49, getid), CALL(50, getid),
    CALL(54, ioctl), CALL(55, fcntl64), CALL(57, setpgid), CALL(60, umask), CALL(61, chroot), CALL(63, dup2), CALL(64, getppid),
    CALL(65, getpgrp), CALL(66, setsid), CALL(67, sigaction), CALL(75, succeed) /* setrlimit */, CALL(76, getrlimit),
    CALL(77, getrusage), CALL(78, gettimeofday), CALL(83, symlink), CALL(85, readlink), CALL(90, mmap), CALL(91, munmap),
    CALL(94, fchmod), CALL(95, fchown), CALL(96, nice) /* getpriority */, CALL(97, succeed), CALL(104, setitimer), CALL(105, getitimer), CALL(114, wait4),
    CALL(116, sysinfo), CALL(118, succeed) /* fsync */, CALL(119, sigreturn), CALL(120, clone), CALL(122, uname),
    CALL(125, mprotect), CALL(132, getpgid), CALL(133, fchdir), CALL(140, llseek), CALL(142, select),
    CALL(143, succeed) /* flock */, CALL(144, succeed) /* msync */, CALL(145, readv), CALL(146, writev), CALL(147, getsid),
    CALL(148, succeed) /* fdatasync */,
    CALL(158, sched_yield), CALL(162, nanosleep), CALL(163, mremap), CALL(168, poll), CALL(172, prctl), CALL(173, rt_sigreturn),
    CALL(174, rt_sigaction), CALL(175, rt_sigprocmask), CALL(176, rt_sigpending), CALL(179, rt_sigsuspend),
    CALL(180, pread64), CALL(181, pwrite64), CALL(183, getcwd), CALL(186, sigaltstack), CALL(190, vfork),
    CALL(191, getrlimit), CALL(192, mmap2), CALL(193, truncate64), CALL(194, ftruncate64), CALL(195, stat64),
    CALL(196, lstat64), CALL(197, fstat64), CALL(199, getid), CALL(200, getid), CALL(201, getid), CALL(202, getid),
    CALL(205, getid) /* getgroups */, CALL(198, lchown), CALL(206, succeed), CALL(207, fchown), CALL(212, chown),
    CALL(213, succeed), CALL(214, succeed), CALL(219, succeed) /* madvise */, CALL(220, getdents64), CALL(221, fcntl64),
    CALL(224, getpid) /* gettid */, CALL(226, unsupported), CALL(227, unsupported), CALL(228, unsupported), CALL(229, unsupported),
    CALL(230, unsupported), CALL(231, unsupported), CALL(232, unsupported), CALL(233, unsupported), CALL(234, unsupported),
    CALL(239, refuse) /* sendfile64 */, CALL(240, futex), CALL(242, sched_getaffinity), CALL(243, set_thread_area), CALL(252, exit),
    CALL(258, set_tid_address), CALL(265, clock_gettime), CALL(266, clock_getres), CALL(267, clock_nanosleep),
    CALL(268, statfs64), CALL(270, tgkill), CALL(295, openat), CALL(296, mkdirat), CALL(297, mknodat), CALL(298, fchownat),
    CALL(300, fstatat64), CALL(301, unlinkat), CALL(302, renameat), CALL(303, linkat), CALL(304, symlinkat),
    CALL(305, readlinkat), CALL(306, fchmodat), CALL(307, faccessat), CALL(308, pselect), CALL(309, ppoll),
    CALL(311, succeed) /* set_robust_list */, CALL(320, utimensat), CALL(330, dup3), CALL(331, pipe2),
    CALL(340, prlimit64), CALL(353, renameat), CALL(355, getrandom), CALL(383, statx), CALL(403, clock_gettime64),
    CALL(407, clock_nanosleep64), CALL(412, utimensat64), CALL(413, pselect64), CALL(414, ppoll64), CALL(439, faccessat),
};
// Refused without a word, since every libc asks and does without: rseq, clone3.
static int is_optional(u32 number) { return number == 386 || number == 435; }

void do_syscall(void) {
  struct proc *p = current;
  struct regs *r = &p->regs;
  u32 number = p->syscall = r->orig_eax;
  r->orig_eax = -1;
  p->in_syscall = 1;
  long result = -ENOSYS;
  if (number < ARRAY(table) && table[number])
    result = table[number](r->ebx, r->ecx, r->edx, r->esi, r->edi, r->ebp);
  else if (!is_optional(number))
    print("%s[%d]: system call %u is not there\n", p->comm, p->pid, number);
  p->restarting = result == -ERESTART;
  p->in_syscall = 0;
  r->eax = result;
}
