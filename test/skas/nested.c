// A tracer that is a guest itself: it runs in a space of /proc/mm under a tracer of its own, opens /proc/mm, writes to it
// and switches a tracee, as a UML kernel inside another one does.
#include "skas.h"

#define SIZE ((long)sizeof(struct mm_op))
#define RW (PROT_READ | PROT_WRITE)
#define AT(offset) (DATA + (offset))
static char *shared;
static pid_t inner, third;

/** A system call of the inner tracer, as it makes it: its descriptors, its addresses. */
static long remote(int number, long a, long b, long c, long d, long e, long f) {
  struct user_regs_struct regs;
  trace(PTRACE_GETREGS, inner, 0, (unsigned long)&regs);
  regs.eip = ENTRY(guest_call);
  regs.esp = STACK_TOP;
  regs.orig_eax = -1;
  regs.eax = number;
  regs.ebx = a, regs.ecx = b, regs.edx = c, regs.esi = d, regs.edi = e, regs.ebp = f;
  trace(PTRACE_SETREGS, inner, 0, (unsigned long)&regs);
  int stop;
  do
    stop = go(inner, PTRACE_SYSCALL);
  while (stop == SIGCHLD);
  if (stop != SYSCALL_STOP) return -1000;
  do
    stop = go(inner, PTRACE_SYSCALL);
  while (stop == SIGCHLD);
  return stop == SYSCALL_STOP ? (long)guest_eax(inner) : -1000;
}
static long remote_op(int mm, struct mm_op op) {
  memcpy(shared + 512, &op, sizeof op);
  return remote(SYS_write, mm, AT(512), sizeof op, 0, 0, 0);
}
static long remote_trace(int request, unsigned long address, unsigned long data) {
  return remote(SYS_ptrace, request, third, address, data, 0, 0);
}
static int lines_of_maps(pid_t pid) {
  char name[64], text[4096];
  snprintf(name, sizeof name, "/proc/%d/maps", pid);
  int maps = open(name, O_RDONLY), lines = 0;
  long count = read(maps, text, sizeof text);
  for (long i = 0; i < count; i++) lines += text[i] == '\n';
  close(maps);
  return lines;
}

