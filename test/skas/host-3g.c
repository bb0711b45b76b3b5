// A host whose address spaces end at 3 GiB, as those that UML in tt mode was built for: the kernel sits below it.
// options: --task-size 3g
#include "skas.h"

#define SIZE ((long)sizeof(struct mm_op))
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE)
static void *map_at(unsigned long address) { return mmap((void *)address, PAGE, PROT_READ, ANONYMOUS, -1, 0); }

int main(int argc, char **argv) {
  CASE("the stack lies below 3 GiB") {
    EXPECT_TRUE((unsigned long)&argc < 0xc0000000 && (unsigned long)&argc > 0xbf000000);
  }
  CASE("UML's place in tt mode is free, 3 GiB less 512 MiB") {
    EXPECT(0xa0000000, map_at(0xa0000000));
    EXPECT(0xa1000000, map_at(0xa1000000));
  }
  CASE("nothing can be mapped from 3 GiB on") {
    EXPECT_ERROR(ENOMEM, map_at(0xc0000000));
    EXPECT_ERROR(ENOMEM, map_at(0xffffd000));
    EXPECT_ERROR(EINVAL, munmap((void *)0xbffff000, 2 * PAGE));
  }
  CASE("a space of /proc/mm ends there, too") {
    int mm = guest_mm();
    EXPECT(SIZE, mm_map_page(mm, 0xbffff000, DATA_PAGE, PROT_READ));
    EXPECT_ERROR(ENOMEM, mm_map_page(mm, 0xc0000000, DATA_PAGE, PROT_READ));
    EXPECT_ERROR(EINVAL, mm_unmap(mm, 0xbffff000, 2 * PAGE));
    EXPECT(SIZE, mm_unmap(mm, 0, 0xc0000000));
    close(mm);
  }
  CASE("a process there faults at what lies above") {
    int mm = guest_mm();
    pid_t pid = start_guest();
    struct faultinfo info;
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(SIGSEGV, guest_reads(pid, 0xc0000000));
    EXPECT(0, trace(PTRACE_FAULTINFO, pid, 0, (unsigned long)&info));
    EXPECT(0xc0000000ul, info.cr2);
    end_guest(pid);
    close(mm);
  }
  CASE("a program that is run anew has the same") {
    pid_t pid = fork();
    if (pid == 0) _exit(map_at(0xc0000000) == MAP_FAILED ? 0 : 1);
    int status;
    waitpid(pid, &status, 0);
    EXPECT(0, status);
  }
  return 0;
}
