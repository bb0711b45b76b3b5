// Code that changes itself: the next instruction, a loop's body, the page it runs in, after fork and mprotect.
#include "fault.h"

static int run(char *at) { return ((int (*)(void))at)(); }
static void put(char **at, const char *bytes, int count) {
  memcpy(*at, bytes, count);
  *at += count;
}

int main(void) {
  char *code = pages(2, PROT_READ | PROT_WRITE | PROT_EXEC), *at = code;
  // call next; next: pop ecx; mov byte [ecx+12], 42; mov eax, 7 (its immediate becomes 42); ret
  put(&at, "\xe8\0\0\0\0\x59\xc6\x41\x06\x2a\x90\xb8\x07\0\0\0\xc3", 17);
  // The byte written lies six behind the pop: in the mov's immediate, its low byte is at +7.
  code[8] = 7;
  SHOW(run(code));
  SHOW(run(code));
  // A counter in the code itself: inc dword [eip + n]; mov eax, imm32; ret
  at = code;
  put(&at, "\xe8\0\0\0\0\x59\xff\x41\x05\x90\xb8\0\0\0\0\xc3", 16);
  code[8] = 6;
  int sum = 0;
  for (int i = 0; i < 100; i++) sum += run(code);
  SHOW(sum);
  // A loop that rewrites the instruction behind its store: xor eax,eax; mov ecx,5; L: add byte [addr of imm],1; add eax, imm8; loop L
  at = code;
  put(&at, "\x31\xc0\xb9\x05\0\0\0\x80\x05", 9);
  char *target = code + 9 + 4 + 1 + 2;
  memcpy(at, &target, 4);
  at += 4;
  put(&at, "\x01\x83\xc0\x00\xe2\xf4\xc3", 7);
  SHOW(run(code));
  // Code at the end of a page that goes on in the next, which changes.
  for (int value = 1; value <= 3; value++) {
    at = code + PAGE - 2;
    put(&at, "\xb8\0", 2);
    memcpy(at, &(int){value}, 3);
    at[3] = 0xc3;
    sum = run(code + PAGE - 2);
    printf("%d ", sum >> 8);
  }
  printf("\n");
  // After fork each has its own code.
  memcpy(code, "\xb8\x01\0\0\0\xc3", 6);
  SHOW(run(code));
  IN_CHILD("child", code[1] = 2; SHOW(run(code)));
  SHOW(run(code));
  code[1] = 3;
  SHOW(run(code));
  // Written, made executable, run; and again.
  for (int i = 10; i < 13; i++) {
    mprotect(code, PAGE, PROT_READ | PROT_WRITE);
    code[1] = i;
    FAULT("not executable", code, run(code));
    mprotect(code, PAGE, PROT_READ | PROT_EXEC);
    SHOW(run(code));
  }
  // Unmapped and mapped anew: no old code.
  munmap(code, 2 * PAGE);
  FAULT("unmapped", code, run(code));
  char *new = mmap(code, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  memcpy(new, "\xb8\x4d\0\0\0\xc3", 6);
  SHOW(run(new));
  madvise(new, PAGE, MADV_DONTNEED);
  new[0] = 0xc3;
  run(new);
  memset(new, 0x40, 100); // inc eax
  new[100] = 0xc3;
  sum = 0;
  __asm__ volatile("xorl %%eax, %%eax\n\tcall *%1" : "=&a"(sum) : "r"(new) : "memory");
  SHOW(sum);
  // rep stosb over code that comes right behind it.
  memcpy(new, "\xf3\xaa\x40\x40\x40\x40\x40\x40\xc3", 9); // rep stosb; inc eax x 6; ret
  __asm__ volatile("call *%3" : "=&a"(sum) : "0"(0x90), "D"(new + 2), "r"(new), "c"(6) : "memory");
  SHOW(sum);
  return 0;
}
