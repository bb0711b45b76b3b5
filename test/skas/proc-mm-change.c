// MM_MUNMAP and MM_MPROTECT: as the system calls, in another space.
#include "skas.h"

#define SIZE ((long)sizeof(struct mm_op))
#define RW (PROT_READ | PROT_WRITE)

static int mm;
static pid_t pid;
static void four_pages(void) {
  mm_map(mm, DATA, 4 * PAGE, RW, GUEST_FIXED_SHARED, memory_fd, 8 * PAGE);
}
static int reads(int page) { return guest_reads(pid, DATA + page * PAGE); }
static int writes(int page) { return guest_writes(pid, DATA + page * PAGE, page); }

int main(void) {
  make_memory();
  mm = guest_mm();
  pid = start_guest();
  switch_mm(pid, mm);

  CASE("a page that is unmapped faults, the others stay") {
    four_pages();
    EXPECT(SIGTRAP, reads(1));
    EXPECT(SIZE, mm_unmap(mm, DATA + PAGE, PAGE));
    EXPECT(SIGTRAP, reads(0));
    EXPECT(SIGSEGV, reads(1));
    EXPECT(SIGTRAP, reads(2));
  }
  CASE("unmapping a hole is no error") {
    EXPECT(SIZE, mm_unmap(mm, DATA, 4 * PAGE));
    EXPECT(SIZE, mm_unmap(mm, DATA, 4 * PAGE));
    EXPECT(SIZE, mm_unmap(mm, 0x70000000, 0x10000000));
  }
  CASE("unmapping across holes and several mappings") {
    mm_map_page(mm, DATA, 8, RW);
    mm_map_page(mm, DATA + 2 * PAGE, 9, RW);
    EXPECT(SIZE, mm_unmap(mm, DATA - PAGE, 16 * PAGE));
    EXPECT(SIGSEGV, reads(0));
    EXPECT(SIGSEGV, reads(2));
  }
  CASE("the whole space is unmapped at once, as at a guest's exec") {
    int other = guest_mm();
    EXPECT(SIZE, mm_unmap(other, 0, 0xc0000000));
    pid_t guest = start_guest();
    unsigned long word;
    EXPECT(0, switch_mm(guest, other));
    EXPECT_ERROR(EIO, peek(guest, CODE, &word));
    EXPECT_ERROR(EIO, peek(guest, STACK, &word));
    EXPECT(SIZE, mm_map_page(other, CODE, CODE_PAGE, PROT_READ));
    EXPECT(0, peek(guest, CODE, &word));
    end_guest(guest);
    close(other);
  }
  CASE("munmap's errors: within a page, no length, beyond the top") {
    EXPECT_ERROR(EINVAL, mm_unmap(mm, DATA + 1, PAGE));
    EXPECT_ERROR(EINVAL, mm_unmap(mm, DATA, 0));
    EXPECT_ERROR(EINVAL, mm_unmap(mm, 0xfffff000, 2 * PAGE));
  }
  CASE("a length within a page is rounded up") {
    four_pages();
    EXPECT(SIZE, mm_unmap(mm, DATA, 1));
    EXPECT(SIGSEGV, reads(0));
    EXPECT(SIGTRAP, reads(1));
  }
  CASE("mprotect takes the right to write, and gives it back") {
    four_pages();
    EXPECT(SIGTRAP, writes(1));
    EXPECT(SIZE, mm_protect(mm, DATA, 4 * PAGE, PROT_READ));
    EXPECT(SIGSEGV, writes(1));
    EXPECT(SIGTRAP, reads(1));
    EXPECT(SIZE, mm_protect(mm, DATA, 4 * PAGE, RW));
    EXPECT(SIGTRAP, writes(1));
  }
  CASE("mprotect of one page in the middle") {
    four_pages();
    EXPECT(SIZE, mm_protect(mm, DATA + PAGE, PAGE, PROT_NONE));
    EXPECT(SIGTRAP, writes(0));
    EXPECT(SIGSEGV, reads(1));
    EXPECT(SIGTRAP, writes(2));
  }
  CASE("mprotect gives and takes the right to run") {
    mm_map_page(mm, DATA, CODE_PAGE, PROT_READ);
    EXPECT(SIZE, mm_protect(mm, DATA, PAGE, PROT_READ | PROT_EXEC));
    set_guest(pid, DATA + (guest_trap - guest_code), 0, 0, 0);
    EXPECT(SIGTRAP, go(pid, PTRACE_CONT));
    EXPECT(SIZE, mm_protect(mm, DATA, PAGE, PROT_READ));
    set_guest(pid, DATA + (guest_trap - guest_code), 0, 0, 0);
    EXPECT(SIGSEGV, go(pid, PTRACE_CONT));
  }
  CASE("copy on write: a page that was read-only is written after mprotect") {
    word_of(9)[0] = 5;
    mm_map(mm, DATA, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, memory_fd, 9 * PAGE);
    EXPECT(SIGTRAP, reads(0));
    EXPECT(SIZE, mm_protect(mm, DATA, PAGE, RW));
    EXPECT(SIGTRAP, guest_writes(pid, DATA, 6));
    EXPECT(5, word_of(9)[0]);
    EXPECT(SIGTRAP, reads(0));
    EXPECT(6, guest_eax(pid));
  }
  CASE("mprotect's errors: a hole, within a page, unknown bits, both ways of growing") {
    four_pages();
    EXPECT_ERROR(ENOMEM, mm_protect(mm, DATA, 5 * PAGE, PROT_READ));
    EXPECT_ERROR(ENOMEM, mm_protect(mm, 0x70000000, PAGE, PROT_READ));
    EXPECT_ERROR(EINVAL, mm_protect(mm, DATA + 1, PAGE, PROT_READ));
    EXPECT_ERROR(EINVAL, mm_protect(mm, DATA, PAGE, 0x100));
    EXPECT_ERROR(EINVAL, mm_protect(mm, DATA, PAGE, PROT_READ | PROT_GROWSUP));
    EXPECT_ERROR(EINVAL, mm_protect(mm, DATA, PAGE, PROT_READ | PROT_GROWSDOWN));
  }
  CASE("the part before a hole is changed even so") {
    four_pages();
    EXPECT_ERROR(ENOMEM, mm_protect(mm, DATA, 5 * PAGE, PROT_READ));
    EXPECT(SIGSEGV, writes(0));
  }
  CASE("mprotect of no pages is no error") { EXPECT(SIZE, mm_protect(mm, DATA, 0, PROT_READ)); }
  CASE("a shared mapping of a file for reading never becomes writable") {
    make_file("file", "text", 0600);
    int reads_only = open("file", O_RDONLY);
    mm_map(mm, DATA, PAGE, PROT_READ, GUEST_FIXED_SHARED, reads_only, 0);
    EXPECT_ERROR(EACCES, mm_protect(mm, DATA, PAGE, RW));
    close(reads_only);
  }
  CASE("another space with the same page keeps its protection") {
    int other = guest_mm();
    four_pages();
    mm_map(other, DATA, 4 * PAGE, RW, GUEST_FIXED_SHARED, memory_fd, 8 * PAGE);
    EXPECT(SIZE, mm_protect(other, DATA, 4 * PAGE, PROT_NONE));
    EXPECT(SIGTRAP, writes(3));
    EXPECT(SIZE, mm_unmap(other, DATA, 4 * PAGE));
    EXPECT(SIGTRAP, writes(3));
    close(other);
  }
  end_guest(pid);
  return 0;
}
