// GET_THREAD_AREA, SET_THREAD_AREA on a tracee: the entry its own set_thread_area chose.
#include "tracee.h"
#include <asm/ldt.h>

int main(void) {
  int entry;
  int ends[2];
  if (pipe(ends)) die("pipe");
  static int value = 0x5eed;
  static int other = 0xfeed;
  TRACEE(pid, {
    struct user_desc area = {.entry_number = -1, .base_addr = (long)&value, .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1};
    if (syscall(SYS_set_thread_area, &area)) _exit(99);
    (void)!write(ends[1], &area.entry_number, 4);
    int found;
    __asm__ volatile("movw %w1, %%fs; movl %%fs:0, %0" : "=r"(found) : "r"(area.entry_number * 8 + 3));
    raise(SIGSTOP);
    int now;
    __asm__ volatile("movw %w1, %%fs; movl %%fs:0, %0" : "=r"(now) : "r"(area.entry_number * 8 + 3));
    _exit((found == 0x5eed) | (now == 0xfeed) << 1);
  });
  trace(PTRACE_CONT, pid, 0, 0);
  next("ready", pid);
  (void)!read(ends[0], &entry, 4);
  struct user_desc area;
  SHOW(trace(PTRACE_GET_THREAD_AREA, pid, entry, (long)&area));
  SHOW_TRUE(area.base_addr == (unsigned long)&value);
  printf("limit %#x 32bit %d contents %d pages %d absent %d useable %d\n", area.limit, area.seg_32bit, area.contents,
         area.limit_in_pages, area.seg_not_present, area.useable);
  area.base_addr = (unsigned long)&other;
  SHOW(trace(PTRACE_SET_THREAD_AREA, pid, entry, (long)&area));
  SHOW(trace(PTRACE_GET_THREAD_AREA, pid, 3, (long)&area));
  SHOW(trace(PTRACE_GET_THREAD_AREA, pid, -1, (long)&area));
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
}
