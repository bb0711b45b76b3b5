// MM_MMAP: the mappings a guest kernel makes for its processes, and mmap's errors in another space.
#include "skas.h"

#define SIZE ((long)sizeof(struct mm_op))
#define RW (PROT_READ | PROT_WRITE)
#define PRIVATE_FIXED (MAP_PRIVATE | MAP_FIXED)

int main(void) {
  make_memory();
  int mm = guest_mm();
  pid_t pid = start_guest();
  switch_mm(pid, mm);
  unsigned long word;

  CASE("a shared page is the file's own") {
    word_of(DATA_PAGE)[0] = 1;
    EXPECT(SIZE, mm_map_page(mm, DATA, DATA_PAGE, RW));
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(1, guest_eax(pid));
    EXPECT(SIGTRAP, guest_writes(pid, DATA, 2));
    EXPECT(2, word_of(DATA_PAGE)[0]);
    word_of(DATA_PAGE)[0] = 3;
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(3, guest_eax(pid));
  }
  CASE("a private page is copied by its first write") {
    word_of(DATA_PAGE)[0] = 10;
    EXPECT(SIZE, mm_map(mm, DATA, PAGE, RW, PRIVATE_FIXED, memory_fd, DATA_PAGE * PAGE));
    EXPECT(SIGTRAP, guest_writes(pid, DATA, 11));
    EXPECT(10, word_of(DATA_PAGE)[0]);
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(11, guest_eax(pid));
  }
  CASE("anonymous memory is zero, and its descriptor is ignored") {
    EXPECT(SIZE, mm_map(mm, DATA, PAGE, RW, PRIVATE_FIXED | MAP_ANONYMOUS, -1, 0));
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(0, guest_eax(pid));
    EXPECT(SIZE, mm_map(mm, DATA, PAGE, RW, PRIVATE_FIXED | MAP_ANONYMOUS, 12345, 0));
    EXPECT(SIZE, mm_map(mm, DATA, PAGE, RW, GUEST_FIXED_SHARED | MAP_ANONYMOUS, -1, 0));
  }
  CASE("a mapping replaces what was there") {
    word_of(DATA_PAGE)[0] = 20;
    word_of(OTHER_PAGE)[0] = 21;
    EXPECT(SIZE, mm_map_page(mm, DATA, DATA_PAGE, RW));
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(20, guest_eax(pid));
    EXPECT(SIZE, mm_map_page(mm, DATA, OTHER_PAGE, RW));
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(21, guest_eax(pid));
  }
  CASE("several pages at once, and one of them replaced") {
    for (int i = 0; i < 4; i++) word_of(8 + i)[0] = 30 + i;
    EXPECT(SIZE, mm_map(mm, DATA, 4 * PAGE, RW, GUEST_FIXED_SHARED, memory_fd, 8 * PAGE));
    EXPECT(SIZE, mm_map_page(mm, DATA + PAGE, 11, RW));
    unsigned wanted[] = {30, 33, 32, 33};
    for (int i = 0; i < 4; i++) {
      EXPECT(SIGTRAP, guest_reads(pid, DATA + i * PAGE));
      EXPECT(wanted[i], guest_eax(pid));
    }
    mm_unmap(mm, DATA, 4 * PAGE);
  }
  CASE("the offset is in bytes, and what is below a page is dropped") {
    word_of(9)[0] = 40;
    EXPECT(SIZE, mm_map(mm, DATA, PAGE, RW, GUEST_FIXED_SHARED, memory_fd, 9 * PAGE + 123));
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(40, guest_eax(pid));
  }
  CASE("a length is rounded up to pages") {
    EXPECT(SIZE, mm_map(mm, DATA, PAGE + 1, RW, GUEST_FIXED_SHARED, memory_fd, 8 * PAGE));
    EXPECT(SIGTRAP, guest_reads(pid, DATA + PAGE));
    mm_unmap(mm, DATA, 2 * PAGE);
  }
  CASE("every protection from 0 to 7 is taken, and holds") {
    for (int prot = 0; prot < 8; prot++) {
      EXPECT(SIZE, mm_map_page(mm, DATA, DATA_PAGE, prot));
      EXPECT(prot == 0 ? SIGSEGV : SIGTRAP, guest_reads(pid, DATA));
      EXPECT((prot & PROT_WRITE) ? SIGTRAP : SIGSEGV, guest_writes(pid, DATA, 0));
    }
  }
  CASE("a page without PROT_EXEC is not run") {
    EXPECT(SIZE, mm_map_page(mm, DATA, CODE_PAGE, PROT_READ));
    set_guest(pid, DATA + (guest_trap - guest_code), 0, 0, 0);
    EXPECT(SIGSEGV, go(pid, PTRACE_CONT));
    EXPECT(SIZE, mm_map_page(mm, DATA, CODE_PAGE, PROT_EXEC));
    set_guest(pid, DATA + (guest_trap - guest_code), 0, 0, 0);
    EXPECT(SIGTRAP, go(pid, PTRACE_CONT));
  }
  CASE("a place that is not fixed is EINVAL") {
    EXPECT_ERROR(EINVAL, mm_map(mm, 0, PAGE, RW, MAP_SHARED, memory_fd, 0));
    EXPECT_ERROR(EINVAL, mm_map(mm, DATA, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  }
  CASE("a descriptor that is not open is EBADF") {
    EXPECT_ERROR(EBADF, mm_map(mm, DATA, PAGE, RW, GUEST_FIXED_SHARED, 99, 0));
    EXPECT_ERROR(EBADF, mm_map(mm, DATA, PAGE, RW, GUEST_FIXED_SHARED, -1, 0));
  }
  CASE("a descriptor without access is EACCES") {
    make_file("file", "text", 0600);
    int reads = open("file", O_RDONLY), writes = open("file", O_WRONLY);
    EXPECT_ERROR(EACCES, mm_map(mm, DATA, PAGE, PROT_READ, GUEST_FIXED_SHARED, writes, 0));
    EXPECT_ERROR(EACCES, mm_map(mm, DATA, PAGE, RW, GUEST_FIXED_SHARED, reads, 0));
    EXPECT(SIZE, mm_map(mm, DATA, PAGE, PROT_READ, GUEST_FIXED_SHARED, reads, 0));
    EXPECT(SIZE, mm_map(mm, DATA, PAGE, RW, PRIVATE_FIXED, reads, 0));
    close(reads);
    close(writes);
  }
  CASE("what has no pages is ENODEV") {
    int ends[2];
    pipe(ends);
    EXPECT_ERROR(ENODEV, mm_map(mm, DATA, PAGE, PROT_READ, GUEST_FIXED_SHARED, ends[0], 0));
    close(ends[0]);
    close(ends[1]);
  }
  CASE("an address within a page is EINVAL") {
    EXPECT_ERROR(EINVAL, mm_map(mm, DATA + 1, PAGE, RW, GUEST_FIXED_SHARED, memory_fd, 0));
  }
  CASE("no length is EINVAL") {
    EXPECT_ERROR(EINVAL, mm_map(mm, DATA, 0, RW, GUEST_FIXED_SHARED, memory_fd, 0));
  }
  CASE("neither shared nor private is EINVAL") {
    EXPECT_ERROR(EINVAL, mm_map(mm, DATA, PAGE, RW, MAP_FIXED, memory_fd, 0));
    EXPECT_ERROR(EINVAL, mm_map(mm, DATA, PAGE, RW, MAP_FIXED | MAP_ANONYMOUS, -1, 0));
  }
  CASE("beyond the top of the address space is ENOMEM") {
    EXPECT_ERROR(ENOMEM, mm_map(mm, 0xfffff000, PAGE, RW, GUEST_FIXED_SHARED, memory_fd, 0));
    EXPECT_ERROR(ENOMEM, mm_map(mm, 0xffff0000, 0x10000, RW, GUEST_FIXED_SHARED, memory_fd, 0));
  }
  CASE("the stub pages just below 3 GiB can be mapped") {
    EXPECT(SIZE, mm_map(mm, 0xbfffe000, PAGE, PROT_EXEC, PRIVATE_FIXED, memory_fd, 0));
    EXPECT(SIZE, mm_map(mm, 0xbffff000, PAGE, RW, GUEST_FIXED_SHARED, memory_fd, PAGE));
    EXPECT(SIGTRAP, guest_writes(pid, 0xbffff000, 50));
    EXPECT(50, word_of(1)[0]);
    mm_unmap(mm, 0xbfffe000, 2 * PAGE);
  }
  CASE("a page behind the end of the file is SIGBUS") {
    EXPECT(SIZE, mm_map(mm, DATA, PAGE, RW, GUEST_FIXED_SHARED, memory_fd, MEMORY_PAGES * PAGE));
    EXPECT(SIGBUS, guest_reads(pid, DATA));
  }
  CASE("the mapping stays when the descriptor is closed") {
    int fd = syscall(SYS_memfd_create, "short", 0);
    ftruncate(fd, PAGE);
    pwrite(fd, "abcd", 4, 0);
    EXPECT(SIZE, mm_map(mm, DATA, PAGE, RW, GUEST_FIXED_SHARED, fd, 0));
    close(fd);
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(0x64636261, guest_eax(pid));
  }
  CASE("one page of the file in two places of a space") {
    EXPECT(SIZE, mm_map_page(mm, DATA, DATA_PAGE, RW));
    EXPECT(SIZE, mm_map_page(mm, DATA + 16 * PAGE, DATA_PAGE, PROT_READ));
    EXPECT(SIGTRAP, guest_writes(pid, DATA, 60));
    EXPECT(SIGTRAP, guest_reads(pid, DATA + 16 * PAGE));
    EXPECT(60, guest_eax(pid));
  }
  CASE("a mapping beneath a process that runs in the space is there at once") {
    mm_unmap(mm, DATA, PAGE);
    EXPECT(SIGSEGV, guest_reads(pid, DATA));
    word_of(DATA_PAGE)[0] = 70;
    EXPECT(SIZE, mm_map_page(mm, DATA, DATA_PAGE, PROT_READ));
    // The instruction that faulted is run again, as a guest kernel has it.
    EXPECT(SIGTRAP, go(pid, PTRACE_CONT));
    EXPECT(70, guest_eax(pid));
  }
  CASE("code that the guest kernel changes is run as changed") {
    unsigned char *code = (unsigned char *)memory + OTHER_PAGE * PAGE;
    EXPECT(SIZE, mm_map_page(mm, DATA, OTHER_PAGE, PROT_READ | PROT_EXEC));
    for (int i = 1; i < 40; i++) {
      code[0] = 0xb8; // mov $i, %eax; int3
      *(unsigned *)(code + 1) = i;
      code[5] = 0xcc;
      set_guest(pid, DATA, 0, 0, 0);
      EXPECT(SIGTRAP, go(pid, PTRACE_CONT));
      EXPECT(i, guest_eax(pid));
    }
  }
  CASE("other code at the same address after another mapping") {
    unsigned char *code = (unsigned char *)memory + OTHER_PAGE * PAGE;
    unsigned char *next = (unsigned char *)memory + DATA_PAGE * PAGE;
    memcpy(next, code, 6);
    *(unsigned *)(next + 1) = 1000;
    *(unsigned *)(code + 1) = 2000;
    for (int i = 0; i < 40; i++) {
      EXPECT(SIZE, mm_map_page(mm, DATA, i & 1 ? OTHER_PAGE : DATA_PAGE, PROT_READ | PROT_EXEC));
      set_guest(pid, DATA, 0, 0, 0);
      EXPECT(SIGTRAP, go(pid, PTRACE_CONT));
      EXPECT(i & 1 ? 2000 : 1000, guest_eax(pid));
    }
  }
  CASE("RLIMIT_AS of the writer bounds the space") {
    int small = mm_open();
    struct rlimit limit, less;
    getrlimit(RLIMIT_AS, &limit);
    less = limit;
    less.rlim_cur = 8 * PAGE;
    setrlimit(RLIMIT_AS, &less);
    EXPECT(SIZE, mm_map(small, DATA, 8 * PAGE, RW, GUEST_FIXED_SHARED, memory_fd, 0));
    EXPECT_ERROR(ENOMEM, mm_map(small, DATA + 8 * PAGE, PAGE, RW, GUEST_FIXED_SHARED, memory_fd, 0));
    setrlimit(RLIMIT_AS, &limit);
    close(small);
  }
  end_guest(pid);
  return 0;
}
