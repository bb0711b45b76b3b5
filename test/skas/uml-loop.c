// The steps of a UML kernel in skas3 mode, as its userspace loop makes them: one process of the host, made by clone
// with the kernel's own space, runs everything; each guest process is a space.
#include "skas.h"
#include <asm/ldt.h>
#include <sched.h>
#include <sys/time.h>

#define SIZE ((long)sizeof(struct mm_op))
#define RW (PROT_READ | PROT_WRITE)
#define WAIT_OPTIONS (0x40000000 | WUNTRACED)

static int in_child(void *argument) {
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  signal(SIGVTALRM, SIG_DFL);
  signal(SIGWINCH, SIG_IGN);
  struct itimerval timer = {{0, 10000}, {0, 10000}};
  setitimer(ITIMER_VIRTUAL, &timer, NULL);
  kill(getpid(), SIGSTOP);
  return 1;
}
/** start_userspace of UML: the stack is gone before the process has run anything else. */
static pid_t start_userspace(void) {
  char *stack = mmap(NULL, PAGE, RW | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pid_t pid = clone(in_child, stack + PAGE - 16, CLONE_FILES | CLONE_VM | SIGCHLD, NULL);
  int status;
  do
    if (waitpid(pid, &status, WAIT_OPTIONS) < 0) die("wait");
  while (WIFSTOPPED(status) && WSTOPSIG(status) == SIGVTALRM);
  if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGSTOP) die("start_userspace");
  if (trace(PTRACE_OLDSETOPTIONS, pid, 0, 1)) die("OLDSETOPTIONS");
  munmap(stack, PAGE);
  return pid;
}

/** What the kernel keeps of a guest process. */
struct process {
  int mm;
  struct user_regs_struct regs;
  char fp[512] __attribute__((aligned(16)));
};
static long host_calls, ticks;
static pid_t child;

/** One turn: the process runs until it needs its kernel. SIGVTALRM is the kernel's clock, and never passed on. */
static int turn(struct process *process) {
  for (;;) {
    int status;
    if (trace(PTRACE_SETREGS, child, 0, (unsigned long)&process->regs)) die("SETREGS");
    if (trace(18 + 1, child, 0, (unsigned long)process->fp)) die("SETFPXREGS");
    if (trace(PTRACE_SYSEMU, child, 0, 0)) die("SYSEMU");
    if (waitpid(child, &status, WAIT_OPTIONS) != child || !WIFSTOPPED(status)) die("wait");
    if (trace(PTRACE_GETREGS, child, 0, (unsigned long)&process->regs)) die("GETREGS");
    if (trace(18, child, 0, (unsigned long)process->fp)) die("GETFPXREGS");
    host_calls += 6;
    if (WSTOPSIG(status) != SIGVTALRM) return WSTOPSIG(status);
    ticks++;
    // As UML does on return from its own work: no system call is to be made again.
    process->regs.orig_eax = -1;
  }
}
static void answer(struct process *process, long result) {
  process->regs.eax = result;
  process->regs.orig_eax = -1;
}
static void begin(struct process *process, unsigned long eip) {
  process->regs.eip = eip;
  process->regs.esp = STACK_TOP;
  process->regs.eflags = 0x202;
  process->regs.orig_eax = -1;
}
/** A page that the process wants comes out of the memory file. */
static int page_in(struct process *process, int page) {
  struct faultinfo info;
  if (trace(PTRACE_FAULTINFO, child, 0, (unsigned long)&info)) return -1;
  return mm_map_page(process->mm, info.cr2 & -4096ul, page, info.error_code & 2 ? RW : PROT_READ) == SIZE ? 0 : -1;
}

