// Breakpoints of the debug registers on code: before the instruction, in this thread only, DR6, and RF, which lets
// the instruction run when the task goes on.
#include "tracee.h"
#include <ucontext.h>

#define AT_DR(n) (offsetof(struct user, u_debugreg) + 4 * (n))
#define RF 0x10000
#define TF 0x100

void first(void), second(void), repeated(void);
__asm__(
    ".text\n"
    "first: nop\n"
    "ret\n"
    "second: nop\n"
    "jmp first\n"
    "repeated: rep stosb\n"
    "ret\n");
static char bytes[8];
static void strings(void) {
  char *to = bytes;
  int count = 3;
  __asm__ volatile("call repeated" : "+D"(to), "+c"(count) : "a"(1) : "memory");
}

static void show_at(const char *label, pid_t pid) {
  struct user_regs_struct regs;
  siginfo_t info;
  trace(PTRACE_GETREGS, pid, 0, (long)&regs);
  memset(&info, 0, sizeof info);
  trace(PTRACE_GETSIGINFO, pid, 0, (long)&info);
  const char *where = regs.eip == (long)first       ? "first"
                      : regs.eip == (long)first + 1 ? "first + 1"
                      : regs.eip == (long)second    ? "second"
                      : regs.eip == (long)second + 1 ? "second + 1"
                      : regs.eip == (long)repeated  ? "repeated"
                      : regs.eip == (long)repeated + 2 ? "repeated + 2"
                                                    : "elsewhere";
  printf("%s: at %s, code %d, address %s, dr6 %#lx, rf %d, tf %d\n", label, where, info.si_code,
         (long)info.si_addr == regs.eip ? "eip" : "another", peek_user(pid, AT_DR(6)), !!(regs.eflags & RF),
         !!(regs.eflags & TF));
}
static void go(const char *label, pid_t pid, int request) {
  trace(request, pid, 0, 0);
  int status = next(label, pid);
  if (WIFSTOPPED(status)) show_at(label, pid);
}
static long poke(pid_t pid, int n, unsigned long value) { return trace(PTRACE_POKEUSER, pid, AT_DR(n), value); }

static volatile int seen;
static void on_trap(int signo, siginfo_t *info, void *context) {
  ucontext_t *at = context;
  printf("handler: SIG%s code %d, trapno %d, err %d, rf %d\n", sigabbrev_np(signo), info->si_code,
         at->uc_mcontext.gregs[REG_TRAPNO], at->uc_mcontext.gregs[REG_ERR], !!(at->uc_mcontext.gregs[REG_EFL] & RF));
  seen++;
}

int main(void) {
  TRACEE(pid, {
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
    sigaction(SIGTRAP, &action, NULL);
    first();
    second();
    first();
    strings();
    for (int i = 0; i < 2000; i++) second();
    first();
  });
  SHOW(poke(pid, 0, (long)first));
  SHOW(poke(pid, 3, (long)second));
  SHOW(poke(pid, 7, 0x41)); // L0, L3
  printf("dr7 %#lx\n", peek_user(pid, AT_DR(7)));
  go("first", pid, PTRACE_CONT);
  go("second", pid, PTRACE_CONT);
  go("step", pid, PTRACE_SINGLESTEP);
  go("step onto one", pid, PTRACE_SINGLESTEP);
  go("step again", pid, PTRACE_SINGLESTEP);
  // Given to the program, which has a handler for it, and comes back with RF.
  SHOW(poke(pid, 1, (long)repeated));
  SHOW(poke(pid, 7, 0x45));
  go("again", pid, PTRACE_CONT);
  trace(PTRACE_CONT, pid, 0, SIGTRAP);
  next("behind the handler", pid);
  show_at("now", pid);
  go("repeated", pid, PTRACE_SINGLESTEP);
  go("repeated", pid, PTRACE_SINGLESTEP);
  go("repeated", pid, PTRACE_SINGLESTEP);
  SHOW(poke(pid, 7, 0x40));
  int left = 0;
  for (; left < 5; left++) {
    trace(PTRACE_CONT, pid, 0, 0);
    int status;
    waitpid(pid, &status, 0);
    if (!WIFSTOPPED(status) || peek_user(pid, AT_EIP) != (long)second) break;
  }
  printf("%d stops\n", left);
  SHOW(poke(pid, 7, 0));
  SHOW(poke(pid, 6, 0));
  go("off", pid, PTRACE_CONT);
  return 0;
}
