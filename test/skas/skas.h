// The ABI of skas3 as a UML kernel's headers have it, and a guest process: a tracee that runs code from a
// memory file in address spaces of /proc/mm.
#ifndef SKAS_H
#define SKAS_H
#include "case.h"
#include <sys/ptrace.h>
#include <sys/user.h>

#define MM_MMAP 54
#define MM_MUNMAP 55
#define MM_MPROTECT 56
#define MM_COPY_SEGMENTS 57
#define PTRACE_FAULTINFO 52
#define PTRACE_SIGPENDING 53
#define PTRACE_LDT 54
#define PTRACE_SWITCH_MM 55
#define PTRACE_EX_FAULTINFO 56
#ifndef PTRACE_SYSEMU
#define PTRACE_SYSEMU 31
#endif
#define PTRACE_OLDSETOPTIONS 21
#define SYSCALL_STOP (SIGTRAP | 0x80)

struct mm_op {
  int op;
  union {
    struct { unsigned long addr, len, prot, flags, fd, offset; } mmap;
    struct { unsigned long addr, len; } munmap;
    struct { unsigned long addr, len; unsigned prot; } mprotect;
    int copy_segments;
  } u;
};
struct faultinfo { int error_code; unsigned long cr2; };
struct ex_faultinfo { int is_write; unsigned long addr; int trap_no; };
struct ldt_op { int func; void *ptr; unsigned long bytecount; };

// ---- /proc/mm ----

static inline int mm_open(void) { return open("/proc/mm", O_WRONLY); }
static inline long mm_write(int mm, const struct mm_op *op) { return write(mm, op, sizeof *op); }
static inline long mm_map(int mm, unsigned long addr, unsigned long len, int prot, int flags, int fd,
                          unsigned long offset) {
  struct mm_op op = {MM_MMAP, {.mmap = {addr, len, prot, flags, fd, offset}}};
  return mm_write(mm, &op);
}
static inline long mm_unmap(int mm, unsigned long addr, unsigned long len) {
  struct mm_op op = {MM_MUNMAP, {.munmap = {addr, len}}};
  return mm_write(mm, &op);
}
static inline long mm_protect(int mm, unsigned long addr, unsigned long len, unsigned prot) {
  struct mm_op op = {MM_MPROTECT, {.mprotect = {addr, len, prot}}};
  return mm_write(mm, &op);
}
static inline long mm_copy_segments(int mm, int from) {
  struct mm_op op = {MM_COPY_SEGMENTS, {.copy_segments = from}};
  return mm_write(mm, &op);
}

// ---- the memory of guests: one file, whose first pages hold code ----

#define GUEST_FIXED_SHARED (MAP_SHARED | MAP_FIXED)
/** Where the guest's code, stack and data lie in its address spaces. */
#define CODE 0x10000000ul
#define STACK 0x20000000ul
#define STACK_TOP (STACK + PAGE)
#define DATA 0x30000000ul
/** Pages of the memory file. */
enum { CODE_PAGE, STACK_PAGE, DATA_PAGE, OTHER_PAGE, MEMORY_PAGES = 16 };

extern const char guest_code[], guest_code_end[];
/** Entry points, as offsets in the code page. */
#define ENTRY(name) (CODE + (unsigned long)(name - guest_code))
extern const char guest_call[], guest_load[], guest_store[], guest_trap[], guest_spin[], guest_count[],
    guest_run[], guest_divide[], guest_gs[];
asm(".section .rodata\n"
    "guest_code:\n"
    // A system call with whatever lies in the registers, then again and again.
    "guest_call: int $0x80\n jmp guest_call\n"
    // Reads a word at ebx into eax.
    "guest_load: mov (%ebx), %eax\n int3\n"
    // Writes ecx to the word at ebx.
    "guest_store: mov %ecx, (%ebx)\n int3\n"
    "guest_trap: int3\n"
    "guest_spin: jmp guest_spin\n"
    // Counts at ebx for ever.
    "guest_count: incl (%ebx)\n jmp guest_count\n"
    // Calls the function at ebx, then traps.
    "guest_run: call *%ebx\n int3\n"
    "guest_divide: xor %ecx, %ecx\n div %ecx\n int3\n"
    // Reads a word at gs:ebx into eax, with ecx as gs.
    "guest_gs: mov %ecx, %gs\n mov %gs:(%ebx), %eax\n int3\n"
    "guest_code_end:\n .text\n");

