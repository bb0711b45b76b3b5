// The stub dance of User Mode Linux: a SIGSEGV stop, the signal delivered to a handler on another stack,
// which reports by int3; then registers are set back as if nothing had happened.
#include "tracee.h"
#include <ucontext.h>

static volatile long *report;
static void handler(int signo, siginfo_t *info, void *context) {
  (void)signo;
  report[0] = ((ucontext_t *)context)->uc_mcontext.gregs[REG_ERR];
  report[1] = (long)info->si_addr;
  report[2] = ((ucontext_t *)context)->uc_mcontext.gregs[REG_TRAPNO];
  __asm__ volatile("int3");
}

int main(void) {
  report = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  char *target = mmap(NULL, PAGE, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  TRACEE(pid, {
    stack_t stack = {.ss_sp = (void *)report, .ss_size = 2 * PAGE - 4};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigaction(SIGSEGV, &action, NULL);
    *(volatile char *)(target + 0x123) = 9;
    _exit(*(volatile char *)(target + 0x123));
  });
  struct user_regs_struct regs;
  trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
  trace(PTRACE_CONT, pid, 0, 0);
  for (int i = 0; i < 3; i++) {
    int status = next("fault", pid);
    if (WSTOPSIG(status) != SIGSEGV) break;
    siginfo_t info;
    trace(PTRACE_GETSIGINFO, pid, 0, (long)&info);
    printf("code %d at +%#lx\n", info.si_code, (long)info.si_addr - (long)target);
    trace(PTRACE_GETREGS, pid, 0, (long)&regs);
    trace(PTRACE_CONT, pid, 0, SIGSEGV);
    next("handler", pid);
    printf("err %#lx address +%#lx trapno %ld\n", report[0], report[1] - (long)target, report[2]);
    // The page is made accessible by a system call in the tracee, at the int $0x80 of its own making.
    struct user_regs_struct call = regs;
    call.eax = SYS_mprotect;
    call.ebx = (long)target;
    call.ecx = PAGE;
    call.edx = PROT_READ | PROT_WRITE;
    static const unsigned char stub[] = {0xcd, 0x80, 0xcc, 0x90};
    call.orig_eax = -1;
    long word;
    memcpy(&word, stub, 4);
    long kept;
    trace(PTRACE_PEEKTEXT, pid, regs.eip, (long)&kept);
    trace(PTRACE_POKETEXT, pid, regs.eip, word);
    trace(PTRACE_SETREGS, pid, 0, (long)&call);
    trace(PTRACE_CONT, pid, 0, 0);
    next("stub", pid);
    printf("mprotect gives %ld\n", peek_user(pid, AT_EAX));
    trace(PTRACE_POKETEXT, pid, regs.eip, kept);
    trace(PTRACE_SETREGS, pid, 0, (long)&regs);
    trace(PTRACE_CONT, pid, 0, 0);
  }
}
