// What UML in skas0 mode (2.6.13 to 2.6.2x) puts into its processes: two stub pages below 3 GiB. The segv handler runs
// on the data page, reads the old frame, stops by a blocked SIGUSR1 and goes back by a bare sigreturn; the batch of
// system calls ends in a trap; the clone stub makes a sibling.
#include "tracee.h"

#define STUB_CODE 0xbfffe000ul
#define STUB_DATA 0xbffff000ul
extern const char stub[], stub_end[], stub_segv[], stub_batch[], stub_clone[];
#define ENTRY(name) (STUB_CODE + (name - stub))
asm(".section .rodata\n"
    "stub:\n"
    // The handler: error, address and trap number out of the sigcontext, which lies behind two words.
    "stub_segv:\n"
    " mov %esp, %edx\n add $8, %edx\n"
    " mov $0xbffff000, %ecx\n"
    " mov 52(%edx), %eax\n mov %eax, (%ecx)\n"
    " mov 84(%edx), %eax\n mov %eax, 4(%ecx)\n"
    " mov 48(%edx), %eax\n mov %eax, 8(%ecx)\n"
    " push %edx\n"
    " mov $20, %eax\n int $0x80\n"
    " mov %eax, %ebx\n mov $10, %ecx\n mov $37, %eax\n int $0x80\n"
    " pop %esp\n mov $119, %eax\n int $0x80\n"
    // Calls from the data page: number, five arguments, expected result; zero ends them.
    "stub_batch:\n"
    " mov $0xbffff100, %ebp\n"
    "1: mov (%ebp), %eax\n test %eax, %eax\n jz 2f\n"
    " mov 4(%ebp), %ebx\n mov 8(%ebp), %ecx\n mov 12(%ebp), %edx\n mov 16(%ebp), %esi\n mov 20(%ebp), %edi\n"
    " push %ebp\n mov 24(%ebp), %ebp\n int $0x80\n pop %ebp\n"
    " cmp 28(%ebp), %eax\n jne 2f\n add $32, %ebp\n jmp 1b\n"
    "2: mov %eax, 0xbffff000\n int3\n"
    // A sibling: CLONE_PARENT | CLONE_FILES | SIGCHLD, on the upper half of the data page.
    "stub_clone:\n"
    " mov $120, %eax\n mov $0x8411, %ebx\n mov $0xbffff7fc, %ecx\n int $0x80\n"
    " test %eax, %eax\n jne 3f\n"
    " mov $26, %eax\n xor %ebx, %ebx\n xor %ecx, %ecx\n int $0x80\n int3\n"
    "3: mov %eax, 0xbffff000\n int3\n"
    "stub_end:\n .text\n");

static unsigned *data;
static pid_t pid;
static void show_word(const char *label, int index) { printf("%s %#x\n", label, data[index]); }
static void at(unsigned long eip) {
  struct user_regs_struct regs;
  trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs);
  regs.eip = eip;
  regs.esp = STUB_DATA + 2048;
  regs.orig_eax = -1;
  trace(PTRACE_SETREGS, pid, 0, (unsigned long)&regs);
}

int main(void) {
  int file = syscall(SYS_memfd_create, "vm", 0);
  if (ftruncate(file, 2 * PAGE)) die("memory");
  char *memory = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  memcpy(memory, stub, stub_end - stub);
  data = (unsigned *)(memory + PAGE);
  pid = fork();
  if (pid == 0) {
    mmap((void *)STUB_CODE, PAGE, PROT_EXEC, MAP_PRIVATE | MAP_FIXED, file, 0);
    mmap((void *)STUB_DATA, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, PAGE);
    stack_t stack = {.ss_sp = (void *)STUB_DATA, .ss_size = PAGE - 4};
    sigaltstack(&stack, NULL);
    struct { unsigned long handler, flags, restorer, mask[2]; } action = {
        ENTRY(stub_segv), SA_ONSTACK, 0, {1 << (SIGUSR1 - 1) | 1 << (SIGIO - 1) | 1 << (SIGWINCH - 1)}};
    syscall(SYS_rt_sigaction, SIGSEGV, &action, NULL, 8);
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    *(volatile int *)0x50000010 = 1;
    _exit(*(volatile int *)0x50000010);
  }
  next("start", pid);
  trace(21, pid, 0, 1);

  puts("-- a fault --");
  trace(PTRACE_CONT, pid, 0, 0);
  next("fault", pid);
  struct user_regs_struct faulted, after;
  trace(PTRACE_GETREGS, pid, 0, (unsigned long)&faulted);
  trace(PTRACE_CONT, pid, 0, SIGSEGV);
  next("handler", pid);
  show_word("error", 0);
  show_word("address", 1);
  show_word("trap", 2);
  trace(PTRACE_GETREGS, pid, 0, (unsigned long)&after);
  SHOW_TRUE(faulted.eip == after.eip && faulted.esp == after.esp && faulted.eax == after.eax && faulted.ebx == after.ebx);
  printf("orig_eax %ld\n", after.orig_eax);

  puts("-- a batch --");
  unsigned batch[] = {
      SYS_mmap2, 0x50000000, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0, 0x50000000,
      SYS_mprotect, 0x50000000, PAGE, PROT_READ | PROT_WRITE, 0, 0, 0, 0,
      SYS_munmap, 0x51000000, PAGE, 0, 0, 0, 0, 0,
      0};
  memcpy((char *)data + 0x100, batch, sizeof batch);
  at(ENTRY(stub_batch));
  trace(PTRACE_CONT, pid, 0, 0);
  next("batch", pid);
  show_word("result", 0);
  unsigned wrong[] = {SYS_munmap, 0x51000001, PAGE, 0, 0, 0, 0, 0, 0};
  memcpy((char *)data + 0x100, wrong, sizeof wrong);
  at(ENTRY(stub_batch));
  trace(PTRACE_CONT, pid, 0, 0);
  next("a batch that fails", pid);
  show_word("result", 0);

  puts("-- a sibling --");
  at(ENTRY(stub_clone));
  trace(PTRACE_CONT, pid, 0, 0);
  next("parent", pid);
  pid_t sibling = data[0];
  SHOW_TRUE(sibling > 0 && sibling != pid);
  next("sibling", sibling);
  SHOW(trace(21, sibling, 0, 1));
  kill(sibling, SIGKILL);
  trace(PTRACE_KILL, sibling, 0, 0);
  trace(PTRACE_CONT, sibling, 0, sibling);
  next("sibling", sibling);

  puts("-- and on --");
  trace(PTRACE_SETREGS, pid, 0, (unsigned long)&faulted);
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
}
