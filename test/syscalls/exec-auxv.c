// The auxiliary vector: the entries say what is true of the program and the process.
#include "report.h"
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

extern const Elf32_Ehdr __ehdr_start;
extern void _start(void);

int main(int argc, char **argv) {
  SHOW(getauxval(AT_PAGESZ));
  SHOW(getauxval(AT_CLKTCK));
  SHOW(getauxval(AT_PHENT));
  SHOW(getauxval(AT_BASE));
  SHOW(getauxval(AT_FLAGS));
  SHOW(getauxval(AT_SECURE));
  SHOW_TRUE(getauxval(AT_PHNUM) == __ehdr_start.e_phnum);
  SHOW_TRUE(getauxval(AT_PHDR) == (uintptr_t)&__ehdr_start + __ehdr_start.e_phoff);
  SHOW_TRUE(getauxval(AT_ENTRY) == (uintptr_t)_start);
  SHOW_TRUE(getauxval(AT_UID) == getuid());
  SHOW_TRUE(getauxval(AT_EUID) == geteuid());
  SHOW_TRUE(getauxval(AT_GID) == getgid());
  SHOW_TRUE(getauxval(AT_EGID) == getegid());
  SHOW_TRUE(strcmp((char *)getauxval(AT_EXECFN), argv[0]) == 0);
  SHOW_TRUE((char *)getauxval(AT_EXECFN) > argv[0]);
  printf("platform %s\n", (char *)getauxval(AT_PLATFORM));
  SHOW_TRUE(getauxval(AT_RANDOM) > (uintptr_t)&argv);
  SHOW_TRUE(getauxval(AT_SYSINFO_EHDR) % PAGE == 0);
  SHOW_TRUE(memcmp((void *)getauxval(AT_SYSINFO_EHDR), "\177ELF\1\1\1", 7) == 0);
  SHOW_TRUE(getauxval(AT_SYSINFO) - getauxval(AT_SYSINFO_EHDR) < 3 * PAGE);
  // The vector itself lies behind the environment; every known entry is there once.
  char **at = argv + argc + 1;
  while (*at) at++;
  int seen[64] = {0};
  for (Elf32_auxv_t *entry = (Elf32_auxv_t *)(at + 1); entry->a_type != AT_NULL; entry++)
    if (entry->a_type < 64) seen[entry->a_type]++;
  int known[] = {AT_PHDR, AT_PHENT, AT_PHNUM, AT_PAGESZ, AT_BASE, AT_FLAGS, AT_ENTRY, AT_UID, AT_EUID, AT_GID, AT_EGID,
                 AT_PLATFORM, AT_HWCAP, AT_CLKTCK, AT_SECURE, AT_RANDOM, AT_HWCAP2, AT_EXECFN, AT_SYSINFO, AT_SYSINFO_EHDR};
  for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
    if (seen[known[i]] != 1) printf("entry %d: %d times\n", known[i], seen[known[i]]);
  // The page of argc: 16 byte aligned as the ABI wants.
  SHOW_TRUE((uintptr_t)(argv - 1) % 16 == 0);
  return 0;
}
