// x87 and its control word are fresh in a handler and come back after it.
#include "report.h"

static unsigned short control_in_handler;
static unsigned short tags_in_handler;
static void handler(int signo) {
  struct {
    unsigned words[7];
  } environment;
  __asm__ volatile("fnstenv %0; fldenv %0" : "+m"(environment));
  control_in_handler = environment.words[0];
  tags_in_handler = environment.words[2];
  __asm__ volatile("fninit; fldz; fldz; fldz" ::: "memory");
  (void)signo;
}

int main(void) {
  signal(SIGUSR1, handler);
  unsigned short control = 0x0c7f, after;
  double kept;
  int result;
  double three = 3.25;
  __asm__ volatile("fninit; fldcw %3; fldl %4; fldpi; int $0x80; fstp %%st(0); fstpl %1; fnstcw %2"
                   : "=a"(result), "=m"(kept), "=m"(after)
                   : "m"(control), "m"(three), "0"(37), "b"(getpid()), "c"(SIGUSR1)
                   : "memory");
  printf("control in handler %#x, tags %#x\n", control_in_handler, tags_in_handler);
  printf("kept %g, control %#x\n", kept, after);
}
