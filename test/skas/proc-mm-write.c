// Writing to /proc/mm: sizes, buffers and unknown requests; what is written is one request.
#include "skas.h"
#include <sys/uio.h>

#define SIZE ((long)sizeof(struct mm_op))

int main(void) {
  make_memory();
  int mm = guest_mm();
  struct mm_op unmap = {MM_MUNMAP, {.munmap = {DATA, PAGE}}};

  CASE("a request is 28 bytes, and all of them are taken") {
    EXPECT(28, sizeof(struct mm_op));
    EXPECT(28, write(mm, &unmap, 28));
  }
  CASE("more than a request is EINVAL") {
    char two[56] = {0};
    memcpy(two, &unmap, 28);
    memcpy(two + 28, &unmap, 28);
    EXPECT_ERROR(EINVAL, write(mm, two, 29));
    EXPECT_ERROR(EINVAL, write(mm, two, 56));
  }
  CASE("a large write is EINVAL before its bytes are looked at") {
    EXPECT_ERROR(EINVAL, write(mm, (void *)16, 4096));
  }
  CASE("a bad buffer is EFAULT") {
    EXPECT_ERROR(EFAULT, write(mm, NULL, 28));
    EXPECT_ERROR(EFAULT, write(mm, (void *)16, 4));
    char *page = pages(1, PROT_NONE);
    EXPECT_ERROR(EFAULT, write(mm, page, 28));
    munmap(page, PAGE);
  }
  CASE("a buffer that ends within the request is EFAULT, and nothing is done") {
    mm_map_page(mm, DATA, DATA_PAGE, PROT_READ);
    char *page = pages(2, PROT_READ | PROT_WRITE);
    munmap(page + PAGE, PAGE);
    memcpy(page + PAGE - 12, &unmap, 12);
    EXPECT_ERROR(EFAULT, write(mm, page + PAGE - 12, 28));
    pid_t pid = start_guest();
    unsigned long word;
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(0, peek(pid, DATA, &word));
    end_guest(pid);
    munmap(page, PAGE);
  }
  CASE("a shorter write does, and answers its own length") {
    mm_map_page(mm, DATA, DATA_PAGE, PROT_READ);
    EXPECT(12, write(mm, &unmap, 12));
    pid_t pid = start_guest();
    unsigned long word;
    EXPECT(0, switch_mm(pid, mm));
    EXPECT_ERROR(EIO, peek(pid, DATA, &word));
    end_guest(pid);
  }
  CASE("what a short write leaves out counts as 0") {
    // A length of 0.
    EXPECT_ERROR(EINVAL, write(mm, &unmap, 8));
    EXPECT_ERROR(EINVAL, write(mm, &unmap, 4));
  }
  CASE("an empty write has no request") { EXPECT_ERROR(EINVAL, write(mm, &unmap, 0)); }
  CASE("unknown requests are EINVAL") {
    int numbers[] = {0, 1, 53, 58, 64, -1, 0x7fffffff};
    for (int i = 0; i < 7; i++) {
      struct mm_op op = {numbers[i], {.munmap = {DATA, PAGE}}};
      EXPECT_ERROR(EINVAL, mm_write(mm, &op));
    }
  }
  CASE("writev takes a request from each vector") {
    pid_t pid = start_guest();
    unsigned long word;
    struct mm_op map = {MM_MMAP, {.mmap = {DATA, PAGE, PROT_READ, GUEST_FIXED_SHARED, memory_fd, 0}}};
    struct mm_op next = map;
    next.u.mmap.addr += PAGE;
    struct iovec both[] = {{&map, 28}, {&next, 28}};
    EXPECT(56, writev(mm, both, 2));
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(0, peek(pid, DATA, &word));
    EXPECT(0, peek(pid, DATA + PAGE, &word));
    end_guest(pid);
  }
  CASE("writev ends at the first request that fails") {
    struct mm_op bad = {58};
    struct iovec good_first[] = {{&unmap, 28}, {&bad, 28}}, bad_first[] = {{&bad, 28}, {&unmap, 28}};
    EXPECT(28, writev(mm, good_first, 2));
    EXPECT_ERROR(EINVAL, writev(mm, bad_first, 2));
  }
  CASE("a duplicate descriptor is the same space") {
    int copy = dup(mm);
    EXPECT(SIZE, mm_map_page(copy, DATA, DATA_PAGE, PROT_READ));
    pid_t pid = start_guest();
    unsigned long word;
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(0, peek(pid, DATA, &word));
    close(copy);
    EXPECT(0, peek(pid, DATA, &word));
    EXPECT(SIZE, mm_unmap(mm, DATA, PAGE));
    end_guest(pid);
  }
  CASE("the writer's own space stays as it is") {
    char *own = mmap((void *)DATA, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    own[0] = 'a';
    EXPECT(SIZE, mm_map_page(mm, DATA, DATA_PAGE, PROT_READ));
    EXPECT(SIZE, mm_unmap(mm, DATA, PAGE));
    EXPECT(SIZE, mm_unmap(mm, 0, 0xc0000000));
    EXPECT('a', own[0]);
    munmap(own, PAGE);
  }
  return 0;
}
