// A host whose address spaces end at 2 GiB (CONFIG_2G of UML): kernels that are linked higher do not fit.
// options: --task-size 2g
#include "skas.h"

#define SIZE ((long)sizeof(struct mm_op))
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE)
static void *map_at(unsigned long address) { return mmap((void *)address, PAGE, PROT_READ, ANONYMOUS, -1, 0); }

int main(int argc, char **argv) {
  CASE("the stack lies below 2 GiB") {
    EXPECT_TRUE((unsigned long)&argc < 0x80000000 && (unsigned long)&argc > 0x7f000000);
  }
  CASE("nothing can be mapped from 2 GiB on") {
    EXPECT(0x60000000, map_at(0x60000000));
    EXPECT_ERROR(ENOMEM, map_at(0x80000000));
    EXPECT_ERROR(ENOMEM, map_at(0xa0000000));
    EXPECT_ERROR(EINVAL, munmap((void *)0x7ffff000, 2 * PAGE));
  }
  CASE("mmap finds its place below") {
    void *at = mmap((void *)0xa0000000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_TRUE((unsigned long)at < 0x80000000);
  }
  CASE("a space of /proc/mm ends there, too") {
    int mm = guest_mm();
    EXPECT(SIZE, mm_map_page(mm, 0x7ffff000, DATA_PAGE, PROT_READ));
    EXPECT_ERROR(ENOMEM, mm_map_page(mm, 0x80000000, DATA_PAGE, PROT_READ));
    pid_t pid = start_guest();
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(SIGTRAP, guest_reads(pid, 0x7ffff000));
    EXPECT(SIGSEGV, guest_reads(pid, 0x80000000));
    end_guest(pid);
    close(mm);
  }
  CASE("a system call's address beyond it is EFAULT") {
    int ends[2];
    pipe(ends);
    EXPECT_ERROR(EFAULT, write(ends[1], (void *)0x80000000, 1));
    EXPECT_ERROR(EFAULT, write(ends[1], (void *)0xbffff000, 1));
  }
  return 0;
}
