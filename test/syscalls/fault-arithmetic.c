// Division and the floating point unit: SIGFPE with its codes.
#include "fault.h"

static void divide(int high, unsigned low, int by) { __asm__ volatile("idivl %2" : "+d"(high), "+a"(low) : "r"(by)); }
static void control(unsigned short word) { __asm__ volatile("fnclex\n\tfldcw %0" : : "m"(word)); }

int main(void) {
  FAULT("by zero", NULL, divide(0, 1, 0));
  FAULT("quotient too large", NULL, divide(1, 0, 1));
  FAULT("least by minus one", NULL, divide(-1, 0x80000000, -1));
  FAULT("fits", NULL, divide(-1, -7, 2));
  FAULT("byte", NULL, __asm__ volatile("divb %%cl" : : "a"(0x200), "c"(1)));
  FAULT("word", NULL, __asm__ volatile("divw %%cx" : : "a"(0), "d"(1), "c"(1)));
  FAULT("aam 0", NULL, __asm__ volatile(".byte 0xd4, 0" : : : "eax"));
  double zero = 0, one = 1, huge = 1e308, tiny = 1e-308, result;
  control(0x37b);
  FAULT("float by zero", NULL, __asm__ volatile("fldl %1\n\tfdivl %2\n\tfwait\n\tfstpl %0" : "=m"(result) : "m"(one), "m"(zero)));
  __asm__ volatile("fninit");
  control(0x37e);
  FAULT("invalid", NULL, __asm__ volatile("fldl %1\n\tfdivl %1\n\tfwait\n\tfstpl %0" : "=m"(result) : "m"(zero)));
  __asm__ volatile("fninit");
  FAULT("stack underflow", NULL, control(0x37e); __asm__ volatile("fstpl %0\n\tfwait" : "=m"(result)));
  __asm__ volatile("fninit");
  control(0x377);
  FAULT("overflow at the store", NULL, __asm__ volatile("fldl %1\n\tfmull %1\n\tfstpl %0\n\tfwait" : "=m"(result) : "m"(huge)));
  __asm__ volatile("fninit");
  control(0x36f);
  FAULT("underflow at the store", NULL, __asm__ volatile("fldl %1\n\tfmull %1\n\tfstpl %0\n\tfwait" : "=m"(result) : "m"(tiny)));
  __asm__ volatile("fninit");
  control(0x35f);
  FAULT("inexact", NULL, __asm__ volatile("fldl %1\n\tfldpi\n\tfdivrp\n\tfwait\n\tfstpl %0" : "=m"(result) : "m"(one)));
  __asm__ volatile("fninit");
  control(0x37b);
  // The exception waits for the next instruction of the unit.
  volatile int reached = 0;
  FAULT("late", NULL, __asm__ volatile("fldl %1\n\tfdivl %2\n\tmovl $1, %0\n\tfld1" : "=m"(reached) : "m"(one), "m"(zero)));
  SHOW(reached);
  __asm__ volatile("fninit");
  // With an instruction that does not look at exceptions there is none.
  control(0x37b);
  FAULT("fnstsw", NULL, unsigned short word; __asm__ volatile("fldl %1\n\tfdivl %2\n\tfnstsw %0\n\tfnclex" : "=m"(word) : "m"(one), "m"(zero)); printf("%#x\n", word & 0x80ff));
  __asm__ volatile("fninit");
  return 0;
}
