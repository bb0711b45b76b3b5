// arch_prctl(2) of a 32-bit process: whether cpuid may be used; the rest belongs to other kernels or modes.
#include "report.h"
#define ARCH_SET_GS 0x1001
#define ARCH_GET_FS 0x1003
#define ARCH_GET_CPUID 0x1011
#define ARCH_CET_STATUS 0x3001
int main(void) {
  unsigned long words[8] = {0};
  SHOW(syscall(384, ARCH_GET_CPUID, 0));
  SHOW(syscall(384, ARCH_GET_FS, words));
  SHOW(syscall(384, ARCH_SET_GS, 0));
  SHOW(syscall(384, ARCH_CET_STATUS, words));
  SHOW(syscall(384, 0, 0));
  return 0;
}
