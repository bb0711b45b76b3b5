// PEEKDATA, POKEDATA: unaligned, into read-only and unreadable pages, not into nothing.
#include "tracee.h"

static const char text[] __attribute__((aligned(8))) = "abcdefghijklm";
static volatile int word = 5;

int main(void) {
  char *hidden = pages(1, PROT_READ | PROT_WRITE);
  hidden[0] = 'h';
  mprotect(hidden, PAGE, PROT_NONE);
  char *shared = mmap(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  TRACEE(pid, {
    printf("tracee: text %s word %d\n", text, word);
  });
  long data = 0;
  SHOW(trace(PTRACE_PEEKDATA, pid, (long)text + 1, (long)&data));
  printf("%.4s\n", (char *)&data);
  SHOW(trace(PTRACE_POKETEXT, pid, (long)text + 2, 0x21212121));
  SHOW(trace(PTRACE_POKEDATA, pid, (long)&word, 77));
  SHOW(trace(PTRACE_PEEKTEXT, pid, (long)hidden, (long)&data));
  printf("%c\n", (int)data & 0xff);
  SHOW(trace(PTRACE_PEEKDATA, pid, 16, (long)&data));
  SHOW(trace(PTRACE_POKEDATA, pid, 16, 1));
  SHOW(trace(PTRACE_POKEDATA, pid, (long)shared, 1));
  SHOW(trace(PTRACE_PEEKDATA, pid, (long)text, 8));
  printf("tracer: text %s word %d\n", text, word);
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
}
