// gcc: -static -O1 -z noexecstack
// What the loader makes of segments: zeroed bss up to the page's end, read-only code and constants, a stack
// that is not executable, the break behind the bss.
#include "fault.h"

static char zeros[3 * PAGE + 123];
static int data = 77;
extern char _end[], __executable_start[], etext[], edata[];
static const char constant[] = "constant";

int main(void) {
  int sum = 0;
  for (unsigned i = 0; i < sizeof zeros; i++) sum += zeros[i];
  SHOW(sum);
  SHOW(data);
  char *end = (char *)(((uintptr_t)_end + PAGE - 1) & -PAGE);
  sum = 0;
  for (char *at = _end; at < end; at++) sum += *at;
  SHOW(sum);
  SHOW_TRUE((char *)sbrk(0) >= end || (char *)sbrk(0) >= _end);
  FAULT("write code", (void *)main, poke(main, 0));
  FAULT("write constant", constant, poke((char *)constant, 0));
  FAULT("write header", __executable_start, poke(__executable_start, 0));
  FAULT("read header", __executable_start, SHOW(peek(__executable_start + 1)));
  FAULT("below program", __executable_start, peek(__executable_start - 1));
  char stack[16] = {0xc3};
  FAULT("run stack", stack, ((void (*)(void))stack)());
  zeros[0] = 0xc3;
  FAULT("run bss", zeros, ((void (*)(void))zeros)());
  FAULT("run data", &data, ((void (*)(void))&data)());
  return 0;
}
