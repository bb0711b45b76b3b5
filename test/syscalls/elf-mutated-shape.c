// ELF files that end too early, that are 64-bit or big-endian, whose headers lie over each other, and
// whose interpreters are themselves, scripts, folders, or not there.
#include "elf-mutated.h"

static void show_elf(const char *label) {
  write_elf("changed");
  printf("%s: %s\n", label, outcome("./changed"));
}
static void interpreted(const char *path) {
  make_elf();
  strcpy(elf.interpreter, path);
  elf.segment[4] = (Elf32_Phdr){PT_INTERP, offsetof(typeof(elf), interpreter), 0, 0, strlen(path) + 1,
                                strlen(path) + 1, PF_R, 1};
}

int main(void) {
  chmod(".", 0755);
  static const unsigned sizes[] = {0,  1,  3,  4,  5,  6,   16,  17,  19,  20,   32,   51,   52,    53,     83,
                                   84, 85, 115, 116, 147, 180, 211, 212, 0x1ff, 0x200, 0x205, 0x20b, 0x213, 0x300};
  for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    char label[32];
    make_elf();
    elf_size = sizes[i];
    snprintf(label, sizeof label, "cut to %u", sizes[i]);
    show_elf(label);
  }
  static const unsigned ends[] = {0xfff, 0x1000, 0x1001, 0x1080};
  for (unsigned i = 0; i < sizeof ends / sizeof *ends; i++) {
    char label[32];
    make_elf();
    elf_size = ends[i];
    snprintf(label, sizeof label, "data cut to %#x", ends[i]);
    show_elf(label);
  }

  make_elf();
  elf.header.e_ident[EI_CLASS] = ELFCLASS64;
  elf.header.e_machine = EM_AARCH64;
  show_elf("64-bit, another machine");
  make_elf();
  elf.header.e_ident[EI_DATA] = ELFDATA2MSB;
  elf.header.e_type = ET_EXEC << 8;
  elf.header.e_machine = EM_PPC << 8;
  show_elf("big-endian");
  make_elf();
  elf.header.e_machine = EM_ARM;
  show_elf("ARM");
  make_elf();
  elf.header.e_type = ET_REL;
  show_elf("relocatable object");
  make_elf();
  elf.header.e_type = ET_CORE;
  show_elf("core");

  make_elf();
  elf.header.e_phoff = 0;
  show_elf("program headers over the header");
  make_elf();
  elf.header.e_phoff = FILE_SIZE - 32;
  show_elf("program headers beyond the end");
  make_elf();
  elf.header.e_phoff = 0xfffffff0;
  show_elf("program headers wrap");
  make_elf();
  elf.header.e_phnum = 0xffff;
  show_elf("65535 headers");
  make_elf();
  elf.segment[4] = elf.segment[0];
  show_elf("the same segment twice");
  make_elf();
  elf.segment[4] = elf.segment[1];
  elf.segment[4].p_offset = 0;
  show_elf("a segment over another");
  make_elf();
  Elf32_Phdr swapped = elf.segment[0];
  elf.segment[0] = elf.segment[1];
  elf.segment[1] = swapped;
  show_elf("not by address");
  make_elf();
  elf.segment[1].p_vaddr = BASE + 0x800;
  elf.segment[1].p_offset = 0x800;
  show_elf("two segments in a page");
  make_elf();
  elf.segment[0].p_type = elf.segment[1].p_type = PT_NULL;
  show_elf("no segment");
  make_elf();
  elf.segment[1].p_filesz = 0;
  show_elf("no data in the file");
  make_elf();
  elf.segment[1].p_filesz = 0x7000;
  elf.segment[1].p_memsz = 0x7000;
  show_elf("longer than the file");
  make_elf();
  elf.segment[0].p_memsz = 0x9000;
  show_elf("zeroed memory over the next");
  make_elf();
  elf.header.e_entry = 0;
  show_elf("entry at 0");
  make_elf();
  elf.header.e_entry = DATA;
  show_elf("entry in data");
  make_elf();
  elf.segment[0].p_flags = PF_R;
  show_elf("code that may not be executed");
  make_elf();
  elf.segment[0].p_flags = 0;
  show_elf("code without any right");
  make_elf();
  elf.segment[2].p_type = PT_NULL;
  elf.segment[0].p_flags = PF_R;
  show_elf("the same in an old program");

  // Interpreters: a sound one, itself, each other, nothing.
  make_elf();
  elf.header.e_type = ET_DYN;
  elf.segment[0].p_vaddr -= BASE;
  elf.segment[1].p_vaddr -= BASE;
  elf.header.e_entry -= BASE;
  // exit(9)
  memcpy(elf.bytes + CODE, "\xb8\1\0\0\0\xbb\x09\0\0\0\xcd\x80", 12);
  write_elf("linker");
  interpreted("./linker");
  show_elf("an interpreter");
  interpreted("./changed");
  show_elf("itself, fixed address");
  interpreted("./loop");
  elf.header.e_type = ET_DYN;
  write_elf("loop");
  printf("itself: %s\n", outcome("./loop"));
  interpreted("./loop");
  show_elf("an interpreter with an interpreter");
  interpreted("./nowhere");
  show_elf("missing");
  mkdir("folder", 0755);
  interpreted("./folder");
  show_elf("a folder");
  make_file("script", "#!/bin/sh\n", 0755);
  interpreted("./script");
  show_elf("a script");
  make_file("empty", "", 0755);
  interpreted("./empty");
  show_elf("an empty file");
  make_file("plain", "\177ELF", 0644);
  interpreted("./plain");
  show_elf("not executable");
  interpreted("/dev/null");
  show_elf("a device");
  interpreted("");
  show_elf("no name");
  interpreted("./linker");
  elf.segment[4].p_filesz--;
  show_elf("a name without end");
  interpreted("./linker");
  elf.segment[4].p_filesz = 0;
  show_elf("a name of size 0");
  interpreted("./linker");
  elf.segment[4].p_filesz = 0x2000;
  show_elf("a name too long");
  interpreted("./linker");
  elf.segment[4].p_offset = 0x10000;
  show_elf("a name beyond the end");
  interpreted("./linker");
  elf.segment[3] = elf.segment[4];
  elf.segment[3].p_offset = 0x10000;
  show_elf("two interpreters");
  make_elf();
  elf.header.e_machine = EM_X86_64;
  elf.header.e_ident[EI_CLASS] = ELFCLASS64;
  write_elf("foreign");
  interpreted("./foreign");
  show_elf("a 64-bit interpreter");
  make_elf();
  elf.segment[0].p_vaddr = 0xfffff000;
  write_elf("high");
  interpreted("./high");
  show_elf("an interpreter that does not fit");
  return 0;
}
