// The host's system calls on i386, and what they take. Source: the kernel's uapi headers and man pages.
#pragma once
#include "tinyuml.h"

long host_call(long number, ...);                 // entry.S; a result from -4095 to -1 is an error
#define host host_call

enum { NR_exit = 1, NR_read = 3, NR_write = 4, NR_open = 5, NR_close = 6, NR_link = 9, NR_unlink = 10, NR_mknod = 14, NR_chmod = 15,
       NR_getpid = 20, NR_ptrace = 26, NR_access = 33, NR_kill = 37, NR_rename = 38, NR_mkdir = 39, NR_rmdir = 40,
       NR_ioctl = 54, NR_getppid = 64, NR_symlink = 83, NR_readlink = 85,
       NR_munmap = 91, NR_fchmod = 94, NR_socketcall = 102, NR_setitimer = 104, NR_wait4 = 114, 
       NR_clone = 120, NR_mprotect = 125, NR_llseek = 140, NR_poll = 168, NR_rt_sigaction = 174,
       NR_rt_sigprocmask = 175, NR_rt_sigpending = 176, NR_pread64 = 180, NR_pwrite64 = 181, NR_sigaltstack = 186,
       NR_mmap2 = 192, NR_truncate64 = 193, NR_ftruncate64 = 194, NR_stat64 = 195, NR_lstat64 = 196, NR_fstat64 = 197,
       NR_lchown = 198, NR_fchown = 207, NR_chown = 212, NR_getdents64 = 220, NR_fcntl64 = 221, NR_set_thread_area = 243, NR_get_thread_area = 244, NR_exit_group = 252,
       NR_clock_gettime = 265, NR_statfs64 = 268, NR_utimensat = 320, NR_getrandom = 355 };

enum { PTRACE_TRACEME = 0, PTRACE_PEEKUSR = 3, PTRACE_POKEUSR = 6, PTRACE_CONT = 7, PTRACE_KILL = 8, PTRACE_GETREGS = 12,
       PTRACE_SETREGS = 13, PTRACE_GETFPREGS = 14, PTRACE_SETFPREGS = 15, PTRACE_ATTACH = 16, PTRACE_GETFPXREGS = 18,
       PTRACE_SETFPXREGS = 19, PTRACE_OLDSETOPTIONS = 21, PTRACE_SYSCALL = 24, PTRACE_SET_THREAD_AREA = 26,
       PTRACE_SYSEMU = 31, PTRACE_SYSEMU_SINGLESTEP = 32, PTRACE_FAULTINFO = 52, PTRACE_SWITCH_MM = 55,
       PTRACE_SETOPTIONS = 0x4200,
       PTRACE_GETSIGINFO = 0x4202 };
enum { PTRACE_O_TRACESYSGOOD = 1, PTRACE_O_EXITKILL = 0x100000 };
enum { USER_EAX = 24, USER_ORIG_EAX = 44, USER_DEBUG = 0xfc };

enum { CLONE_FILES = 0x400, CLONE_SIGHAND = 0x800, CLONE_VFORK = 0x4000,
       CLONE_PARENT = 0x8000, CLONE_THREAD = 0x10000, CLONE_CHILD_SETTID = 0x1000000 };
enum { WNOHANG = 1, WUNTRACED = 2, WCONTINUED = 8, WALL = 0x40000000 };
enum { SA_SIGINFO = 4, SA_RESTORER = 0x04000000, SA_ONSTACK = 0x08000000, SA_RESTART = 0x10000000, SA_NODEFER = 0x40000000,
       SA_RESETHAND = 0x80000000 };
enum { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK };
enum { O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0100, O_EXCL = 0200, O_TRUNC = 01000, O_APPEND = 02000, O_NONBLOCK = 04000,
       O_LARGEFILE = 0100000, O_NOFOLLOW = 0400000, O_CLOEXEC = 02000000 };
enum { SYSCALL_STOP = SIGTRAP | 0x80 };

static inline int stopped_by(int status, int signal) { return (status & 0xff) == 0x7f && status >> 8 == signal; }
#define IS_ERROR(result) ((u32)(result) > (u32)-4096)

struct stat64 {
  u64 dev;
  u32 pad0, ino32, mode, nlink, uid, gid;
  u64 rdev;
  u32 pad1;
  s64 size;
  u32 blksize;
  u64 blocks;
  u32 atime, atime_ns, mtime, mtime_ns, ctime, ctime_ns;
  u64 ino;
} __attribute__((packed));

struct timeval {
  int seconds, microseconds;
};
struct itimerval {
  struct timeval interval, value;
};
struct timespec {
  int seconds, nanoseconds;
};

void trace_options(int pid);                      // probe.c
// A child of the calling process that runs fn(arg) on a stack of its own (0: its copy of the caller's).
long host_spawn(u32 flags, void *stack, void (*fn)(void *), void *arg);
static inline long ptrace(long request, long pid, long addr, const void *data) {
  return host(NR_ptrace, request, pid, addr, data);
}
