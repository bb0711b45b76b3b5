// MM_COPY_SEGMENTS and PTRACE_LDT: the LDT of an address space.
#include "skas.h"
#include <asm/ldt.h>

#define SIZE ((long)sizeof(struct mm_op))
/** A selector of the LDT, for user code. */
#define SELECTOR(entry) ((entry) << 3 | 7)

static long ldt(pid_t pid, int func, void *ptr, unsigned long count) {
  struct ldt_op op = {func, ptr, count};
  return trace(PTRACE_LDT, pid, 0, (unsigned long)&op);
}
/** A data segment at `base`. */
static struct user_desc segment(int entry, unsigned long base) {
  return (struct user_desc){.entry_number = entry, .base_addr = base, .limit = 0xfffff, .seg_32bit = 1,
                            .limit_in_pages = 1, .useable = 1};
}
static long set_segment(pid_t pid, int entry, unsigned long base) {
  struct user_desc desc = segment(entry, base);
  return ldt(pid, 0x11, &desc, sizeof desc);
}
/** The word at the start of a segment, by gs. */
static int reads_segment(pid_t pid, int entry) {
  set_guest(pid, ENTRY(guest_gs), 0, 0, SELECTOR(entry));
  int stop = go(pid, PTRACE_CONT);
  return stop == SIGTRAP ? (int)guest_eax(pid) : -stop;
}

