// The guests' system calls: a row each. Small ones are written out here, those that concern one name or descriptor of
// the host are passed on to it. A number without a row is told each time it is called, and fails with ENOSYS.
#include "tinyuml.h"

#define ME current
#define FILE_OF(f, fd) struct file *f = file_of(fd); if (!f) return -EBADF
#define GUEST_PATH(name, dirfd, path, follow) char name[PATH]; int error = at_path(dirfd, path, follow, name); if (error) return error
#define HOST_PATH(name, guest) char name[PATH]; if ((error = host_path(name, guest))) return error
static long put(u32 to, const void *from, u32 n) { return copy_to(ME->mm, to, from, n); }
static long get(void *to, u32 from, u32 n) { return copy_from(ME->mm, to, from, n); }

typedef long (*handler)(u32, u32, u32, u32, u32, u32);
enum { HERE = 1, FOLLOW = 2, MASKED = 4 };        // AT_FDCWD goes in front; links are followed; the umask applies
static struct row {
  handler call;
  int how, host;                             // host: the call that a name or descriptor is passed on to
} const *row;                                // of the call that is being made, until it sleeps

// ---- processes
static long sys_exit(u32 status) { do_exit((status & 0xff) << 8); }
static long sys_fork(void) { return do_fork(SIGCHLD, 0, 0); }
static long sys_vfork(void) { return do_fork(CLONE_VFORK | CLONE_VM | SIGCHLD, 0, 0); }
static long sys_clone(u32 flags, u32 stack, u32 parent, u32 tls, u32 child) { return do_fork(flags, stack, child); }
static long sys_execve(u32 path, u32 argv, u32 envp) {
  char name[PATH];
  int n = copy_path(ME->mm, name, path, PATH);
  return n < 0 ? n : n == 0 ? -ENOENT : do_exec(name, argv, envp);
}
static long sys_waitpid(int pid, u32 status, int flags) { return do_wait(pid, status, flags, 0); }
static long sys_getpid(void) { return ME->pid; }
static long sys_getppid(void) { return ME->parent ? ME->parent->pid : 0; }
static long sys_succeed(void) { return 0; }
static long sys_refuse(void) { return -EINVAL; }       // what callers do in another way then
static long sys_unsupported(void) { return -EOPNOTSUPP; }
static long sys_getpriority(void) { return 20; }
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
  return size < 4 ? -EINVAL : put(mask, &one, 4) ? -EFAULT : 4;
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
// Programs that are many in one file tell their name by it.
static long sys_prctl(u32 option, u32 at) {
  if (option == 16) return put(at, ME->comm, sizeof ME->comm);  // PR_GET_NAME
  if (option != 15) return -EINVAL;                             // PR_SET_NAME
  for (u32 i = 0; i < 15 && !get(&ME->comm[i], at + i, 1) && ME->comm[i]; i++) {}
  return 0;
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
static u64 limit_of(u32 which) { return which == RLIMIT_STACK ? 8 << 20 : which == RLIMIT_NOFILE ? ME->file_limit : ~0ull; }
static long sys_prlimit64(int pid, u32 which, u32 new, u32 old) {
  u64 wanted, limits[2] = {limit_of(which), which == RLIMIT_NOFILE ? NFILE : ~0ull};
  if (old && put(old, limits, sizeof limits)) return -EFAULT;
  if (new && get(&wanted, new, 8)) return -EFAULT;
  if (new && which == RLIMIT_NOFILE) ME->file_limit = MIN(wanted, NFILE);
  return 0;
}
static long sys_getrlimit(u32 which, u32 to) {
  u32 limits[2] = {limit_of(which), ~0u};
  return put(to, limits, sizeof limits);
}
static long sys_sysinfo(u32 to) {
  u32 info[16] = {now() / SECOND, 0, 0, 0, physmem_pages * PAGE, pages_free() * PAGE, [10] = 1, [13] = 1};
  return put(to, info, sizeof info);
}

// ---- memory
static long sys_brk(u32 brk) { return mm_brk(ME->mm, brk); }
static long sys_mmap2(u32 addr, u32 len, u32 prot, u32 flags, int fd, u32 offset) {
  if (!(flags & MAP_TYPE)) return -EINVAL;
  if (flags & MAP_ANONYMOUS) return mm_map(ME->mm, addr, len, prot, flags, NULL, 0, NULL);
  FILE_OF(f, fd);
  if (f->host_fd < 3) return -ENODEV;
  if (flags & MAP_SHARED && prot & PROT_WRITE) return print("%s: no shared writable mappings of files\n", f->path), -ENODEV;
  int host_fd = host(fcntl64, f->host_fd, F_DUPFD_CLOEXEC, 3);
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
static long sys_rt_sigaction(int signal, u32 new, u32 old) {
  struct action action, before;
  if (signal < 1 || signal > 64 || (new && UNBLOCKABLE & SIGBIT(signal))) return -EINVAL;
  if (new && get(&action, new, sizeof action)) return -EFAULT;
  before = ME->actions[signal];
  if (new) ME->actions[signal] = action;
  return old ? put(old, &before, sizeof before) : 0;
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
static long sys_tgkill(int group, int pid, int signal) { return kill_many(pid, signal); }
static long sys_sigreturn(void) { return do_sigreturn(0); }
static long sys_rt_sigreturn(void) { return do_sigreturn(1); }
static long sys_sigaltstack(u32 new, u32 old) {
  int on_it = ME->regs.esp - ME->altstack < ME->altstack_size;
  u32 before[3] = {ME->altstack, !ME->altstack_size ? 2 /* SS_DISABLE */ : on_it, ME->altstack_size}, words[3];
  if (new && get(words, new, sizeof words)) return -EFAULT;
  if (new) ME->altstack = words[0], ME->altstack_size = words[1] & 2 /* SS_DISABLE */ ? 0 : words[2];
  return old ? put(old, before, sizeof before) : 0;
}

// ---- files by path
static long sys_openat(int dirfd, u32 path, int flags, u32 permissions) {
  int follow = flags & O_NOFOLLOW || (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL) ? 0 : flags & O_CREAT ? MAY_LACK : 1;
  GUEST_PATH(guest, dirfd, path, follow);
  return open_path(guest, flags, permissions);
}
static long sys_creat(u32 path, u32 permissions) { return sys_openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, permissions); }
static long sys_faccessat(int dirfd, u32 path, int how) {
  GUEST_PATH(guest, dirfd, path, 1);
  struct stat64 st;
  if ((error = stat_path(guest, 1, &st)) || is_proc(guest)) return error;
  HOST_PATH(name, guest);
  return host(access, name, how);
}
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
static long sys_stat64(u32 path, u32 to) { return sys_fstatat64(AT_FDCWD, path, to, 0); }
static long sys_lstat64(u32 path, u32 to) { return sys_fstatat64(AT_FDCWD, path, to, AT_SYMLINK_NOFOLLOW); }
static long sys_fstat64(int fd, u32 to) {
  FILE_OF(f, fd);
  struct stat64 st;
  int error = stat_file(f, &st);
  return error ? error : put(to, &st, sizeof st);
}
static long sys_readlinkat(int dirfd, u32 path, u32 to, u32 size) {
  GUEST_PATH(guest, dirfd, path, 0);
  char link[PATH], name[PATH];
  struct file *open = proc_descriptor(guest);
  int n = open ? (int)copy_string(link, open->path, PATH) : is_proc(guest) ? proc_link(guest, link) : -1;
  if (n < 0) n = host_path(name, guest) ? -ENAMETOOLONG : host(readlink, name, link, PATH);
  if (n <= 0) return n ? n : -EINVAL;
  n = MIN(n, (int)size);
  return put(to, link, n) ? -EFAULT : n;
}
static long sys_symlinkat(u32 text, int dirfd, u32 path) {
  GUEST_PATH(guest, dirfd, path, 0);
  HOST_PATH(name, guest);
  char link[PATH];
  path_forget();
  return (error = MIN(copy_path(ME->mm, link, text, PATH), 0)) ? error : host(symlink, link, name);
}
static long sys_symlink(u32 text, u32 path) { return sys_symlinkat(text, AT_FDCWD, path); }
static long sys_utimensat(int dirfd, u32 path, u32 at, int flags) {
  struct timespec times[2];
  if (at && get(times, at, sizeof times)) return -EFAULT;
  if (path == 0) {
    FILE_OF(f, dirfd);
    return host(utimensat, f->host_fd, 0, at ? times : NULL, 0);
  }
  GUEST_PATH(guest, dirfd, path, !(flags & AT_SYMLINK_NOFOLLOW));
  HOST_PATH(name, guest);
  return host(utimensat, AT_FDCWD, name, at ? times : NULL, flags);
}
static long sys_statfs64(u32 path, u32 size, u32 to) {
  GUEST_PATH(guest, AT_FDCWD, path, 1);
  HOST_PATH(name, guest);
  char buffer[84];
  return (error = host(statfs64, name, sizeof buffer, buffer)) ? error : put(to, buffer, MIN(size, sizeof buffer));
}
static long sys_chdir(u32 path) {
  GUEST_PATH(guest, AT_FDCWD, path, 1);
  struct stat64 st;
  if ((error = stat_path(guest, 1, &st))) return error;
  if (!S_ISDIR(st.st_mode)) return -ENOTDIR;
  copy_string(ME->cwd, guest, PATH);
  return 0;
}
static long sys_chroot(u32 path) {
  GUEST_PATH(guest, AT_FDCWD, path, 1);
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
// pread64 or pwrite64, straight from and into the guest's pages.
static long positioned(int fd, u32 buffer, u32 n, u32 low, u32 high) {
  u64 offset = (u64)high << 32 | low;
  FILE_OF(f, fd);
  if (f->host_fd < 3) return -ESPIPE;
  long done = 0;
  for (u32 part = 0, r = 0; n > 0 && r == part; done += r, buffer += r, offset += r, n -= r) {
    char *at = user_part(ME->mm, buffer, (part = n, &part), row->host == __NR_pread64);
    long result = at ? host_call(row->host, f->host_fd, at, part, (u32)offset, (u32)(offset >> 32)) : -EFAULT;
    if (result < 0) return done ? done : result;
    r = result;
  }
  return done;
}
static long sys_close(u32 fd) {
  FILE_OF(f, fd);
  fd_close(ME, fd);
  return 0;
}
static long seek(struct file *f, u32 high, u32 low, int whence, u64 *position) {
  if (f->host_fd >= 0) return host(_llseek, f->host_fd, high, low, position, whence);
  if (!is_proc(f->path) || whence > 1) return -ESPIPE;
  *position = f->position = low + (whence ? f->position : 0);
  return 0;
}
static long sys__llseek(int fd, u32 high, u32 low, u32 to, int whence) {
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
  fd_close(ME, to);
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
    case F_DUPFD: case F_DUPFD_CLOEXEC:
      copy = fd_install(f, argument, command == F_DUPFD_CLOEXEC);
      if (copy >= 0) f->references++;
      return copy;
    case F_GETFD: return ME->close_on_exec[fd];
    case F_SETFD: return ME->close_on_exec[fd] = argument & FD_CLOEXEC, 0;
    case F_GETFL: return f->flags | O_LARGEFILE;
    case F_SETFL: return f->flags = (f->flags & ~(O_NONBLOCK | O_APPEND)) | (argument & (O_NONBLOCK | O_APPEND)), 0;
    case F_GETLK: case F_SETLK: case F_SETLKW: case F_GETLK64: case F_SETLK64: case F_SETLKW64:
      return 0;                              // nobody else is there to hold a lock
    default: return -EINVAL;
  }
}
static long sys_getdents64(int fd, u32 to, u32 n) {
  FILE_OF(f, fd);
  char buffer[2048];
  n = MIN(n, sizeof buffer);
  long size = is_proc(f->path) ? proc_list(f, buffer, n) : host(getdents64, f->host_fd, buffer, n);
  return size > 0 && put(to, buffer, size) ? -EFAULT : size;
}
static long sys_poll(u32 fds, u32 count, int milliseconds) { return do_poll(fds, count, milliseconds < 0 ? -1 : milliseconds * 1000000ll); }
static long sys_ppoll(u32 fds, u32 count, u32 at) {
  u64 wait = -1;
  return at && get_time(at, &wait) ? -EFAULT : do_poll(fds, count, wait);
}
static long sys_pselect6(int n, u32 in, u32 out, u32 except, u32 at) {
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
  long got = host(getrandom, bytes, MIN(n, sizeof bytes), flags);
  return got > 0 && put(to, bytes, got) ? -EFAULT : got;
}

// ---- passed on, with names as the host has them
static long pass_name(int dirfd, u32 path, u32 a, u32 b, u32 c) {
  GUEST_PATH(guest, dirfd, path, row->how & FOLLOW);
  HOST_PATH(name, guest);
  return host_call(row->host, name, row->how & MASKED ? a & ~ME->umask : a, b, c);
}
static long pass_names(int from_fd, u32 from, int to_fd, u32 to) {
  GUEST_PATH(guest, from_fd, from, 0);
  HOST_PATH(name, guest);
  if ((error = at_path(to_fd, to, 0, guest))) return error;
  HOST_PATH(other, guest);
  path_forget();
  return host_call(row->host, name, other);
}
static long pass_names_here(u32 from, u32 to) { return pass_names(AT_FDCWD, from, AT_FDCWD, to); }
static long pass_file(int fd, u32 a, u32 b) {
  FILE_OF(f, fd);
  return f->host_fd < 3 ? -EINVAL : host_call(row->host, f->host_fd, a, b);
}
static long sys_unlinkat(int dirfd, u32 path, int flags) {
  GUEST_PATH(guest, dirfd, path, 0);
  HOST_PATH(name, guest);
  return flags & AT_REMOVEDIR ? host(rmdir, name) : host(unlink, name);
}
static long sys_fchownat(int dirfd, u32 path, u32 user, u32 group, int flags) {
  GUEST_PATH(guest, dirfd, path, !(flags & AT_SYMLINK_NOFOLLOW));
  HOST_PATH(name, guest);
  return flags & AT_SYMLINK_NOFOLLOW ? host(lchown32, name, user, group) : host(chown32, name, user, group);
}

// ---- the table. Names alone are calls of other chapters' or of those above.
long sys_alarm(u32 seconds), sys_clock_getres(int clock, u32 to), sys_clock_gettime(u32 clock, u32 to);
long sys_clock_nanosleep(int clock, int flags, u32 at, u32 left), sys_getitimer(int which, u32 to);
long sys_getrusage(int who, u32 to), sys_gettimeofday(u32 to), sys_nanosleep(u32 at, u32 left);
long sys_setitimer(int which, u32 new, u32 old), sys_time(u32 to), sys_times(u32 to);

#define ROW(name, function, how, host) [__NR_##name] = {(handler)(void (*)(void))function, how, host}
#define CALL(name) ROW(name, sys_##name, 0, 0)
#define AS(name, other) ROW(name, sys_##other, 0, 0)
#define NAME(name, host, how) ROW(name, pass_name, how, __NR_##host)
static const struct row table[] = {
    // processes
    CALL(exit), CALL(fork), CALL(waitpid), CALL(execve), CALL(getpid), CALL(getppid), CALL(getpgrp), CALL(setsid),
    CALL(setpgid), CALL(getpgid), CALL(getsid), CALL(clone), CALL(vfork), CALL(set_thread_area), CALL(prctl),
    CALL(sched_yield), CALL(sched_getaffinity), CALL(getpriority), CALL(prlimit64), CALL(getrlimit), CALL(umask), CALL(uname),
    CALL(sysinfo), CALL(getrusage), CALL(times), CALL(getrandom), ROW(wait4, do_wait, 0, 0), AS(ugetrlimit, getrlimit),
    AS(exit_group, exit), AS(gettid, getpid), AS(set_tid_address, getpid),
    // memory
    CALL(brk), CALL(mmap), CALL(mmap2), CALL(munmap), CALL(mprotect), CALL(mremap),
    // signals
    CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigpending), CALL(rt_sigsuspend),
    CALL(pause), CALL(tgkill), CALL(sigreturn), CALL(rt_sigreturn), CALL(sigaltstack), ROW(kill, kill_many, 0, 0),
    // time
    CALL(time), CALL(alarm), CALL(gettimeofday), CALL(setitimer), CALL(getitimer), CALL(nanosleep), CALL(clock_gettime),
    CALL(clock_getres), CALL(clock_nanosleep),
    // names
    CALL(openat), CALL(creat), CALL(faccessat), CALL(stat64), CALL(lstat64), CALL(fstatat64), CALL(readlinkat), CALL(symlink),
    CALL(symlinkat), CALL(utimensat), CALL(statfs64), CALL(chdir), CALL(chroot), CALL(getcwd), CALL(unlinkat), CALL(fchownat),
    ROW(open, sys_openat, HERE, 0), ROW(access, sys_faccessat, HERE, 0), ROW(readlink, sys_readlinkat, HERE, 0),
    AS(faccessat2, faccessat), NAME(mkdir, mkdir, HERE | MASKED), NAME(mkdirat, mkdir, MASKED),
    NAME(mknod, mknod, HERE | MASKED), NAME(mknodat, mknod, MASKED), NAME(rmdir, rmdir, HERE), NAME(unlink, unlink, HERE),
    NAME(chmod, chmod, HERE | FOLLOW), NAME(fchmodat, chmod, FOLLOW), NAME(lchown, lchown32, HERE),
    NAME(lchown32, lchown32, HERE), NAME(chown32, chown32, HERE | FOLLOW), NAME(truncate64, truncate64, HERE | FOLLOW),
    ROW(rename, pass_names_here, 0, __NR_rename), ROW(renameat, pass_names, 0, __NR_rename),
    ROW(renameat2, pass_names, 0, __NR_rename), ROW(link, pass_names_here, 0, __NR_link), ROW(linkat, pass_names, 0, __NR_link),
    // descriptors
    CALL(read), CALL(write), CALL(readv), CALL(writev), CALL(close), CALL(lseek), CALL(_llseek),
    CALL(dup), CALL(dup2), CALL(dup3), CALL(pipe), CALL(pipe2), CALL(ioctl), CALL(fcntl64), AS(fcntl, fcntl64), CALL(fstat64),
    CALL(fchdir), CALL(getdents64), CALL(poll), CALL(ppoll), ROW(_newselect, sys_select, 0, 0), CALL(pselect6),
    ROW(pread64, positioned, 0, __NR_pread64), ROW(pwrite64, positioned, 0, __NR_pwrite64),
    ROW(ftruncate64, pass_file, 0, __NR_ftruncate64), ROW(fchmod, pass_file, 0, __NR_fchmod),
    ROW(fchown, pass_file, 0, __NR_fchown32), ROW(fchown32, pass_file, 0, __NR_fchown32),
    // There is one user, who may do everything, and one thread in each process; what is written is with the host at once.
    AS(getuid, succeed), AS(geteuid, succeed), AS(getgid, succeed), AS(getegid, succeed), AS(getuid32, succeed),
    AS(geteuid32, succeed), AS(getgid32, succeed), AS(getegid32, succeed), AS(getgroups32, succeed), AS(setgroups32, succeed),
    AS(setuid32, succeed), AS(setgid32, succeed), AS(setreuid32, succeed), AS(setregid32, succeed), AS(setresuid32, succeed),
    AS(setresgid32, succeed), AS(nice, succeed), AS(setpriority, succeed), AS(setrlimit, succeed), AS(sync, succeed),
    AS(fsync, succeed), AS(fdatasync, succeed), AS(msync, succeed), AS(flock, succeed), AS(madvise, succeed),
    AS(set_robust_list, succeed), AS(futex, succeed),
    // Refused in such a way that callers do without.
    AS(sendfile64, refuse), AS(setxattr, unsupported), AS(lsetxattr, unsupported), AS(fsetxattr, unsupported),
    AS(getxattr, unsupported), AS(lgetxattr, unsupported), AS(fgetxattr, unsupported), AS(listxattr, unsupported),
    AS(llistxattr, unsupported), AS(flistxattr, unsupported),
};
// What is newer than this kernel: libraries ask, and do without.
static int is_newer(u32 number) { return number >= __NR_statx; }

void do_syscall(void) {
  struct proc *p = current;
  struct regs *r = &p->regs;
  u32 number = p->syscall = r->orig_eax;
  r->orig_eax = -1;
  long result = -ENOSYS;
  if (number < ARRAY(table) && table[number].call) {
    row = &table[number];
    if (row->how & HERE) result = row->call(AT_FDCWD, r->ebx, r->ecx, r->edx, r->esi, r->edi);
    else result = row->call(r->ebx, r->ecx, r->edx, r->esi, r->edi, r->ebp);
  } else if (!is_newer(number)) {
    print("%s[%d]: system call %u is not there\n", p->comm, p->pid, number);
  }
  p->restarting = result == -RESTART;
  r->eax = result;
}
