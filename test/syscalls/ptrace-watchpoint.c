// Breakpoints of the debug registers on data: behind the instruction that touches one of their bytes, whatever the
// width of the access and whichever instruction it is; a store of the same value counts, a check does not.
#include "tracee.h"

#define AT_DR(n) (offsetof(struct user, u_debugreg) + 4 * (n))
enum { EXECUTE, WRITE, PORT, ACCESS };
enum { ONE, TWO, EIGHT, FOUR };

static char area[3 * PAGE] __attribute__((aligned(PAGE)));
static volatile int *const word = (int *)(area + PAGE + 64);

#define ACTION(name, ...) \
  static void name(void) { __VA_ARGS__; }
ACTION(read4, (void)*word)
ACTION(write4, *word = 7)
ACTION(same, *word = *word)
ACTION(write_before, *(volatile char *)((char *)word - 1) = 1)
ACTION(write_across, *(volatile int *)((char *)word - 3) = 1)
ACTION(write_behind, *(volatile char *)((char *)word + 4) = 1)
ACTION(write_last, *(volatile char *)((char *)word + 3) = 1)
ACTION(add, __asm__ volatile("addl $0, %0" : "+m"(*word)))
ACTION(compare, __asm__ volatile("cmpl $0, %0" : : "m"(*word)))
ACTION(exchange, __asm__ volatile("lock cmpxchgl %%ecx, %0" : "+m"(*word) : "a"(0x5a5a), "c"(1)))
ACTION(push, __asm__ volatile("xchg %%esp, %0\n push %%eax\n xchg %%esp, %0" : : "r"((char *)word + 4)))
ACTION(pusha, __asm__ volatile("xchg %%esp, %0\n pusha\n add $32, %%esp\n xchg %%esp, %0" : : "r"((char *)word + 20)))
ACTION(call, __asm__ volatile("xchg %%esp, %0\n call 1f\n1: pop %%eax\n xchg %%esp, %0" : : "r"((char *)word + 4) : "eax"))
ACTION(move_string, __asm__ volatile("rep movsb" : : "S"(area), "D"((char *)word - 2), "c"(4) : "memory"))
ACTION(fill, __asm__ volatile("rep stosl" : : "D"((char *)word - 8), "c"(5), "a"(0) : "memory"))
ACTION(scan, __asm__ volatile("repne scasb" : : "D"((char *)word - 2), "c"(10), "a"(99) : "memory"))
ACTION(float_store, __asm__ volatile("fld1\n fstpt %0" : "=m"(*(char(*)[10])((char *)word - 8))))
ACTION(float_load, __asm__ volatile("fldl %0\n fstp %%st" : : "m"(*(double *)(word - 1))))
ACTION(vector_store, __asm__ volatile("movups %%xmm0, %0" : "=m"(*(char(*)[16])((char *)word - 9))))
ACTION(save, __asm__ volatile("fxsave %0" : "=m"(*(char(*)[512])((char *)word - 64))))
ACTION(prefetch, __asm__ volatile("prefetcht0 %0" : : "m"(*word)))
ACTION(address, __asm__ volatile("leal %0, %%eax" : : "m"(*word) : "eax"))
ACTION(bit, __asm__ volatile("btsl %1, %0" : "+m"(*(word - 16)) : "r"(16 * 32 + 5)))
ACTION(page_crossing, *(volatile int *)(area + 2 * PAGE - 2) = 1)
ACTION(in_kernel, if (read(open("/dev/zero", O_RDONLY), (void *)word, 4) != 4) _exit(3))
ACTION(loop, for (int i = 0; i < 3000; i++) ((volatile int *)area)[i & 7] = i; *word = 4)

static const struct {
  const char *name;
  void (*run)(void);
} actions[] = {
#define A(name) {#name, name}
    A(read4),  A(write4), A(same),        A(write_before), A(write_across), A(write_behind), A(write_last), A(add),
    A(compare), A(exchange), A(push),       A(pusha),        A(call),         A(move_string),  A(fill),       A(scan),
    A(float_store), A(float_load), A(vector_store), A(save), A(prefetch),   A(address),      A(bit),        A(page_crossing),
    A(in_kernel), A(loop),
};
enum { COUNT = sizeof actions / sizeof *actions };

static int poke(pid_t pid, int n, unsigned long value) {
  return trace(PTRACE_POKEUSER, pid, AT_DR(n), value) ? errno : 0;
}

/** Lets the tracee do every action with one breakpoint set, and shows which of them stop it. */
static void watch(const char *label, int kind, int length, unsigned long address) {
  printf("-- %s\n", label);
  TRACEE(pid, for (int i = 0; i < COUNT; i++) {
    raise(SIGUSR1);
    actions[i].run();
  });
  int error = poke(pid, 1, 0);
  error = error ? error : poke(pid, 7, 0);
  error = error ? error : poke(pid, 1, address);
  error = error ? error : poke(pid, 7, 1 << 2 | (kind | length << 2) << 20);
  if (error) printf("refused: %s\n", strerrorname_np(error));
  int done = -1;
  for (;;) {
    trace(PTRACE_CONT, pid, 0, 0);
    int status;
    if (waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status)) {
      show_status("end", status);
      return;
    }
    if (WSTOPSIG(status) == SIGUSR1) {
      done++;
      continue;
    }
    siginfo_t info;
    struct user_regs_struct regs;
    trace(PTRACE_GETSIGINFO, pid, 0, (long)&info);
    trace(PTRACE_GETREGS, pid, 0, (long)&regs);
    long code;
    trace(PTRACE_PEEKTEXT, pid, regs.eip, (long)&code);
    printf("%s: SIG%s code %d dr6 %#lx, next %02lx, ecx %s\n", actions[done].name, sigabbrev_np(WSTOPSIG(status)),
           info.si_code, peek_user(pid, AT_DR(6)), code & 0xff,
           regs.ecx < 16 ? (char[]){'0' + regs.ecx / 10, '0' + regs.ecx % 10, 0} : "-");
    trace(PTRACE_POKEUSER, pid, AT_DR(6), 0);
  }
}

int main(void) {
  watch("writes of 4", WRITE, FOUR, (long)word);
  watch("accesses of 4", ACCESS, FOUR, (long)word);
  watch("accesses of 1", ACCESS, ONE, (long)word + 3);
  watch("writes of 2", WRITE, TWO, (long)word + 2);
  watch("writes of 8", WRITE, EIGHT, (long)word);
  watch("behind a page's end", ACCESS, TWO, (long)area + 2 * PAGE);
  watch("misaligned", ACCESS, FOUR, (long)word + 1);
}
