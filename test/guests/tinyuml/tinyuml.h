// tinyuml: a small User Mode Linux. Types and functions that its chapters share.
//
//   entry.S      first instruction, host calls, stack switch, signal entry of tt mode, stub code of skas0
//   text.c       printing, strings
//   boot.c       command line, order of the boot      probe.c     what the host can do
//   physmem.c    physical pages, kmalloc, page cache  mm.c        areas, page tables, faults
//   sched.c      processes, sleeping                  time.c      clocks and timers of the guests
//   fork.c exec.c signal.c syscall.c                  path.c hostfs.c file.c pipe.c dev.c proc.c select.c  files
//   skas.c       one kernel process apart from its guests' address spaces; with skas0.c, skas3.c, skas4.c
//   tt.c tracer.c  the kernel in the upper part of each guest process, under one tracer
//
// The kernel uses no C library: in tt mode it runs inside of processes whose thread-local storage is the guest's. Numbers
// and structures of the host's and of the guests' system calls, which are the same, come from Linux's own headers.
#pragma once
#include <asm/ioctls.h>
#include <asm/ptrace-abi.h>
#include <asm/signal.h>
#include <asm/stat.h>
#include <asm/unistd.h>
#include <linux/auxvec.h>
#include <linux/elf.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/poll.h>
#include <linux/ptrace.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/stat.h>
#include <linux/time.h>
#include <linux/wait.h>
#include <stdarg.h>
#include <stddef.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;

#define NORETURN __attribute__((noreturn))
#define PAGE 4096u
#define PAGE_ALIGN(x) (((x) + PAGE - 1) & ~(PAGE - 1))
#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define SECOND 1000000000ull
// Members that can be copied as one, under a name of their own.
#define struct_group(name, members...) union { struct { members }; struct { members } name; }
#define SIGBIT(n) (1ull << ((n) - 1))
#define UNBLOCKABLE (SIGBIT(SIGKILL) | SIGBIT(SIGSTOP))
#define IS_ERROR(result) ((u32)(result) > (u32)-4096)
enum { RESTART = 512 };                          // inside the kernel: EINTR, or the call again

// ---- the host
long host_call(long number, ...);                 // entry.S; a result from -4095 to -1 is an error
#define host(name, ...) host_call(__NR_##name __VA_OPT__(,) __VA_ARGS__)
#define ptrace(request, pid, addr, data) host(ptrace, request, pid, addr, data)
// A child of the calling process that runs fn(arg) on a stack of its own (0: its copy of the caller's).
long host_spawn(u32 flags, void *stack, void (*fn)(void *), void *arg);
enum { PTRACE_FAULTINFO = 52, PTRACE_SWITCH_MM = 55, PTRACE_SWITCH_MM_POSTED = 33 };
enum { USER_EAX = 24, USER_ORIG_EAX = 44, USER_DEBUG = 0xfc, SYSCALL_STOP = SIGTRAP | 0x80 };
static inline int stopped_by(int status, int signal) { return (status & 0xff) == 0x7f && status >> 8 == signal; }

struct regs {                                     // in the order of PTRACE_GETREGS
  u32 ebx, ecx, edx, esi, edi, ebp, eax, ds, es, fs, gs, orig_eax, eip, cs, eflags, esp, ss;
};
struct sigcontext {
  u32 gs, fs, es, ds, edi, esi, ebp, esp, ebx, edx, ecx, eax, trapno, err, eip, cs, eflags, esp_at_signal, ss;
  u32 fpstate, oldmask, cr2;
};
struct tls_desc { u32 entry, base, limit, flags; };

// ---- text.c
void print(const char *format, ...);              // to the host's standard error, as boot messages go
int format_to(char *to, int size, const char *format, ...);
int format_args(char *to, int size, const char *format, va_list args);
NORETURN void panic(const char *format, ...);
void must(long result, const char *what, u32 addr);  // panics when the host refuses what the kernel relies on
void *memcpy(void *to, const void *from, size_t n), *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b), strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
u32 copy_string(char *to, const char *from, u32 size), parse_number(const char **text);

// ---- boot.c
struct options {
  const char *mode, *root, *init, *cwd;
  u32 memory;
  int no_sysemu, no_proc_mm, no_faultinfo, no_skas0, jail, quiet;
  int tick;                                       // of the virtual timer, in microseconds
  u32 skas4_new, skas4_other, posted;             // numbers of skas4's calls; posted: in the form of the posted patch
};
extern struct options options;
extern char **host_environment;
u32 host_auxv(u32 type);                          // of the kernel's own start; 0 = absent
NORETURN void halt(int status);
void start_init(void);                            // where process 1's side of the kernel runs