int main(void) {
  int mm = guest_mm(), other = guest_mm();
  word_of(DATA_PAGE)[0] = 11;
  word_of(OTHER_PAGE)[0] = 22;
  for (int i = 0; i < 2; i++) {
    mm_map_page(i ? other : mm, DATA, DATA_PAGE, PROT_READ | PROT_WRITE);
    mm_map_page(i ? other : mm, DATA + PAGE, OTHER_PAGE, PROT_READ | PROT_WRITE);
  }
  pid_t pid = start_guest();
  switch_mm(pid, mm);
  char buffer[65536];

  CASE("the probe of the guests: the default LDT is read") { EXPECT(40, ldt(pid, 2, buffer, 40)); }
  CASE("a new space has an empty LDT") {
    EXPECT(0, ldt(pid, 0, buffer, sizeof buffer));
    EXPECT(-SIGSEGV, reads_segment(pid, 0));
  }
  CASE("an entry is set in the tracee's space, from the tracer's memory") {
    EXPECT(0, set_segment(pid, 0, DATA));
    EXPECT(11, reads_segment(pid, 0));
    EXPECT(0, set_segment(pid, 1, DATA + PAGE));
    EXPECT(22, reads_segment(pid, 1));
    EXPECT(11, reads_segment(pid, 0));
  }
  CASE("the tracer's own LDT stays empty") { EXPECT(0, syscall(SYS_modify_ldt, 0, buffer, sizeof buffer)); }
  CASE("reading gives the entries, and zeros behind them") {
    memset(buffer, 0xff, sizeof buffer);
    EXPECT(24, ldt(pid, 0, buffer, 24));
    EXPECT(1, buffer[0] == (char)0xff && buffer[1] == (char)0xff);
    EXPECT(0, *(int *)(buffer + 16));
    EXPECT(65536, ldt(pid, 0, buffer, sizeof buffer));
  }
  CASE("the old way of writing does too") {
    struct user_desc desc = segment(2, DATA + PAGE);
    EXPECT(0, ldt(pid, 1, &desc, sizeof desc));
    EXPECT(22, reads_segment(pid, 2));
  }
  CASE("an entry is cleared") {
    struct user_desc none = {.entry_number = 2, .read_exec_only = 1, .seg_not_present = 1};
    EXPECT(0, ldt(pid, 0x11, &none, sizeof none));
    EXPECT(-SIGSEGV, reads_segment(pid, 2));
  }
  CASE("modify_ldt's errors: size, entry, function, address") {
    struct user_desc desc = segment(0, DATA);
    EXPECT_ERROR(EINVAL, ldt(pid, 0x11, &desc, sizeof desc - 1));
    EXPECT_ERROR(EINVAL, ldt(pid, 1, &desc, 0));
    desc.entry_number = 8192;
    EXPECT_ERROR(EINVAL, ldt(pid, 0x11, &desc, sizeof desc));
    EXPECT_ERROR(ENOSYS, ldt(pid, 3, buffer, 40));
    EXPECT_ERROR(ENOSYS, ldt(pid, -1, buffer, 40));
    EXPECT_ERROR(EFAULT, ldt(pid, 0x11, (void *)16, sizeof desc));
    EXPECT_ERROR(EFAULT, ldt(pid, 0, (void *)16, 40));
    EXPECT_ERROR(EFAULT, ldt(pid, 2, (void *)16, 40));
  }
  CASE("a request that cannot be read is EIO") {
    EXPECT_ERROR(EIO, trace(PTRACE_LDT, pid, 0, 16));
    EXPECT_ERROR(EIO, trace(PTRACE_LDT, pid, 0, 0));
  }
  CASE("who is not a stopped tracee is ESRCH") {
    struct ldt_op op = {2, buffer, 40};
    EXPECT_ERROR(ESRCH, trace(PTRACE_LDT, getpid(), 0, (unsigned long)&op));
    EXPECT_ERROR(ESRCH, trace(PTRACE_LDT, getpid(), 0, 0));
  }
  CASE("the LDT belongs to the space, not to the process") {
    EXPECT(0, switch_mm(pid, other));
    EXPECT(-SIGSEGV, reads_segment(pid, 0));
    EXPECT(0, set_segment(pid, 0, DATA + PAGE));
    EXPECT(22, reads_segment(pid, 0));
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(11, reads_segment(pid, 0));
  }
  CASE("a selector that is loaded means the new space's entry after a switch") {
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(11, reads_segment(pid, 0));
    EXPECT(0, switch_mm(pid, other));
    // Only the last instruction of guest_gs: gs is as it was.
    set_guest(pid, ENTRY(guest_gs) + 2, 0, 0, 0);
    EXPECT(SIGTRAP, go(pid, PTRACE_CONT));
    EXPECT(22, guest_eax(pid));
  }
  CASE("a changed entry holds for a selector that is loaded already") {
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(11, reads_segment(pid, 0));
    EXPECT(0, set_segment(pid, 0, DATA + PAGE));
    set_guest(pid, ENTRY(guest_gs) + 2, 0, 0, 0);
    EXPECT(SIGTRAP, go(pid, PTRACE_CONT));
    EXPECT(22, guest_eax(pid));
    EXPECT(0, set_segment(pid, 0, DATA));
  }
  CASE("MM_COPY_SEGMENTS copies the entries of another space") {
    int copy = guest_mm();
    mm_map_page(copy, DATA, DATA_PAGE, PROT_READ);
    EXPECT(SIZE, mm_copy_segments(copy, mm));
    EXPECT(0, switch_mm(pid, copy));
    EXPECT(11, reads_segment(pid, 0));
    EXPECT(0, set_segment(pid, 0, DATA + 4));
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(11, reads_segment(pid, 0));
    close(copy);
  }
  CASE("MM_COPY_SEGMENTS of an empty table empties the target") {
    int copy = guest_mm(), empty = mm_open();
    mm_map_page(copy, DATA, DATA_PAGE, PROT_READ);
    EXPECT(SIZE, mm_copy_segments(copy, mm));
    EXPECT(SIZE, mm_copy_segments(copy, empty));
    EXPECT(0, switch_mm(pid, copy));
    EXPECT(-SIGSEGV, reads_segment(pid, 0));
    EXPECT(0, switch_mm(pid, mm));
    close(copy);
    close(empty);
  }
  CASE("MM_COPY_SEGMENTS from itself changes nothing") {
    EXPECT(SIZE, mm_copy_segments(mm, mm));
    EXPECT(11, reads_segment(pid, 0));
  }
  CASE("MM_COPY_SEGMENTS' errors: not open, not /proc/mm") {
    EXPECT_ERROR(EBADF, mm_copy_segments(mm, 99));
    EXPECT_ERROR(EBADF, mm_copy_segments(mm, -1));
    EXPECT_ERROR(EINVAL, mm_copy_segments(mm, memory_fd));
    EXPECT(11, reads_segment(pid, 0));
  }
  CASE("a short MM_COPY_SEGMENTS of 8 bytes is enough") {
    struct mm_op op = {MM_COPY_SEGMENTS, {.copy_segments = other}};
    int copy = mm_open();
    EXPECT(8, write(copy, &op, 8));
    close(copy);
  }
  end_guest(pid);
  return 0;
}
