// The alignment check: with AC set, an access to data that is not aligned to its width is SIGBUS at the instruction,
// which has changed nothing; behind a page fault, and not for what has no width.
#include "report.h"
#include <setjmp.h>
#include <ucontext.h>

#define AC 0x40000
#define SET "pushfl\n orl $0x40000, (%%esp)\n popfl\n"
#define CLEAR "pushfl\n andl $~0x40000, (%%esp)\n popfl\n"

static sigjmp_buf back;
static siginfo_t seen;
static mcontext_t at;
static void handler(int signo, siginfo_t *info, void *context) {
  __asm__ volatile("pushfl\n andl $~0x40000, (%%esp)\n popfl" : : : "memory", "cc");
  seen = *info;
  at = ((ucontext_t *)context)->uc_mcontext;
  siglongjmp(back, 1);
}

static unsigned char area[2 * PAGE] __attribute__((aligned(PAGE)));
static unsigned char *const base = area + 64;

/** The instruction at offsets 0, 1, 2, 4, 8 and 12 from an aligned address in ebx; A: the alignment check. */
#define TRY(text)                                                                                               \
  do {                                                                                                          \
    printf("%-28s", text);                                                                                      \
    static const int offsets[] = {0, 1, 2, 4, 8, 12};                                                           \
    for (unsigned i = 0; i < 6; i++) {                                                                          \
      memset(base, 0, 64);                                                                                      \
      if (sigsetjmp(back, 1) == 0) {                                                                            \
        __asm__ volatile("fninit\n" SET "1: " text "\n" CLEAR                                                   \
                         :                                                                                      \
                         : "b"(base + offsets[i]), "S"(base + offsets[i]), "D"(base + 256), "c"(1), "a"(0), "d"(0) \
                         : "memory", "cc", "st");                                                               \
        printf(" -");                                                                                           \
      } else if (seen.si_signo == SIGBUS)                                                                       \
        printf(" A");                                                                                           \
      else                                                                                                      \
        printf(" %d", at.gregs[REG_TRAPNO]);                                                                    \
    }                                                                                                           \
    printf("\n");                                                                                               \
  } while (0)

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGBUS, &action, NULL);
  sigaction(SIGSEGV, &action, NULL);
  TRY("movb (%%ebx), %%al");
  TRY("movw (%%ebx), %%ax");
  TRY("movl (%%ebx), %%eax");
  TRY("movl %%eax, (%%ebx)");
  TRY("addl %%eax, (%%ebx)");
  TRY("cmpw $1, (%%ebx)");
  TRY("xchgl %%eax, (%%ebx)");
  TRY("lock; xaddl %%eax, (%%ebx)");
  TRY("cmpxchg8b (%%ebx)");
  TRY("movzwl (%%ebx), %%eax");
  TRY("btsl $3, (%%ebx)");
  TRY("btsw $3, (%%ebx)");
  TRY("pushl (%%ebx)\n pop %%eax");
  TRY("movsl\n sub $4, %%edi");
  TRY("rep; movsw");
  TRY("lodsl");
  TRY("leal (%%ebx), %%eax");
  TRY("fldl (%%ebx)");
  TRY("flds (%%ebx)");
  TRY("fildl (%%ebx)");
  TRY("fildll (%%ebx)");
  TRY("filds (%%ebx)");
  TRY("fldt (%%ebx)");
  TRY("fldz\n fstpt (%%ebx)");
  TRY("fbld (%%ebx)");
  TRY("fnstcw (%%ebx)");
  TRY("fnstenv (%%ebx)");
  TRY("data16 fnstenv (%%ebx)");
  TRY("fnsave (%%ebx)");
  TRY("data16 fnsave (%%ebx)");
  TRY("frstor (%%ebx)");
  TRY("data16 frstor (%%ebx)");
  TRY("fxsave (%%ebx)");
  TRY("fxrstor (%%ebx)");
  TRY("movd (%%ebx), %%mm0\n emms");
  TRY("movq (%%ebx), %%mm0\n emms");
  TRY("xchg %%ebx, %%edi\n maskmovq %%mm0, %%mm0\n emms");
  TRY("xchg %%ebx, %%edi\n maskmovdqu %%xmm0, %%xmm0");
  TRY("movss (%%ebx), %%xmm0");
  TRY("movsd (%%ebx), %%xmm0");
  TRY("movlps (%%ebx), %%xmm0");
  TRY("movups (%%ebx), %%xmm0");
  TRY("movups %%xmm0, (%%ebx)");
  TRY("movdqu (%%ebx), %%xmm0");
  TRY("movaps (%%ebx), %%xmm0");
  TRY("stmxcsr (%%ebx)");
  TRY("sgdt (%%ebx)");
  TRY("bound %%eax, (%%ebx)");
  TRY("les (%%ebx), %%eax");

  // What the signal says, and that nothing has happened.
  memset(base, 0x11, 16);
  if (sigsetjmp(back, 1) == 0) {
    __asm__ volatile(SET "addl $1, 1(%0)\n" CLEAR : : "r"(base) : "memory", "cc");
    puts("no fault");
  } else
    printf("SIG%s code %d addr %p trapno %d err %d AC %d, memory %#x\n", sigabbrev_np(seen.si_signo), seen.si_code,
           seen.si_addr, at.gregs[REG_TRAPNO], at.gregs[REG_ERR], !!(at.gregs[REG_EFL] & AC), *(int *)(base + 1));
  mprotect(area + PAGE, PAGE, PROT_NONE);
  if (sigsetjmp(back, 1) == 0) {
    __asm__ volatile(SET "movl %0, %%eax\n" CLEAR : : "m"(area[PAGE + 1]) : "eax", "memory", "cc");
    puts("no fault");
  } else
    printf("no page: SIG%s trapno %d\n", sigabbrev_np(seen.si_signo), at.gregs[REG_TRAPNO]);
  if (sigsetjmp(back, 1) == 0) {
    __asm__ volatile(SET "movl %0, %%eax\n" CLEAR : : "m"(area[PAGE - 2]) : "eax", "memory", "cc");
    puts("no fault");
  } else
    printf("into no page: SIG%s trapno %d\n", sigabbrev_np(seen.si_signo), at.gregs[REG_TRAPNO]);
  // A program may have it set for long: calls and loops, and the kernel, which does not mind.
  long sum = 0, count = 3000;
  __asm__ volatile(SET
                   "1: addl %1, %0\n"
                   "call 2f\n"
                   "decl %1\n"
                   "jnz 1b\n"
                   "jmp 3f\n"
                   "2: ret\n"
                   "3: movl $20, %%eax\n"
                   "int $0x80\n" CLEAR
                   : "+r"(sum), "+r"(count)
                   :
                   : "eax", "memory", "cc");
  printf("sum %ld\n", sum);
  return 0;
}
