// Instructions that do not exist, or not with this prefix or operand: SIGILL at the instruction.
#include "fault.h"

static char *code;

static void run(const char *label, const char *bytes, int count) {
  memset(code, 0x90, 64);
  memcpy(code, bytes, count);
  code[60] = 0xc3;
  FAULT(label, code, ((void (*)(void))code)());
}
#define RUN(label, bytes) run(label, bytes, sizeof bytes - 1)

int main(void) {
  code = pages(2, PROT_READ | PROT_WRITE | PROT_EXEC);
  RUN("ud2", "\x0f\x0b");
  RUN("ud1", "\x0f\xb9\xc0");
  RUN("ud0", "\x0f\xff\xc0");
  RUN("nothing at 0f 04", "\x0f\x04");
  RUN("nothing at 0f 0c", "\x0f\x0c");
  RUN("lock nop", "\xf0\x90");
  RUN("lock mov", "\xf0\x89\xc0");
  RUN("lock add to register", "\xf0\x01\xc0");
  RUN("lock cmp", "\xf0\x39\x04\x24");
  RUN("mov to cs", "\x8e\xc8");
  RUN("mov to segment 6", "\x8e\xf0");
  RUN("mov from segment 7", "\x8c\xf8");
  RUN("lea of register", "\x8d\xc0");
  RUN("les of register", "\xc4\xc0\x90");
  RUN("far call of register", "\xff\xd8");
  RUN("ff /7", "\xff\xf8");
  RUN("fe /2", "\xfe\xd0");
  RUN("8f /1", "\x8f\xc8\x90");
  RUN("c6 /1", "\xc6\xc8\x00");
  RUN("bound of register", "\x62\xc0\x90\x90\x90\x90");
  RUN("cmpxchg8b of register", "\x0f\xc7\xc8");
  RUN("0f 01 /5 of memory", "\x0f\x01\x2c\x24");
  RUN("float d9 d1", "\xd9\xd1");
  RUN("float df e8 exists", "\xd9\xe8\xdf\xe8\xdd\xd8");
  RUN("mov from cr1", "\x0f\x20\xc8");
  RUN("rsm", "\x0f\xaa");
  RUN("fifteen bytes", "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x90");
  RUN("sixteen bytes", "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x90");
  // The end of a page in the middle of an instruction.
  mprotect(code + PAGE, PAGE, PROT_NONE);
  code[PAGE - 2] = 0xb8;
  code[PAGE - 1] = 0;
  FAULT("cut by the page", code, ((void (*)(void))(code + PAGE - 2))());
  memset(code + PAGE - 20, 0x66, 20);
  FAULT("too long, before the page", code, ((void (*)(void))(code + PAGE - 18))());
  FAULT("prefixes up to the page", code, ((void (*)(void))(code + PAGE - 5))());
  return 0;
}
