// The alignment check: with AC set, an access to data that is not aligned to its width is SIGBUS at the instruction,
// which has changed nothing; before a page fault, and not for what has no width.
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

static unsigned char area[3 * PAGE] __attribute__((aligned(PAGE)));
static unsigned char spare[512] __attribute__((aligned(64)));
static unsigned char *const base = area + 64;

typedef void Access(unsigned char *);

/** What becomes of an access there. A: the alignment check; a number: another exception's. */
static void try(Access *access, unsigned char *there) {
  if (sigsetjmp(back, 1) == 0) {
    access(there);
    printf(" -");
  } else if (seen.si_signo == SIGBUS)
    printf(" A");
  else
    printf(" %d", at.gregs[REG_TRAPNO]);
}

/** At offsets 0, 1, 2, 4, 8 and 12 from an aligned address. */
static void offsets(const char *name, Access *access) {
  static const int offsets[] = {0, 1, 2, 4, 8, 12};
  printf("%-28s", name);
  for (unsigned i = 0; i < 6; i++) {
    memset(base, 0, 64);
    try(access, base + offsets[i]);
  }
  printf("\n");
}

/**
 * Where a page is missing or cannot be written: within it, from the page before into it, and out of it; at several
 * offsets, since what is misaligned is told first.
 */
static void order(const char *name, Access *access) {
  static const int within[] = {0, 1, 2, 4, 6}, across[] = {-1, -2, -3, -4, -6, -7, -8, -9, -12, -14};
  static const int protections[] = {PROT_NONE, PROT_READ};
  printf("%-28s", name);
  memset(area, 0, sizeof area);
  for (unsigned p = 0; p < 2; p++) {
    mprotect(area + PAGE, PAGE, protections[p]);
    printf(p ? "  read" : " none");
    for (unsigned i = 0; i < 5; i++) try(access, area + PAGE + 64 + within[i]);
    printf(" into");
    for (unsigned i = 0; i < 10; i++) try(access, area + PAGE + across[i]);
    printf(" from");
    for (unsigned i = 0; i < 10; i++) try(access, area + 2 * PAGE + across[i]);
    mprotect(area + PAGE, PAGE, PROT_READ | PROT_WRITE);
  }
  printf("\n");
}

/** Shows an instruction, to which ebx and esi are the address. */
#define SHOW(how, text)                                                                                         \
  do {                                                                                                          \
    void access(unsigned char *there) {                                                                         \
      __asm__ volatile("fninit\n" SET "1: " text "\n" CLEAR                                                     \
                       :                                                                                        \
                       : "b"(there), "S"(there), "D"(spare + 256), "c"(1), "a"(0), "d"(0)                       \
                       : "memory", "cc", "st");                                                                 \
    }                                                                                                           \
    how(text, access);                                                                                          \
  } while (0)
#define TRY(text) SHOW(offsets, text)
#define ORDER(text) SHOW(order, text)
#define UNMASK "pushl $0x340\n fldcw (%%esp)\n popl %%eax\n "

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
  TRY("sidt (%%ebx)");
  TRY("smsw (%%ebx)");
  TRY("sldt (%%ebx)");
  TRY("str (%%ebx)");
  TRY("bound %%eax, (%%ebx)");
  TRY("les (%%ebx), %%eax");

  puts("");
  ORDER("movw (%%ebx), %%ax");
  ORDER("movl (%%ebx), %%eax");
  ORDER("movl %%eax, (%%ebx)");
  ORDER("addw %%ax, (%%ebx)");
  ORDER("addl %%eax, (%%ebx)");
  ORDER("xchgl %%eax, (%%ebx)");
  ORDER("lock; cmpxchgl %%ecx, (%%ebx)");
  ORDER("cmpxchg8b (%%ebx)");
  ORDER("lock; cmpxchg8b (%%ebx)");
  ORDER("btsl $3, (%%ebx)");
  ORDER("popl (%%ebx)\n push %%eax");
  ORDER("lodsl");
  ORDER("rep; movsw");
  ORDER("les (%%ebx), %%eax");
  ORDER("bound %%eax, (%%ebx)");
  ORDER("flds (%%ebx)");
  ORDER("faddl (%%ebx)");
  ORDER("fldt (%%ebx)");
  ORDER("fbld (%%ebx)");
  ORDER("fldz\n fstps (%%ebx)");
  ORDER("fldz\n fstpl (%%ebx)");
  ORDER("fldz\n fstpt (%%ebx)");
  ORDER("fldz\n fbstp (%%ebx)");
  ORDER("fldz\n fistpll (%%ebx)");
  ORDER(UNMASK "fstps (%%ebx)\n fnclex");
  ORDER(UNMASK "fstpt (%%ebx)\n fnclex");
  ORDER(UNMASK "fbstp (%%ebx)\n fnclex");
  ORDER("fnstcw (%%ebx)");
  ORDER("fnstenv (%%ebx)");
  ORDER("data16 fnstenv (%%ebx)");
  ORDER("fldenv (%%ebx)");
  ORDER("data16 fldenv (%%ebx)");
  ORDER("fnsave (%%ebx)");
  ORDER("data16 fnsave (%%ebx)");
  ORDER("frstor (%%ebx)");
  ORDER("data16 frstor (%%ebx)");
  ORDER("fxsave (%%ebx)");
  ORDER("fxrstor (%%ebx)");
  ORDER("movq (%%ebx), %%mm0\n emms");
  ORDER("movq %%mm0, (%%ebx)\n emms");
  ORDER("movlps (%%ebx), %%xmm0");
  ORDER("movups %%xmm0, (%%ebx)");
  ORDER("movaps (%%ebx), %%xmm0");
  ORDER("movaps %%xmm0, (%%ebx)");
  ORDER("xchg %%ebx, %%edi\n maskmovq %%mm0, %%mm0\n emms");
  ORDER("xchg %%ebx, %%edi\n maskmovdqu %%xmm0, %%xmm0");
  ORDER("stmxcsr (%%ebx)");
  ORDER("sgdt (%%ebx)");
  ORDER("smsw (%%ebx)");
  puts("");

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
