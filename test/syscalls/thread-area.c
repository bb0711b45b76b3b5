// set_thread_area and get_thread_area: the three entries of the global table that belong to a thread.
#include "fault.h"
#include <asm/ldt.h>

static int words[2] = {123, 456};

static int get_gs_word(int selector, int offset) {
  int value;
  unsigned short old;
  __asm__ volatile("movw %%fs, %1\n\tmovw %w2, %%fs\n\tmovl %%fs:(%3), %0\n\tmovw %1, %%fs" : "=&r"(value), "=&r"(old) : "r"(selector), "r"(offset));
  return value;
}

int main(void) {
  unsigned short gs;
  __asm__("movw %%gs, %0" : "=r"(gs));
  int first = gs >> 3;
  SHOW(gs & 7);
  struct user_desc d = {.entry_number = -1, .base_addr = (uintptr_t)words, .limit = 7, .seg_32bit = 1, .useable = 1};
  SHOW(syscall(SYS_set_thread_area, &d));
  SHOW_TRUE((int)d.entry_number == first + 1);
  SHOW(get_gs_word(d.entry_number * 8 + 3, 4));
  FAULT("limit", NULL, get_gs_word(d.entry_number * 8 + 3, 5));
  int second = d.entry_number;
  d.entry_number = -1;
  SHOW(syscall(SYS_set_thread_area, &d));
  d.entry_number = -1;
  SHOW(syscall(SYS_set_thread_area, &d));
  d = (struct user_desc){.entry_number = second};
  SHOW(syscall(SYS_get_thread_area, &d));
  SHOW_TRUE(d.base_addr == (uintptr_t)words);
  printf("limit %u 32bit %u contents %u readonly %u pages %u absent %u useable %u\n", d.limit, d.seg_32bit, d.contents,
         d.read_exec_only, d.limit_in_pages, d.seg_not_present, d.useable);
  d.base_addr = (uintptr_t)(words + 1);
  d.limit = 3;
  SHOW(syscall(SYS_set_thread_area, &d));
  SHOW(get_gs_word(second * 8 + 3, 0));
  // Children have copies.
  IN_CHILD("child", SHOW(get_gs_word(second * 8 + 3, 0)));
  // An empty entry is given back.
  d = (struct user_desc){.entry_number = second, .read_exec_only = 1, .seg_not_present = 1};
  SHOW(syscall(SYS_set_thread_area, &d));
  // Which entries these are differs between kernels; the error code names the selector.
  if (sigsetjmp(fault_return, 1) == 0) get_gs_word(second * 8 + 3, 0);
  printf("cleared: SIG%s trapno %d, selector in the error code: %d\n", sigabbrev_np(fault.signo), fault.trapno,
         fault.error == second * 8);
  d = (struct user_desc){.entry_number = second};
  SHOW(syscall(SYS_get_thread_area, &d));
  printf("base %u limit %u readonly %u absent %u\n", d.base_addr, d.limit, d.read_exec_only, d.seg_not_present);
  d = (struct user_desc){.entry_number = -1, .base_addr = (uintptr_t)words, .limit = 7, .seg_32bit = 1};
  SHOW(syscall(SYS_set_thread_area, &d));
  SHOW_TRUE((int)d.entry_number == second);
  int bad[] = {0, first - 1, first + 3, -2};
  for (int i = 0; i < 4; i++) {
    d.entry_number = bad[i];
    SHOW(syscall(SYS_set_thread_area, &d));
    d.entry_number = bad[i];
    SHOW(syscall(SYS_get_thread_area, &d));
  }
  SHOW(syscall(SYS_set_thread_area, (void *)16));
  d = (struct user_desc){.entry_number = second, .contents = 2, .seg_32bit = 1, .limit = 7};
  SHOW(syscall(SYS_set_thread_area, &d));
  d = (struct user_desc){.entry_number = second, .seg_32bit = 0, .limit = 7};
  SHOW(syscall(SYS_set_thread_area, &d));
  return 0;
}
