// A small ELF file and seeded changes of it: what execve says to each, or how the program ends. The program
// exits with 7 when its code, its data and its zeroed memory are where they should be.
#ifndef ELF_MUTATED_H
#define ELF_MUTATED_H
#include "report.h"
#include <elf.h>
#include <stddef.h>

enum { BASE = 0x08048000, DATA = 0x0804a000, HEADERS = 5, FILE_SIZE = 0x1100, CODE = 0x200, BYTES = 0x1000 };

static union {
  unsigned char bytes[2 * PAGE];
  struct {
    Elf32_Ehdr header;
    Elf32_Phdr segment[HEADERS];
    char interpreter[64];
  };
} elf;
static unsigned elf_size;

static void make_elf(void) {
  // mov ebx, [DATA]; add ebx, [DATA + 0x400]; mov eax, 1; int 0x80
  static const unsigned char code[] = {0x8b, 0x1d, 0, 0xa0, 4, 8,    0x03, 0x1d, 0,    0xa4,
                                       4,    8,    0xb8, 1,   0, 0, 0,    0xcd, 0x80, 0xf4};
  memset(&elf, 0, sizeof elf);
  memcpy(elf.header.e_ident, ELFMAG "\1\1\1", 7);
  elf.header.e_type = ET_EXEC;
  elf.header.e_machine = EM_386;
  elf.header.e_version = EV_CURRENT;
  elf.header.e_entry = BASE + CODE;
  elf.header.e_phoff = offsetof(typeof(elf), segment);
  elf.header.e_ehsize = sizeof elf.header;
  elf.header.e_phentsize = sizeof *elf.segment;
  elf.header.e_phnum = HEADERS;
  elf.header.e_shentsize = sizeof(Elf32_Shdr);
  elf.segment[0] = (Elf32_Phdr){PT_LOAD, 0, BASE, BASE, CODE + sizeof code, CODE + sizeof code, PF_R | PF_X, PAGE};
  elf.segment[1] = (Elf32_Phdr){PT_LOAD, BYTES, DATA, DATA, 0x100, 0x800, PF_R | PF_W, PAGE};
  elf.segment[2] = (Elf32_Phdr){PT_GNU_STACK, 0, 0, 0, 0, 0, PF_R | PF_W, 16};
  elf.segment[3] = (Elf32_Phdr){PT_NOTE, CODE, BASE + CODE, BASE + CODE, 4, 4, PF_R, 4};
  elf.segment[4] = (Elf32_Phdr){PT_NULL, 0, 0, 0, 0, 0, 0, 0};
  memcpy(elf.bytes + CODE, code, sizeof code);
  elf.bytes[BYTES] = 7;
  elf_size = FILE_SIZE;
}

static unsigned seed;
static unsigned dice(unsigned sides) {
  seed = seed * 1664525 + 1013904223;
  return (seed >> 8) % sides;
}
/** A number that loaders get wrong: 0, small, borders of a page and of the address space, near the old one. */
static unsigned awkward(unsigned old) {
  static const unsigned numbers[] = {0,          1,          2,          3,          4,          7,
                                     0x1f,       0x20,       0x34,       0xfff,      0x1000,     0x1001,
                                     0xffff,     0x10000,    0x7fffffff, 0x80000000, 0xbfffffff, 0xc0000000,
                                     0xffffe000, 0xfffff000, 0xffffffff, 0xfffffffe, 0x08048000, 0x40000000};
  switch (dice(4)) {
    case 0: return old + dice(9) - 4;
    case 1: return old ^ (1u << dice(32));
    case 2: return dice(1 << 16) << 16 | dice(1 << 16);
    default: return numbers[dice(sizeof numbers / sizeof *numbers)];
  }
}

static void write_elf(const char *path) {
  unlink(path);
  int fd = open(path, O_CREAT | O_WRONLY, 0755);
  if (fd < 0 || write(fd, elf.bytes, elf_size) != (ssize_t)elf_size || fchmod(fd, 0755)) die(path);
  close(fd);
}

/** Who runs it has no rights over low addresses; what runs on and on is ended. */
static const char *outcome(const char *path) {
  static char text[32];
  int status, failure[2];
  pipe2(failure, O_CLOEXEC);
  pid_t child = fork();
  if (child == 0) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    setgid(65534);
    setuid(65534);
    alarm(2);
    execl(path, path, NULL);
    write(failure[1], &errno, sizeof errno);
    _exit(0);
  }
  close(failure[1]);
  int error;
  int failed = read(failure[0], &error, sizeof error) == sizeof error;
  close(failure[0]);
  waitpid(child, &status, 0);
  if (failed) return strerrorname_np(error);
  if (WIFEXITED(status))
    snprintf(text, sizeof text, "exit %d", WEXITSTATUS(status));
  else
    snprintf(text, sizeof text, "SIG%s", sigabbrev_np(WTERMSIG(status)));
  return text;
}
#endif
