// Seeded changes of an ELF header, one to three fields at a time.
#include "elf-mutated.h"

int main(void) {
  chmod(".", 0755);
  make_elf();
  write_elf("sound");
  printf("sound: %s\n", outcome("./sound"));
  static const struct {
    const char *name;
    int offset, width;
  } fields[] = {
#define FIELD(name) {#name, offsetof(Elf32_Ehdr, name), sizeof elf.header.name}
      {"EI_MAG0", 0, 1}, {"EI_MAG3", 3, 1},  {"EI_CLASS", 4, 1}, {"EI_DATA", 5, 1}, {"EI_VERSION", 6, 1},
      {"EI_OSABI", 7, 1}, FIELD(e_type),     FIELD(e_machine),   FIELD(e_version),  FIELD(e_entry),
      FIELD(e_phoff),    FIELD(e_shoff),     FIELD(e_flags),     FIELD(e_ehsize),   FIELD(e_phentsize),
      FIELD(e_phnum),    FIELD(e_shentsize), FIELD(e_shnum),     FIELD(e_shstrndx),
  };
  enum { COUNT = sizeof fields / sizeof *fields };
  seed = 1;
  for (int i = 0; i < 150; i++) {
    make_elf();
    printf("%d:", i);
    for (int changes = 1 + dice(3) * (i > 90); changes > 0; changes--) {
      // One after the other while they are changed alone.
      int which = i <= 90 ? i % COUNT : dice(COUNT);
      unsigned value = 0;
      memcpy(&value, elf.bytes + fields[which].offset, fields[which].width);
      value = awkward(value);
      memcpy(elf.bytes + fields[which].offset, &value, fields[which].width);
      printf(" %s %#x", fields[which].name, value & (0xffffffffu >> (32 - 8 * fields[which].width)));
    }
    write_elf("changed");
    printf(": %s\n", outcome("./changed"));
  }
  return 0;
}