// ---- entry.S, and the linker
extern const char __ehdr_start[];                 // where the image begins (flags): guest addresses of tt mode end there
void stack_switch(u32 *save, u32 load);           // between kernel stacks; save: where the old one goes on
NORETURN void stack_call(void *stack, void (*fn)(void));
extern const char tt_entry[], tt_restorer[];      // all signals' handler, which calls tt_signal, and its way back
NORETURN void tt_last_words(int fd, const char *byte);
extern const char stub_begin[], stub_batch[], stub_segv[], stub_clone[], stub_call[];
void stub_visit(long call, int fd, u32 ip, u32 sp);  // skas4 as posted: to ip in another space, and back

// ---- probe.c
struct host_features {
  int sysemu;                                     // 0 nullify by hand, 1 PTRACE_SYSEMU, 2 and with single steps
  int proc_mm, faultinfo, switch_mm, skas4, fpx;
  int switch_request;                             // the number of PTRACE_SWITCH_MM
  u32 tls_first;                                  // first GDT entry for TLS: 6 or 12
  u32 top;                                        // end of the host's user addresses
  struct regs regs;                               // of a process that has just begun
  char fpx_image[512];
};
extern struct host_features host_has;
void probe_host(void), trace_options(int pid);
int skas4_probe(int pid);

// ---- physmem.c
extern int physmem_fd;
extern char *physmem;                             // where the kernel sees it
extern u32 physmem_pages;
extern u32 kernel_data, kernel_data_size;         // the kernel's variables, which are physical memory as well
void physmem_boot(u32 bytes);
u32 page_alloc(void);                             // page number with one reference, zeroed; 0 = none left
u32 pages_alloc(u32 count);                       // adjacent ones
void page_get(u32 page), page_put(u32 page);
u32 page_references(u32 page), pages_free(void);
static inline char *page_address(u32 page) { return physmem + page * PAGE; }
void *kmalloc(u32 size);                          // zeroed
void kfree(void *memory);
enum { CLUSTER = 32 };                            // pages of a file that are read and mapped together: 128 KiB
struct inode;
u32 cached_page(struct inode *inode, u32 index, int read);  // with a reference; 0: beyond the end, no memory, not read yet
void cache_forget(u64 dev, u64 ino);              // the file was written; 0, 0: what nobody uses

// ---- mm.c
struct inode {                                    // a host file that is mapped
  int references, host_fd;
  u64 dev, ino;
  char path[];
};

struct area {
  struct area *next;
  u32 start, end, prot, shared, offset;           // offset in pages of the file
  struct inode *inode;
  const char *label;                              // "[heap]"
  int grows;
};

// WRITE: may be written as it is; HOST: the host maps it; NONE: the area does not let it be read.
enum { PTE_PRESENT = 1, PTE_WRITE = 2, PTE_HOST = 4, PTE_NONE = 8 };
struct mm {
  int references;
  struct area *areas;
  u32 *directory[1024];
  u32 brk_start, brk, mmap_top, args_start, args_end, vdso;
  char exe[256];
  // what the host has of it
  int host_pid, host_fd;                          // skas0: its process; skas3, skas4: its descriptor
  u32 stub_page;                                  // skas0: its stub data
  int queued;                                     // skas0: edits that wait in the stub data
};

extern u32 guest_top;                             // end of guest addresses in this mode
struct mm *mm_alloc(struct mm *from);             // from: host side copied
void mm_put(struct mm *mm);
struct mm *mm_fork(struct mm *mm);
long mm_map(struct mm *mm, u32 addr, u32 len, u32 prot, u32 flags, struct inode *inode, u32 offset, const char *label);
long mm_unmap(struct mm *mm, u32 addr, u32 len), mm_protect(struct mm *mm, u32 addr, u32 len, u32 prot);
long mm_brk(struct mm *mm, u32 brk), mm_remap(struct mm *mm, u32 old, u32 old_len, u32 new_len, u32 flags);
struct area *find_area(struct mm *mm, u32 addr);
void page_fault(void);                            // of the current process, as its fault_... say
char *user_page(struct mm *mm, u32 addr, int write);  // where the kernel sees that byte; NULL = EFAULT
char *user_part(struct mm *mm, u32 addr, u32 *n, int write);  // and in n how many of the n bytes follow each other there
int copy_from(struct mm *mm, void *to, u32 from, u32 n), copy_to(struct mm *mm, u32 to, const void *from, u32 n);
int copy_path(struct mm *mm, char *to, u32 from, u32 size);
void mm_install(struct mm *mm, u32 addr, u32 page);
struct inode *inode_new(int host_fd, const char *path);
void inode_put(struct inode *inode);

