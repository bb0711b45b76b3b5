// Small ELF files made here: the loader's rules, one by one.
#include "report.h"
#include <elf.h>
#include <stddef.h>

static struct image {
  Elf32_Ehdr header;
  Elf32_Phdr segment[4];
  unsigned char code[64];
  char text[256];
} image;
static const Elf32_Addr base = 0x10000000;

// mov eax, 1; mov ebx, 42; int 0x80
static const unsigned char leave42[] = {0xb8, 1, 0, 0, 0, 0xbb, 42, 0, 0, 0, 0xcd, 0x80};
// movzx ebx, byte [0x10002000]; mov eax, 1; int 0x80
static const unsigned char leave_byte[] = {0x0f, 0xb6, 0x1d, 0, 0x20, 0, 0x10, 0xb8, 1, 0, 0, 0, 0xcd, 0x80};

static void fresh(void) {
  memset(&image, 0, sizeof image);
  image.header = (Elf32_Ehdr){.e_ident = {0x7f, 'E', 'L', 'F', 1, 1, 1}, .e_type = ET_EXEC, .e_machine = EM_386,
    .e_version = 1, .e_entry = base + offsetof(struct image, code), .e_phoff = sizeof image.header,
    .e_ehsize = sizeof image.header, .e_phentsize = sizeof(Elf32_Phdr), .e_phnum = 1};
  image.segment[0] = (Elf32_Phdr){.p_type = PT_LOAD, .p_vaddr = base, .p_paddr = base, .p_filesz = sizeof image,
    .p_memsz = sizeof image, .p_flags = PF_R | PF_X, .p_align = PAGE};
  memcpy(image.code, leave42, sizeof leave42);
}

static void run(const char *label) {
  char name[64], *argv[] = {"made", NULL}, *none[] = {NULL};
  static int number;
  snprintf(name, sizeof name, "made%d", number++);
  int fd = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0755);
  if (write(fd, &image, sizeof image) != sizeof image) die("write");
  close(fd);
  IN_CHILD(label, execve(name, argv, none); printf("  %s\n", strerrorname_np(errno)); _exit(1));
}

int main(void) {
  fresh();
  run("plain");
  fresh();
  image.header.e_ident[EI_CLASS] = 9;
  image.header.e_ident[EI_DATA] = 9;
  run("class and data are not looked at");
  fresh();
  image.header.e_phnum = 0;
  run("no segments");
  fresh();
  image.segment[0].p_type = PT_NULL;
  run("nothing to load");
  fresh();
  image.header.e_entry = 0x20000000;
  run("entry elsewhere");
  fresh();
  image.segment[0].p_filesz = sizeof image + 1;
  image.segment[0].p_memsz = sizeof image;
  run("file size above memory size");
  fresh();
  image.segment[0].p_vaddr = base + 16;
  run("offset and address disagree");
  fresh();
  image.segment[0].p_flags = PF_R;
  run("not executable");
  fresh();
  image.header.e_phnum = 2;
  memcpy(image.code, leave_byte, sizeof leave_byte);
  image.segment[1] = (Elf32_Phdr){.p_type = PT_LOAD, .p_vaddr = base + 0x2000, .p_memsz = 0x1000, .p_flags = PF_R | PF_W};
  run("segment of zeros only");
  image.segment[1].p_offset = 0;
  image.segment[1].p_filesz = 4;
  image.segment[1].p_align = PAGE;
  run("segment of header");
  image.segment[1].p_flags = 0;
  run("segment without rights");
  fresh();
  image.header.e_phnum = 2;
  image.segment[1] = (Elf32_Phdr){.p_type = PT_INTERP, .p_offset = offsetof(struct image, text), .p_filesz = 8};
  strcpy(image.text, "./there");
  run("interpreter missing");
  image.segment[1].p_filesz = 4;
  run("interpreter name without end");
  image.segment[1].p_filesz = 1;
  run("interpreter name too short");
  image.segment[1].p_filesz = 8;
  strcpy(image.text, "./made0");
  run("interpreter is a program");
  make_file("text", "no program at all, only text that is longer than a header of fifty-two bytes", 0755);
  strcpy(image.text, "./text\0");
  run("interpreter is text");
  fresh();
  image.header.e_type = ET_DYN;
  image.header.e_entry -= base;
  image.segment[0].p_vaddr = 0;
  run("position independent");
  fresh();
  image.segment[0].p_vaddr = image.segment[0].p_paddr = 0xfffff000;
  run("beyond the end");
  return 0;
}
