// Seeded changes of program headers, one to three fields at a time.
#include "elf-mutated.h"

int main(void) {
  chmod(".", 0755);
  static const char *const names[] = {"p_type",   "p_offset", "p_vaddr", "p_paddr",
                                      "p_filesz", "p_memsz",  "p_flags", "p_align"};
  seed = 2;
  for (int i = 0; i < 200; i++) {
    make_elf();
    if (i >= 150) elf.header.e_type = ET_DYN;
    printf("%d:", i);
    for (int changes = 1 + dice(3) * (i > 80); changes > 0; changes--) {
      int segment = dice(HEADERS), field = i % 8;
      if (i > 80) field = dice(8);
      if (segment > 1 && i <= 80) segment = dice(2);
      unsigned *at = (unsigned *)&elf.segment[segment] + field;
      *at = awkward(*at);
      printf(" %d.%s %#x", segment, names[field], *at);
    }
    write_elf("changed");
    printf(": %s\n", outcome("./changed"));
  }
  return 0;
}