// ---- sched.c
enum { NPROC = 256, NFILE = 256, KSTACK = 4 * PAGE, PATH = 512, FP_SIZE = 3072 };
enum { RUNNABLE = 1, SLEEPING, STOPPED, ZOMBIE };

struct action {                                   // the kernel's form of a sigaction, that of rt_sigaction
  __sighandler_t handler;
  u32 flags, restorer;
  u64 mask;
} __attribute__((packed));

struct proc {
  int pid, state, exit_status;
  struct proc *parent;
  struct mm *mm;
  struct_group(inherited,                         // fork copies it
    struct regs regs;
    struct tls_desc tls[3];
    int pgrp, session;
    char comm[16];
    struct file *files[NFILE];
    u8 close_on_exec[NFILE];
    char cwd[PATH];
    u32 umask, file_limit;
    struct action actions[65];
    u64 blocked;
    u32 altstack, altstack_size;
  );
  // signals
  u64 pending, saved_mask;
  int restore_mask, restarting;
  u32 syscall;
  u32 fault_address, fault_error, fault_trap, spurious;  // spurious: eip of a fault for which nothing was missing
  // sleeping, timers
  const void *channel;
  u64 wake_at, alarm_at, alarm_interval, ticks, children_ticks, start;
  int timed_out, vfork_child;
  int stop_signal, stop_reported, continued;
  // kernel side
  char *kstack;
  u32 kernel_esp;                                 // skas: while it does not run
  int host_pid, user_mode, started, switch_pipe[2];  // tt
  struct sigcontext *frame;                       // tt: the host's frame of its entry into the kernel
  char fp[FP_SIZE];                               // skas: fxsave image; tt: before the first run
};
extern struct proc *procs[NPROC], **procs_end;     // end: of those that there are
extern struct proc *current;
#define for_each_proc(p) for (struct proc **p##_at = procs, *p; p##_at < procs_end; p##_at++) if ((p = *p##_at))
extern int need_resched;
u64 now(void);                                    // nanoseconds, monotonic
struct proc *proc_alloc(void), *proc_find(int pid);
void proc_free(struct proc *p);
struct proc *pick_next(void);
void schedule(void);
int sleep_on(const void *channel, u64 until);     // 0, -RESTART (a signal), -ETIMEDOUT
void wake(const void *channel), wake_proc(struct proc *p), timer_tick(void), run_timers(void);
// Before going back to the guest's code: reschedule, deliver signals.
void leave_kernel(void);

// ---- fork.c, exec.c, signal.c, syscall.c
long do_fork(u32 flags, u32 stack, u32 child_tid);
NORETURN void do_exit(int status);
long do_wait(int pid, u32 status, int flags, u32 rusage), do_exec(const char *path, u32 argv, u32 envp);
void exec_init(char **argv, char **envp);
extern u32 vdso_page;                             // a copy of the host's, if it enters the kernel by int 0x80
void vdso_boot(void), send_signal(struct proc *p, int signal);
void force_signal(struct proc *p, int signal);    // a fault of its own
int signal_pending(struct proc *p), kill_many(int pid, int signal);
void deliver_signals(void), regs_into(struct sigcontext *sc, const struct regs *r);
void regs_from(struct regs *r, const struct sigcontext *sc), notify_parent(struct proc *p);
long do_sigreturn(int rt);
void do_syscall(void);

// ---- time.c
u64 clock_time(int clock);
int get_time(u32 at, u64 *nanoseconds);
u64 from_timeval(const struct timeval *t);

