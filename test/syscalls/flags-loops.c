// Status flags where ways meet: loops that begin with what keeps or reads flags, entered with flags of one kind and gone round
// with those of another, and page faults in them, whose handler sees the flags. Low bytes of registers that are
// written and read apart from the rest.
#include "report.h"
#include <sys/mman.h>
#include <ucontext.h>

/** AF is left out, which shifts leave undefined. */
#define STATUS 0x8c5
#define ROUNDS 40
#define TIMES 30

static unsigned char *words;
static uint32_t seen;
static void handler(int signo, siginfo_t *info, void *context) {
  greg_t *gregs = ((ucontext_t *)context)->uc_mcontext.gregs;
  (void)signo;
  (void)info;
  seen = seen * 31 + (gregs[REG_EFL] & STATUS);
  gregs[REG_EBX] = (greg_t)words;
}

/** ebx: eight words before the end of what may be read; edi: a hash of flags, which lahf and seto read without changing them. */
#define LOOP(name, before, first, last)                                                                                \
  static uint32_t name(uint32_t rounds) {                                                                              \
    uint32_t hash = 1, left = rounds;                                                                                  \
    __asm__ volatile("xorl %%edx, %%edx\n movl $0x80000003, %%ecx\n" before "\n"                                       \
                     "1: " first "\n movl (%%ebx), %%eax\n leal 4(%%ebx), %%ebx\n"                                     \
                     "movl $0, %%eax\n lahf\n seto %%al\n andb $0xc5, %%ah\n roll $5, %%edi\n xorl %%eax, %%edi\n" last "\n jnz 1b"       \
                     : "+D"(hash), "+S"(left)                                                                          \
                     : "b"(words + PAGE - 32)                                                                          \
                     : "eax", "ecx", "edx", "cc", "memory");                                                           \
    return hash;                                                                                                       \
  }

#define FIRSTS(f, before, last, id)                                                                                    \
  f(inc##id, before, "incl %%edx", last) f(dec##id, before, "decl %%edx", last)                                        \
  f(incb##id, before, "incb %%dh", last) f(adc##id, before, "adcl $0x7ffffff1, %%edx", last)                           \
  f(sbb##id, before, "sbbl %%ecx, %%edx", last) f(cmc##id, before, "cmc", last)                                        \
  f(rcl##id, before, "rcll $1, %%edx", last) f(setc##id, before, "setbe %%dl\n addb %%dl, %%dh", last)                 \
  f(cmov##id, before, "cmovl %%ecx, %%edx", last) f(bt##id, before, "btl $3, %%edx\n incl %%edx", last)                \
  f(shl##id, before, "movb %%dl, %%cl\n shll %%cl, %%edx\n incl %%edx", last)                                          \
  f(ror##id, before, "rorl $1, %%edx", last)

#define LASTS(f, before, id)                                                                                           \
  FIRSTS(f, before, "subl $1, %%esi", id##_sub) FIRSTS(f, before, "decl %%esi", id##_dec)                              \
  FIRSTS(f, before, "addl $-1, %%esi", id##_add)                                                                       \
  FIRSTS(f, before, "leal -1(%%esi), %%esi\n testl %%esi, %%esi", id##_test)

#define ALL(f)                                                                                                         \
  LASTS(f, "testl %%edx, %%edx", _test) LASTS(f, "cmpl $5, %%ecx", _cmp) LASTS(f, "stc", _stc)                         \
  LASTS(f, "orb $0x80, %%dl", _or)

ALL(LOOP)

static const struct {
  const char *name;
  uint32_t (*run)(uint32_t);
} loops[] = {
#define ROW(name, before, first, last) {#name, name},
    ALL(ROW)};

unsigned char table[256];

/** Bytes written and read apart from the rest of their registers. */
static uint32_t bytes(uint32_t rounds) {
  uint32_t hash = 1, left = rounds;
  __asm__ volatile("movl $0x12345678, %%eax\n movl $0x9abcdef0, %%ebx\n movl $0x0f1e2d3c, %%ecx\n movl $0x4b5a6978, %%edx\n"
                   "1: xorb %%cl, %%al\n movzbl %%al, %%ebx\n addl %%ebx, %%edi\n"
                   "movb $5, %%ah\n movsbl %%al, %%ebx\n addl %%ebx, %%edi\n addb %%al, %%ah\n addl %%eax, %%edi\n"
                   "xchgb %%al, %%dl\n movzbl %%dl, %%ebx\n leal (%%edi,%%ebx,4), %%edi\n xchgb %%al, %%ah\n addl %%eax, %%edx\n"
                   "movb %%dl, %%bl\n movw %%cx, %%bx\n movzbl %%bl, %%ebx\n xorl %%ebx, %%edi\n"
                   "cmpl %%ecx, %%edi\n setb %%cl\n jb 2f\n movb $0x77, %%cl\n addl $3, %%edi\n"
                   "2: movzbl %%cl, %%ebx\n roll $7, %%edi\n addl %%ebx, %%edi\n addl %%edi, %%ecx\n"
                   "movb table(%%ebx), %%bl\n addb %%bl, %%bl\n movzbl %%bl, %%ebx\n subl %%ebx, %%edi\n"
                   "decl %%esi\n jnz 1b"
                   : "+D"(hash), "+S"(left)
                   :
                   : "eax", "ebx", "ecx", "edx", "cc", "memory");
  return hash;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  words = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(words + PAGE, PAGE, PROT_NONE);
  for (unsigned i = 0; i < PAGE; i++)
    words[i] = table[i & 255] = i * 7;
  sigaction(SIGSEGV, &action, 0);
  for (unsigned i = 0; i < sizeof loops / sizeof *loops; i++) {
    uint32_t hash = 0;
    seen = 0;
    for (unsigned t = 0; t < TIMES; t++)
      hash = hash * 31 + loops[i].run(ROUNDS + t);
    printf("%-16s %08x %08x\n", loops[i].name, hash, seen);
  }
  printf("bytes            %08x\n", bytes(30000));
}
