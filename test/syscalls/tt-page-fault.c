// A page fault in tt mode: the stop of SIGSEGV is answered by delivering it; the handler maps the page itself.
#include "tracee.h"

static char kernel_stack[16384] __attribute__((aligned(4096)));
#define AT ((char *)0x50000000)
static volatile int faults;

static void fault(int signo) {
  struct sigcontext *context = (struct sigcontext *)((char *)__builtin_frame_address(0) + 12);
  unsigned long page = context->cr2 & -4096ul;
  if (++faults > 50) _exit(98);
  printf("trap %ld error %#lx at %#lx\n", context->trapno, context->err, context->cr2);
  if (context->err & 2 && context->err & 1)
    mprotect((void *)page, 4096, PROT_READ | PROT_WRITE);
  else
    mmap((void *)page, 4096, context->err & 2 ? PROT_READ | PROT_WRITE : PROT_READ,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}
/** Jail mode: a range that user code may not write is opened for the handler alone. */
static char jail[64 * 4096] __attribute__((aligned(4096)));
static void jail_fault(int signo) {
  mprotect(jail, sizeof jail, PROT_READ | PROT_WRITE);
  jail[4096] = 'k';
  if (++faults > 50) _exit(98);
  if (faults > 12) mprotect(jail, sizeof jail, PROT_READ);
}

int main(void) {
  pid_t pid = fork();
  if (pid == 0) {
    stack_t stack = {.ss_sp = kernel_stack, .ss_size = sizeof kernel_stack};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = fault, .sa_flags = SA_ONSTACK};
    sigaction(SIGSEGV, &action, NULL);
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    volatile char *at = AT;
    printf("read %d\n", at[10]);
    at[20] = 3;
    printf("read %d\n", at[20]);
    at[4096] = 4;
    printf("read %d\n", at[4096]);
    int before = faults;
    action.sa_handler = jail_fault;
    sigaction(SIGSEGV, &action, NULL);
    for (int i = 0; i < 3; i++) {
      mprotect(jail, sizeof jail, PROT_READ);
      jail[0] = i;
      printf("jail %d %c\n", jail[0], jail[4096]);
    }
    _exit(faults - before + 10 * before);
  }
  int status = next("start", pid);
  for (int turn = 0; turn < 12 && WIFSTOPPED(status); turn++) {
    trace(PTRACE_CONT, pid, 0, WSTOPSIG(status) == SIGSEGV ? SIGSEGV : 0);
    status = next("tracer", pid);
  }
  return 0;
}