int main(void) {
  static struct process one, two;
  make_memory();
  child = start_userspace();
  if (trace(PTRACE_GETREGS, child, 0, (unsigned long)&one.regs)) die("GETREGS");
  if (trace(18, child, 0, (unsigned long)one.fp)) die("GETFPXREGS");
  two = one;
  one.mm = guest_mm();
  two.mm = guest_mm();
  int own_word = 1234;

  CASE("the child of clone leaves the kernel's space, which stays") {
    EXPECT(0, switch_mm(child, one.mm));
    unsigned long word;
    EXPECT_ERROR(EIO, peek(child, (unsigned long)&own_word, &word));
    EXPECT(1234, own_word);
  }
  CASE("a system call is six calls of the host") {
    begin(&one, ENTRY(guest_call));
    host_calls = ticks = 0;
    for (int i = 0; i < 200; i++) {
      one.regs.eax = 100 + i;
      EXPECT(SYSCALL_STOP, turn(&one));
      EXPECT(100 + i, one.regs.orig_eax);
      EXPECT(-ENOSYS, one.regs.eax);
      answer(&one, 0);
    }
    EXPECT(6 * (200 + ticks), host_calls);
  }
  CASE("a page fault is that, FAULTINFO, and a write for each page") {
    begin(&one, ENTRY(guest_load));
    one.regs.ebx = DATA;
    word_of(DATA_PAGE)[0] = 31;
    EXPECT(SIGSEGV, turn(&one));
    EXPECT(0, page_in(&one, DATA_PAGE));
    EXPECT(SIGTRAP, turn(&one));
    EXPECT(31, one.regs.eax);
  }
  CASE("copy on write: the fault tells a write to a page that is there, and another page comes in its place") {
    begin(&one, ENTRY(guest_store));
    one.regs.ebx = DATA;
    one.regs.ecx = 32;
    EXPECT(SIGSEGV, turn(&one));
    memcpy(word_of(OTHER_PAGE), word_of(DATA_PAGE), PAGE);
    EXPECT(0, page_in(&one, OTHER_PAGE));
    EXPECT(SIGTRAP, turn(&one));
    EXPECT(31, word_of(DATA_PAGE)[0]);
    EXPECT(32, word_of(OTHER_PAGE)[0]);
  }
  CASE("a context switch is one call, and two processes go on where they were") {
    begin(&one, ENTRY(guest_call));
    begin(&two, ENTRY(guest_call));
    one.regs.esi = 1;
    two.regs.esi = 2;
    for (int i = 0; i < 50; i++) {
      EXPECT(0, switch_mm(child, one.mm));
      one.regs.eax = 20;
      EXPECT(SYSCALL_STOP, turn(&one));
      EXPECT(1, one.regs.esi);
      EXPECT(0, switch_mm(child, two.mm));
      two.regs.eax = 30;
      EXPECT(SYSCALL_STOP, turn(&two));
      EXPECT(2, two.regs.esi);
      EXPECT(30, two.regs.orig_eax);
    }
  }
  CASE("floating-point registers are what the kernel puts there") {
    unsigned char *st0 = (unsigned char *)one.fp + 32;
    memset(st0, 0x5a, 10);
    EXPECT(0, switch_mm(child, one.mm));
    EXPECT(SYSCALL_STOP, turn(&one));
    EXPECT(0, switch_mm(child, two.mm));
    EXPECT(SYSCALL_STOP, turn(&two));
    EXPECT(0x5a, one.fp[32]);
    EXPECT_TRUE(two.fp[32] != 0x5a);
  }
  CASE("thread areas change with the process, by SET_THREAD_AREA") {
    struct user_desc desc = {.entry_number = 6, .base_addr = DATA, .limit = 0xfffff, .seg_32bit = 1,
                             .limit_in_pages = 1, .useable = 1};
    word_of(DATA_PAGE)[0] = 61;
    word_of(OTHER_PAGE)[0] = 62;
    mm_map_page(one.mm, DATA, DATA_PAGE, RW);
    mm_map_page(two.mm, DATA + PAGE, OTHER_PAGE, RW);
    for (int i = 0; i < 4; i++) {
      struct process *process = i & 1 ? &two : &one;
      EXPECT(0, switch_mm(child, process->mm));
      desc.base_addr = i & 1 ? DATA + PAGE : DATA;
      EXPECT(0, trace(26, child, 6, (unsigned long)&desc));
      begin(process, ENTRY(guest_gs));
      process->regs.ebx = 0;
      process->regs.ecx = 6 << 3 | 3;
      EXPECT(SIGTRAP, turn(process));
      EXPECT(i & 1 ? 62 : 61, process->regs.eax);
      process->regs.xgs = 0;
    }
  }
  CASE("the child's ITIMER_VIRTUAL ticks while a process runs, and ends none of its instructions twice") {
    EXPECT(0, switch_mm(child, one.mm));
    begin(&one, ENTRY(guest_count));
    one.regs.ebx = DATA;
    word_of(DATA_PAGE)[0] = 0;
    ticks = 0;
    unsigned before = 0;
    int bad = 0;
    while (ticks < 5) {
      int status;
      trace(PTRACE_SETREGS, child, 0, (unsigned long)&one.regs);
      trace(PTRACE_SYSEMU, child, 0, 0);
      if (waitpid(child, &status, WAIT_OPTIONS) != child) die("wait");
      trace(PTRACE_GETREGS, child, 0, (unsigned long)&one.regs);
      bad += WSTOPSIG(status) != SIGVTALRM;
      ticks++;
      unsigned now = word_of(DATA_PAGE)[0];
      bad += now < before;
      before = now;
    }
    EXPECT(0, bad);
    EXPECT_TRUE(before > 1000);
  }
  CASE("fork: a new space gets every page of the old one, written as runs") {
    int copy = mm_open();
    EXPECT(SIZE, mm_map_page(copy, CODE, CODE_PAGE, PROT_READ | PROT_EXEC));
    EXPECT(SIZE, mm_map_page(copy, STACK, STACK_PAGE, RW));
    EXPECT(SIZE, mm_map_page(copy, DATA, DATA_PAGE, PROT_READ));
    // The parent's page is for reading from now on, too.
    EXPECT(SIZE, mm_protect(one.mm, DATA, PAGE, PROT_READ));
    word_of(DATA_PAGE)[0] = 70;
    struct process born = one;
    born.mm = copy;
    EXPECT(0, switch_mm(child, copy));
    begin(&born, ENTRY(guest_store));
    born.regs.ebx = DATA;
    born.regs.ecx = 71;
    EXPECT(SIGSEGV, turn(&born));
    EXPECT(SIZE, mm_map_page(copy, DATA, 5, RW));
    EXPECT(SIGTRAP, turn(&born));
    EXPECT(70, word_of(DATA_PAGE)[0]);
    EXPECT(71, word_of(5)[0]);
    close(copy);
  }
  CASE("exec: everything is unmapped, and the space is used again") {
    EXPECT(SIZE, mm_unmap(two.mm, 0, 0xc0000000));
    EXPECT(0, switch_mm(child, two.mm));
    begin(&two, ENTRY(guest_trap));
    EXPECT(SIGSEGV, turn(&two));
    EXPECT(0, page_in(&two, CODE_PAGE));
    // Read alone is not enough to run it.
    EXPECT(SIZE, mm_protect(two.mm, CODE, PAGE, PROT_READ | PROT_EXEC));
    EXPECT(SIGTRAP, turn(&two));
  }
  CASE("exit: the space is closed while the child is still in it, and the next switch leaves it") {
    close(two.mm);
    EXPECT(0, switch_mm(child, one.mm));
    begin(&one, ENTRY(guest_call));
    EXPECT(SYSCALL_STOP, turn(&one));
  }
  CASE("a process that is killed by its kernel's end") {
    kill(child, SIGKILL);
    trace(PTRACE_KILL, child, 0, 0);
    trace(PTRACE_CONT, child, 0, child);
    int status;
    EXPECT(child, waitpid(child, &status, 0x40000000));
    EXPECT(SIGKILL, WTERMSIG(status));
  }
  return 0;
}