static int memory_fd = -1;
static char *memory;

/** The memory file, also mapped here. */
static inline void make_memory(void) {
  memory_fd = syscall(SYS_memfd_create, "guest", 0);
  if (memory_fd < 0 || ftruncate(memory_fd, MEMORY_PAGES * PAGE)) die("memory");
  memory = mmap(NULL, MEMORY_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memory_fd, 0);
  if (memory == MAP_FAILED) die("memory");
  memcpy(memory, guest_code, guest_code_end - guest_code);
}
static inline unsigned *word_of(int page) { return (unsigned *)(memory + page * PAGE); }

static inline long mm_map_page(int mm, unsigned long addr, int page, int prot) {
  return mm_map(mm, addr, PAGE, prot, GUEST_FIXED_SHARED, memory_fd, page * PAGE);
}
/** An address space with code and a stack. */
static inline int guest_mm(void) {
  if (memory_fd < 0) make_memory();
  int mm = mm_open();
  if (mm < 0) return -1;
  if (mm_map_page(mm, CODE, CODE_PAGE, PROT_READ | PROT_EXEC) != sizeof(struct mm_op)) return -1;
  if (mm_map_page(mm, STACK, STACK_PAGE, PROT_READ | PROT_WRITE) != sizeof(struct mm_op)) return -1;
  return mm;
}

// ---- guest processes ----

static inline long trace(int request, pid_t pid, unsigned long address, unsigned long data) {
  return syscall(SYS_ptrace, request, pid, address, data);
}
/** A traced child that has stopped itself; it kills itself should it ever go on in its own program. */
static inline pid_t start_guest(void) {
  pid_t pid = fork();
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    _exit(77);
  }
  int status;
  if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status)) die("start_guest");
  if (trace(PTRACE_OLDSETOPTIONS, pid, 0, 1)) die("OLDSETOPTIONS");
  return pid;
}
static inline void end_guest(pid_t pid) {
  kill(pid, SIGKILL);
  waitpid(pid, NULL, __WALL);
}
static inline long switch_mm(pid_t pid, int mm) { return trace(PTRACE_SWITCH_MM, pid, 0, mm); }

/** Registers for the next run. */
static inline void set_guest(pid_t pid, unsigned long eip, unsigned long eax, unsigned long ebx, unsigned long ecx) {
  struct user_regs_struct regs;
  trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs);
  regs.eip = eip;
  regs.eax = eax;
  regs.orig_eax = -1;
  regs.ebx = ebx;
  regs.ecx = ecx;
  regs.edx = 0;
  regs.esp = STACK_TOP;
  trace(PTRACE_SETREGS, pid, 0, (unsigned long)&regs);
}
/** Lets it run until it stops; the stop's signal, or 1000 + the exit status, or 2000 + the signal that killed it. */
static inline int go(pid_t pid, int request) {
  int status;
  if (trace(request, pid, 0, 0)) return -1;
  if (waitpid(pid, &status, __WALL) != pid) return -1;
  if (WIFSTOPPED(status)) return WSTOPSIG(status);
  return WIFEXITED(status) ? 1000 + WEXITSTATUS(status) : 2000 + WTERMSIG(status);
}
static inline unsigned long guest_eax(pid_t pid) {
  unsigned long word = 0;
  trace(PTRACE_PEEKUSER, pid, 4 * 6, (unsigned long)&word);
  return word;
}
static inline unsigned long guest_eip(pid_t pid) {
  unsigned long word = 0;
  trace(PTRACE_PEEKUSER, pid, 4 * 12, (unsigned long)&word);
  return word;
}
/** The guest reads a word: SIGTRAP, and the word in guest_eax. */
static inline int guest_reads(pid_t pid, unsigned long addr) {
  set_guest(pid, ENTRY(guest_load), 0, addr, 0);
  return go(pid, PTRACE_CONT);
}
static inline int guest_writes(pid_t pid, unsigned long addr, unsigned long value) {
  set_guest(pid, ENTRY(guest_store), 0, addr, value);
  return go(pid, PTRACE_CONT);
}
/** A word of the guest's address space as a debugger sees it; EIO where nothing is. */
static inline long peek(pid_t pid, unsigned long addr, unsigned long *word) {
  return trace(PTRACE_PEEKDATA, pid, addr, (unsigned long)word);
}
#endif
