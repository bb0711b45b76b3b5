// The stack grows as it is used, up to its limit; beyond is a fault that a handler on another stack can take.
#include "fault.h"

static int deep(int levels) {
  volatile char room[4000];
  room[0] = levels;
  return levels == 0 ? 0 : room[0] - (char)levels + 1 + deep(levels - 1);
}

static int forever(int level) {
  volatile char room[1000];
  room[0] = level;
  return forever(level + 1) + room[0];
}

int main(void) {
  char *here = __builtin_frame_address(0);
  IN_CHILD("endless, handled", {
    struct rlimit limit = {1 << 20, 8 << 20};
    setrlimit(RLIMIT_STACK, &limit);
    if (sigsetjmp(fault_return, 1) == 0)
      forever(0);
    else
      printf("SIG%s code %d err %d\n", sigabbrev_np(fault.signo), fault.code, fault.error & 6);
    long used = here - (char *)fault.address;
    SHOW_TRUE(used > 900000 && used < 1200000);
  });
  SHOW(deep(1000));
  // Far below the pointer, within the limit.
  FAULT("megabytes below", here, SHOW(peek(here - (6 << 20))));
  IN_CHILD("endless", signal(SIGSEGV, SIG_DFL); forever(0));
  IN_CHILD("no handler stack", {
    struct sigaction action = {.sa_handler = SIG_DFL};
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, NULL);
    forever(0);
  });
  // MAP_GROWSDOWN.
  char *area = pages(64, PROT_NONE);
  munmap(area, 64 * PAGE);
  char *grows = mmap(area + 40 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
  SHOW_TRUE(grows == area + 40 * PAGE);
  FAULT("below", grows, poke(grows - 1, 1));
  FAULT("three below", grows, poke(grows - 3 * PAGE, 1));
  FAULT("between", grows, SHOW(peek(grows - 2 * PAGE)));
  FAULT("above", grows, poke(grows + PAGE, 1));
  return 0;
}
