// FUTEX_WAKE_OP: the five operations and six comparisons on the second word.
#include "report.h"
#include <linux/futex.h>

int main(void) {
  static int first, second;
  static const char *const names[] = {"set", "add", "or", "andn", "xor"};
  for (int operation = 0; operation < 6; operation++)
    for (int shift = 0; shift < 2; shift++) {
      second = 12;
      int code = (operation | shift << 3) << 28 | FUTEX_OP_CMP_EQ << 24 | 5 << 12 | 12;
      long result = syscall(SYS_futex, &first, FUTEX_WAKE_OP_PRIVATE, 1, 1, &second, code);
      printf("%s%s: %s, second %d\n", operation < 5 ? names[operation] : "unknown", shift ? " shifted" : "",
             result < 0 ? strerrorname_np(errno) : "ok", second);
    }
  second = 0;
  SHOW(syscall(SYS_futex, &first, FUTEX_WAKE_OP_PRIVATE, 1, 1, &second, FUTEX_OP(FUTEX_OP_ADD, -3, FUTEX_OP_CMP_LT, 0)));
  printf("second %d\n", second);
  SHOW(syscall(SYS_futex, &first, FUTEX_WAKE_OP_PRIVATE, 1, 1, &second, 9 << 24));
  SHOW(syscall(SYS_futex, &first, FUTEX_WAKE_OP, 1, 1, 64, 0));
}
