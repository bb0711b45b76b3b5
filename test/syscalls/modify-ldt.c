// modify_ldt: segments of one's own, their limits and kinds, reading the table back, refused entries.
#include "fault.h"
#include <asm/ldt.h>

static int words[4] = {0x11111111, 0x22222222, 0x33333333, 0x44444444};

static int set(int entry, unsigned base, unsigned limit, int contents, int flags) {
  struct user_desc d = {.entry_number = entry, .base_addr = base, .limit = limit, .seg_32bit = 1, .contents = contents,
                        .read_exec_only = flags & 1, .limit_in_pages = !!(flags & 2), .seg_not_present = !!(flags & 4),
                        .useable = !!(flags & 8)};
  return syscall(SYS_modify_ldt, flags & 16 ? 1 : 0x11, &d, sizeof d);
}
static void load_fs(int selector) { __asm__ volatile("movw %w0, %%fs" : : "r"(selector)); }
static int read_fs(int offset) {
  int value;
  __asm__ volatile("movl %%fs:(%1), %0" : "=r"(value) : "r"(offset));
  return value;
}
static void write_fs(int offset, int value) { __asm__ volatile("movl %0, %%fs:(%1)" : : "r"(value), "r"(offset) : "memory"); }
#define SELECTOR(entry) ((entry) * 8 + 7)

int main(void) {
  uint32_t table[16] = {0};
  SHOW(syscall(SYS_modify_ldt, 0, table, sizeof table));
  SHOW(set(0, (uintptr_t)words, 15, 0, 0));
  load_fs(SELECTOR(0));
  printf("%#x %#x\n", read_fs(0), read_fs(12));
  write_fs(4, 5);
  SHOW(words[1]);
  FAULT("behind the limit", NULL, read_fs(13));
  FAULT("far behind", NULL, write_fs(-4, 1));
  SHOW(set(1, (uintptr_t)words, 0, 0, 2));
  load_fs(SELECTOR(1));
  FAULT("limit in pages", NULL, printf("%#x\n", read_fs(8)));
  SHOW(set(2, (uintptr_t)words, 15, 0, 1));
  load_fs(SELECTOR(2));
  FAULT("read only: read", NULL, printf("%#x\n", read_fs(8)));
  FAULT("read only: write", NULL, write_fs(0, 1));
  // Expand down: valid offsets lie above the limit.
  SHOW(set(3, (uintptr_t)words - 0x1000, 0xfff, 1, 0));
  load_fs(SELECTOR(3));
  FAULT("expand down, above", NULL, printf("%#x\n", read_fs(0x1008)));
  FAULT("expand down, below", NULL, read_fs(0xfff));
  SHOW(set(4, 0, 15, 0, 4));
  FAULT("not present", NULL, load_fs(SELECTOR(4)));
  FAULT("beyond the table", NULL, load_fs(SELECTOR(100)));
  FAULT("empty entry", NULL, load_fs(SELECTOR(40)));
  FAULT("privileged selector", NULL, load_fs(SELECTOR(0) & ~3));
  load_fs(0);
  FAULT("null selector", NULL, read_fs(0));
  SHOW(set(8191, (uintptr_t)words, 15, 0, 0));
  load_fs(SELECTOR(8191));
  printf("%#x\n", read_fs(8));
  // Reading back: the first entries, descriptor by descriptor. The processor sets "accessed".
  memset(table, 0xee, sizeof table);
  SHOW(syscall(SYS_modify_ldt, 0, table, sizeof table));
  for (int i = 0; i < 5; i++) printf("entry %d: limit %#x flags %#x\n", i, (table[2 * i] & 0xffff) | (table[2 * i + 1] & 0xf0000), table[2 * i + 1] >> 8 & 0xf0fe);
  SHOW(table[10] | table[11]);
  // Clearing: an entry of zeros; the segment in use goes with the next load.
  SHOW(set(0, 0, 0, 0, 1 | 4));
  FAULT("cleared", NULL, load_fs(SELECTOR(0)));
  SHOW(set(8192, 0, 0, 0, 0));
  SHOW(set(0, 0, 0, 3, 0));
  SHOW(set(0, 0, 0, 3, 4));
  SHOW(set(0, 0, 0, 3, 16));
  SHOW(syscall(SYS_modify_ldt, 0x11, table, 15));
  SHOW(syscall(SYS_modify_ldt, 0x11, (void *)16, 16));
  SHOW(syscall(SYS_modify_ldt, 2, table, 8));
  SHOW(syscall(SYS_modify_ldt, 7, table, 8));
  // fork copies the table, exec empties it.
  set(1, (uintptr_t)words, 15, 0, 0);
  IN_CHILD("child", load_fs(SELECTOR(1)); printf("%#x\n", read_fs(8)); set(1, (uintptr_t)(words + 1), 11, 0, 0); load_fs(SELECTOR(1)); printf("%#x\n", read_fs(8)));
  load_fs(SELECTOR(1));
  printf("%#x\n", read_fs(8));
  // Code in a segment of its own: base added to the instruction pointer.
  char *code = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
  memcpy(code, "\xb8\x4b\0\0\0\xcb", 6); // mov eax, 75; far return
  SHOW(set(5, (uintptr_t)code, 0xfff, 2, 0));
  struct { unsigned offset; unsigned short selector; } __attribute__((packed)) far = {0, SELECTOR(5)};
  int result;
  __asm__ volatile("lcall *%1" : "=a"(result) : "m"(far) : "memory");
  SHOW(result);
  far.offset = 0x1000;
  FAULT("behind the code's limit", code, __asm__ volatile("lcall *%0" : : "m"(far) : "eax", "memory"));
  far.selector = SELECTOR(1);
  FAULT("call of data", NULL, __asm__ volatile("lcall *%0" : : "m"(far) : "eax", "memory"));
  return 0;
}
