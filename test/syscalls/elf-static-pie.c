// gcc: -static-pie -fPIE -O1
// A position independent program without an interpreter: relocated by itself, loaded where mappings go.
#include "report.h"
#include <elf.h>
#include <sys/auxv.h>

extern const Elf32_Ehdr __ehdr_start;
static int value = 5;
static int *pointer = &value;
static const char *names[] = {"zero", "one", "two"};
static _Thread_local int own = 9;

int main(int argc, char **argv) {
  SHOW(__ehdr_start.e_type == ET_DYN);
  SHOW(*pointer);
  printf("%s %s %d\n", names[1], names[2], own);
  SHOW_TRUE((uintptr_t)&__ehdr_start % PAGE == 0);
  SHOW_TRUE((uintptr_t)&__ehdr_start > 0x10000000);
  SHOW_TRUE(getauxval(AT_PHDR) == (uintptr_t)&__ehdr_start + __ehdr_start.e_phoff);
  SHOW_TRUE(getauxval(AT_ENTRY) == (uintptr_t)&__ehdr_start + __ehdr_start.e_entry);
  SHOW(getauxval(AT_BASE));
  char *top = sbrk(PAGE);
  SHOW_TRUE(top != (char *)-1);
  top[0] = 1;
  return value;
}