// ---- files
struct file {
  int references, flags, host_fd;
  const struct file_ops *ops;
  void *data;
  u32 size, position;                             // of text that the kernel made
  char path[];
};
struct file_ops {
  long (*read)(struct file *f, char *to, u32 n, int may_wait);
  long (*write)(struct file *f, const char *from, u32 n, int may_wait);
  long (*ioctl)(struct file *f, u32 request, u32 arg);
  int (*poll)(struct file *f);
  const void *(*channel)(struct file *f);         // what a sleeper waits on
  void (*close)(struct file *f);
};
// path.c: guest paths are absolute and without links, once resolved. The last name may be missing, but not if it is to
// be followed, unless that is MAY_LACK.
enum { MAY_LACK = 2 };
void path_forget(void);                           // a link was made
int resolve(const char *base, const char *path, int follow, char *to);
int host_path(char *to, const char *guest);       // in the host's terms
int at_path(int dirfd, u32 user_path, int follow, char *guest);
// hostfs.c
struct file *host_open(const char *guest, int flags, u32 permissions, int *error);
int stat_path(const char *guest, int follow, struct stat64 *st), stat_file(struct file *f, struct stat64 *st);
// file.c
struct file *file_new(const struct file_ops *ops, int flags, const char *path);
void file_put(struct file *f);
struct file *file_of(u32 fd);
int fd_install(struct file *f, u32 from, int cloexec);
void fd_close(struct proc *p, u32 fd);
long file_io(struct file *f, u32 buffer, u32 n, int write);
int open_path(const char *guest, int flags, u32 permissions);
// pipe.c
int make_pipe(struct file **ends, int flags);
struct file *fifo_open(const struct stat64 *st, const char *guest, int flags, int *error);
// dev.c
void files_boot(struct proc *init);
struct file *dev_open(const char *guest, int flags);  // NULL: not ours
int console_wait(s64 nanoseconds);                // idle: until input or time; 0 = nothing can come
// proc.c
int is_proc(const char *guest);
struct file *proc_open(const char *guest, int flags, int *error);
int proc_link(const char *guest, char *to);       // its length; 0 = no link
struct file *proc_descriptor(const char *guest);  // /proc/PID/fd/N, which is that file itself
int proc_stat(const char *guest, struct stat64 *st);
long proc_list(struct file *f, char *to, u32 n);  // getdents64
// select.c
long do_poll(u32 fds, u32 count, s64 nanoseconds), do_select(int n, u32 in, u32 out, u32 except, s64 nanoseconds);

// ---- modes
struct mode {
  const char *name, *title;
  NORETURN void (*boot)(void);                    // begins process 1; does not come back
  int (*mm_new)(struct mm *mm, struct mm *from);  // the host's side of an address space
  void (*mm_free)(struct mm *mm);
  // mmap2 (of physical memory), munmap or mprotect in that space, which the host must not refuse.
  void (*change)(struct mm *mm, u32 call, u32 addr, u32 len, u32 prot, u32 page);
  int shares_spaces;                              // processes can run in the same one
  int copies_mappings;                            // the host's copy of a space has the mappings of the original
  int (*start)(struct proc *child);               // after fork
  void (*switch_to)(struct proc *from, struct proc *to);
  NORETURN void (*leave)(struct proc *from, struct proc *to);  // the last switch of a process
  long (*set_tls)(struct proc *p, int index);
  void (*exec)(struct proc *p);                   // where a new program needs more than a new address space
  char *(*fp)(struct proc *p, u32 *size);         // floating point state as a frame holds it
  NORETURN void (*halt)(int status);
  // skas only
  int (*enter)(struct proc *p);                   // ready to run p; the host process that does
  void (*fault_info)(struct proc *p, int host_pid);
};
extern const struct mode mode_tt, mode_skas0, mode_skas3, mode_skas4;
extern const struct mode *mode;
// Parts of skas.c that its variants share.
NORETURN void skas_boot(void);
int skas_start(struct proc *child);
void skas_switch(struct proc *from, struct proc *to);
NORETURN void skas_leave(struct proc *from, struct proc *to);
char *skas_fp(struct proc *p, u32 *size);
NORETURN void skas_halt(int status);
#define SKAS_PARTS .shares_spaces = 1, .start = skas_start, .switch_to = skas_switch, .leave = skas_leave, .fp = skas_fp, .halt = skas_halt
int skas_child(struct mm *mm);                    // a stopped host process; mm: with stub pages in it
int skas_wait(int pid);                           // why it stopped; preemption by the way is noted
void skas_kill(int pid), skas_get_fp(int pid, char *image), skas_set_fp(int pid, const char *image);
int skas3_child(void);                            // the one host process of all guests
int skas3_enter(struct proc *p);
void skas3_fault_info(struct proc *p, int pid);
long skas3_set_tls(struct proc *p, int index);
void skas3_forget(struct mm *mm);
extern u32 stub_code, stub_data;                  // guest addresses of the stub pages
void skas_stub_pages(u32 end);                    // makes room for them
void skas_map_stub(u32 data_page);
// tt.c and tracer.c: what a process asks of its tracer, and what the tracer begins with.
enum { ASK_ATTACH = 1, ASK_EXEC, ASK_HALT };
void tracer_ask(int request, int argument);
NORETURN void tracer_boot(void), tt_halt(int status);
void tt_first(void *process);
int tt_sockets(struct proc *p);
