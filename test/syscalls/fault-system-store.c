// sgdt and its kin are carried out by the kernel where the processor refuses them to programs: a store that runs into a
// page which cannot be written is reported by the operand's first byte.
#include "report.h"
#include <setjmp.h>
#include <ucontext.h>

static sigjmp_buf back;
static siginfo_t seen;
static mcontext_t at;
static void handler(int signo, siginfo_t *info, void *context) {
  (void)signo;
  seen = *info;
  at = ((ucontext_t *)context)->uc_mcontext;
  siglongjmp(back, 1);
}

static unsigned char area[2 * PAGE] __attribute__((aligned(PAGE)));

static void try(const char *name, void (*store)(unsigned char *)) {
  static const int protections[] = {PROT_NONE, PROT_READ};
  for (unsigned p = 0; p < 2; p++)
    for (int before = 6; before >= 0; before--) {
      unsigned char *to = area + PAGE - before;
      memset(area, 0x5a, PAGE);
      mprotect(area + PAGE, PAGE, protections[p]);
      printf("%s, %d in front of a page of protection %d: ", name, before, protections[p]);
      if (sigsetjmp(back, 1) == 0) {
        store(to);
        printf("stored\n");
      } else
        printf("%s, code %d, address %+d, trap %d, error %d, cr2 %+d\n", sigabbrev_np(seen.si_signo), seen.si_code,
               (int)((unsigned char *)seen.si_addr - to), at.gregs[REG_TRAPNO], at.gregs[REG_ERR],
               (int)((unsigned char *)at.cr2 - to));
      mprotect(area + PAGE, PAGE, PROT_READ | PROT_WRITE);
    }
}

#define STORE(name) \
  static void name(unsigned char *to) { __asm__ volatile(#name " (%0)" : : "r"(to) : "memory"); }
STORE(sgdt)
STORE(sidt)
STORE(smsw)
STORE(sldt)
STORE(str)

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  try("sgdt", sgdt);
  try("sidt", sidt);
  try("smsw", smsw);
  try("sldt", sldt);
  try("str", str);
  return 0;
}