int main(void) {
  int outer_mm = guest_mm(), inner_mm = -1;
  shared = (char *)word_of(DATA_PAGE);
  mm_map_page(outer_mm, DATA, DATA_PAGE, RW);
  inner = start_guest();
  switch_mm(inner, outer_mm);
  third = fork();
  if (third == 0)
    for (;;) pause();

  CASE("a guest opens /proc/mm, by a name in its own space") {
    strcpy(shared, "/proc/mm");
    inner_mm = remote(SYS_open, AT(0), O_WRONLY, 0, 0, 0, 0);
    EXPECT_TRUE(inner_mm >= 0);
  }
  CASE("its descriptor is not its tracer's") {
    int closed = -1;
    while (fcntl(++closed, F_GETFD) != -1);
    // What is open there alone cannot be switched to from here.
    if (inner_mm >= 0 && fcntl(inner_mm, F_GETFD) == -1) EXPECT_ERROR(EBADF, switch_mm(inner, inner_mm));
    EXPECT_ERROR(EBADF, switch_mm(inner, closed));
  }
  CASE("it maps pages by its own descriptors, into the new space alone") {
    struct mm_op op = {MM_MMAP, {.mmap = {CODE, PAGE, PROT_READ | PROT_EXEC, GUEST_FIXED_SHARED, memory_fd, 0}}};
    EXPECT(SIZE, remote_op(inner_mm, op));
    op.u.mmap.addr = 0x40000000;
    op.u.mmap.prot = RW;
    op.u.mmap.offset = OTHER_PAGE * PAGE;
    EXPECT(SIZE, remote_op(inner_mm, op));
    op.u.mmap.fd = 77;
    EXPECT(-EBADF, remote_op(inner_mm, op));
    unsigned long word;
    EXPECT_ERROR(EIO, peek(inner, 0x40000000, &word));
    EXPECT(3, lines_of_maps(inner));
  }
  CASE("a request in memory that it has not is EFAULT") {
    EXPECT(-EFAULT, remote(SYS_write, inner_mm, 0x60000000, 28, 0, 0, 0));
    // An address of its tracer's is none of its own.
    EXPECT(-EFAULT, remote(SYS_write, inner_mm, (long)shared, 28, 0, 0, 0));
  }
  CASE("it attaches to a process and switches it") {
    EXPECT(0, remote_trace(PTRACE_ATTACH, 0, 0));
    EXPECT(third, remote(SYS_waitpid, third, AT(256), 0, 0, 0, 0));
    EXPECT(SIGSTOP, WSTOPSIG(*(int *)(shared + 256)));
    EXPECT_TRUE(lines_of_maps(third) > 4);
    EXPECT(0, remote_trace(PTRACE_SWITCH_MM, 0, inner_mm));
    EXPECT(2, lines_of_maps(third));
    EXPECT(3, lines_of_maps(inner));
  }
  CASE("the outer tracer has no say over that process") {
    EXPECT_ERROR(ESRCH, switch_mm(third, outer_mm));
    EXPECT_ERROR(EPERM, trace(PTRACE_ATTACH, third, 0, 0));
  }
  CASE("it runs the process there, and hears of its fault") {
    struct user_regs_struct regs;
    EXPECT(0, remote_trace(PTRACE_GETREGS, 0, AT(1024)));
    memcpy(&regs, shared + 1024, sizeof regs);
    regs.eip = ENTRY(guest_store);
    regs.orig_eax = -1;
    regs.ebx = 0x40001000;
    regs.ecx = 5;
    memcpy(shared + 1024, &regs, sizeof regs);
    EXPECT(0, remote_trace(PTRACE_SETREGS, 0, AT(1024)));
    EXPECT(0, remote_trace(PTRACE_CONT, 0, 0));
    EXPECT(third, remote(SYS_waitpid, third, AT(256), 0, 0, 0, 0));
    EXPECT(SIGSEGV, WSTOPSIG(*(int *)(shared + 256)));
    EXPECT(0, remote_trace(PTRACE_FAULTINFO, 0, AT(768)));
    struct faultinfo *info = (struct faultinfo *)(shared + 768);
    EXPECT(0x40001000, info->cr2);
    EXPECT(2, info->error_code & 2);
  }
  CASE("it mends the fault, and the process goes on") {
    struct mm_op op = {MM_MMAP, {.mmap = {0x40001000, PAGE, RW, GUEST_FIXED_SHARED, memory_fd, 6 * PAGE}}};
    EXPECT(SIZE, remote_op(inner_mm, op));
    EXPECT(0, remote_trace(PTRACE_CONT, 0, 0));
    EXPECT(third, remote(SYS_waitpid, third, AT(256), 0, 0, 0, 0));
    EXPECT(SIGTRAP, WSTOPSIG(*(int *)(shared + 256)));
    EXPECT(5, word_of(6)[0]);
  }
  CASE("the outer tracer switches the inner one meanwhile; what that one made stays") {
    int other = guest_mm();
    mm_map_page(other, DATA, DATA_PAGE, RW);
    EXPECT(0, switch_mm(inner, other));
    EXPECT(0, remote_trace(PTRACE_SWITCH_MM, 0, inner_mm));
    EXPECT(3, lines_of_maps(third));
    EXPECT(0, switch_mm(inner, outer_mm));
    close(other);
  }
  CASE("a guest may name its own space's file, and run in it itself only when it is switched") {
    EXPECT(-ESRCH, remote(SYS_ptrace, PTRACE_SWITCH_MM, inner, 0, inner_mm, 0, 0));
    EXPECT(0, remote(SYS_close, inner_mm, 0, 0, 0, 0, 0));
    EXPECT(3, lines_of_maps(third));
  }
  CASE("the inner tracer's end lets its tracee go, in the space that nobody else holds") {
    end_guest(inner);
    // It stood behind a trap, and meets the next one alone.
    int status;
    EXPECT(third, waitpid(third, &status, 0));
    EXPECT_TRUE(WIFSIGNALED(status));
  }
  return 0;
}
