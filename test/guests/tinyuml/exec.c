// execve: ELF programs for i386, their interpreters, and scripts; the first stack of a program as elf(5) and the
// kernel lay it out.
#include "host.h"

enum { ARGS_SIZE = 31 * PAGE, STACK_HEAD_ROOM = 0x20000, PIE_BASE = 0x56555000 };

struct args {                                     // strings one behind another: argv, then envp
  int argc, envc;
  u32 used;
  char text[];
};

struct ehdr {
  u8 ident[16];
  u16 type, machine;
  u32 version, entry, phoff, shoff, flags;
  u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
struct phdr {
  u32 type, offset, vaddr, paddr, filesz, memsz, flags, align;
};
enum { PT_LOAD = 1, PT_INTERP = 3, ET_EXEC = 2, ET_DYN = 3, EM_386 = 3, MAX_PHDRS = 32 };

struct program {
  struct inode *inode;
  struct ehdr header;
  struct phdr phdrs[MAX_PHDRS];
  u32 bias, end;
};

// ---- the vdso

u32 vdso_page;
static u32 vdso_entry;

void vdso_boot(void) {
  u32 image = host_auxv(33), entry = host_auxv(32);
  if (!image || !entry || *(const u16 *)entry != 0x80cd || entry - image >= PAGE) return;
  vdso_page = page_alloc();
  memcpy(page_address(vdso_page), (const void *)image, PAGE);
  vdso_entry = entry - image;
}

// ---- arguments

static int add_string(struct args *args, const char *s) {
  u32 n = strlen(s) + 1;
  if (args->used + n > ARGS_SIZE - sizeof *args) return -E2BIG;
  memcpy(args->text + args->used, s, n);
  args->used += n;
  return 0;
}

static int add_user_strings(struct args *args, u32 list, int *count) {
  for (u32 string; list; list += 4) {
    if (copy_from(current->mm, &string, list, 4)) return -EFAULT;
    if (string == 0) break;
    int n = copy_path(current->mm, args->text + args->used, string, ARGS_SIZE - sizeof *args - args->used);
    if (n < 0) return n == -ENAMETOOLONG ? -E2BIG : n;
    args->used += n + 1;
    ++*count;
  }
  return 0;
}

// #! interpreter argument: takes the place of argv[0].
static int script_args(struct args *args, const char *interpreter, const char *argument, const char *path) {
  u32 skip = args->argc > 0 ? strlen(args->text) + 1 : 0, rest = args->used - skip;
  struct args *old = kmalloc(sizeof *old + rest);
  memcpy(old->text, args->text + skip, rest);
  args->argc += (args->argc > 0 ? 1 : 2) + (*argument != 0);
  args->used = 0;
  int error = add_string(args, interpreter);
  if (!error && *argument) error = add_string(args, argument);
  if (!error) error = add_string(args, path);
  if (!error && args->used + rest > ARGS_SIZE - sizeof *args) error = -E2BIG;
  if (!error) memcpy(args->text + args->used, old->text, rest), args->used += rest;
  kfree(old);
  return error;
}

// ---- loading

static int open_program(const char *path, struct program *program, char *head) {
  char guest[PATH], name[PATH];
  struct stat64 st;
  int error = resolve(current->cwd, path, 1, guest);
  if (!error) error = host_path(name, guest);
  if (error) return error;
  if ((error = host(NR_stat64, name, &st)) < 0) return error;
  if ((st.mode & 0170000) != 0100000 || !(st.mode & 0111)) return -EACCES;
  int fd = host(NR_open, name, O_CLOEXEC | O_LARGEFILE);
  if (fd < 0) return fd;
  program->inode = inode_new(fd, guest);
  memset(head, 0, 256);
  int n = host(NR_pread64, fd, head, 255, 0, 0);
  memcpy(&program->header, head, sizeof program->header);
  if (n < (int)sizeof program->header || memcmp(head, "\177ELF\1\1", 6)) return 1;
  struct ehdr *h = &program->header;
  if (h->machine != EM_386 || (h->type != ET_EXEC && h->type != ET_DYN) || h->phnum > MAX_PHDRS) return -ENOEXEC;
  u32 size = h->phnum * sizeof(struct phdr);
  return host(NR_pread64, fd, program->phdrs, size, h->phoff, 0) == (long)size ? 0 : -ENOEXEC;
}

static int map_program(struct mm *mm, struct program *p, u32 base) {
  u32 low = ~0u, high = 0;
  struct phdr *ph;
  for (ph = p->phdrs; ph < p->phdrs + p->header.phnum; ph++) {
    if (ph->type != PT_LOAD) continue;
    low = MIN(low, ph->vaddr & ~(PAGE - 1));
    high = MAX(high, PAGE_ALIGN(ph->vaddr + ph->memsz));
  }
  if (low >= high) return -ENOEXEC;
  if (p->header.type == ET_DYN) {                 // a place for all of it
    long at = mm_map(mm, base, high - low, 0, MAP_PRIVATE, NULL, 0, NULL);
    if (IS_ERROR(at)) return at;
    mm_unmap(mm, at, high - low);
    p->bias = at - low;
  }
  for (ph = p->phdrs; ph < p->phdrs + p->header.phnum; ph++) {
    if (ph->type != PT_LOAD) continue;
    u32 start = p->bias + ph->vaddr, from = start & ~(PAGE - 1), file_end = start + ph->filesz, end = start + ph->memsz;
    u32 prot = (ph->flags & 4 ? PROT_READ : 0) | (ph->flags & 2 ? PROT_WRITE : 0) | (ph->flags & 1 ? PROT_EXEC : 0);
    u32 flags = MAP_PRIVATE | MAP_FIXED;
    if (ph->filesz) {
      long at = mm_map(mm, from, file_end - from, prot, flags, p->inode, (ph->offset - (start - from)) / PAGE, NULL);
      if (IS_ERROR(at)) return at;
    } else {
      file_end = from;
    }
    if (end > PAGE_ALIGN(file_end)) {
      long at = mm_map(mm, PAGE_ALIGN(file_end), end - PAGE_ALIGN(file_end), prot, flags, NULL, 0, NULL);
      if (IS_ERROR(at)) return at;
    }
    static const char zeros[PAGE];
    if (ph->memsz > ph->filesz && file_end & (PAGE - 1) && prot & PROT_WRITE &&
        copy_to(mm, file_end, zeros, PAGE - (file_end & (PAGE - 1))))
      return -EFAULT;
    p->end = MAX(p->end, end);
  }
  return 0;
}

// ---- the stack

static u32 push(struct mm *mm, u32 *sp, const void *data, u32 n) {
  *sp -= n;
  copy_to(mm, *sp, data, n);
  return *sp;
}

static void build_stack(struct mm *mm, struct args *args, const char *path, struct program *p, struct program *interp) {
  u32 sp = guest_top - 4, execfn, strings, random, platform, words[2 + 64];
  execfn = sp - (strlen(path) + 1);
  strings = execfn - args->used;
  mm->stack_low = (strings & ~(PAGE - 1)) - STACK_HEAD_ROOM;
  mm_map(mm, mm->stack_low, guest_top - mm->stack_low, 3, MAP_PRIVATE | MAP_FIXED | MAP_GROWSDOWN, NULL, 0, "[stack]");
  sp = execfn;
  copy_to(mm, sp, path, strlen(path) + 1);
  push(mm, &sp, args->text, args->used);
  sp &= ~15;
  platform = push(mm, &sp, "i686", 5);
  char bytes[16];
  host(NR_getrandom, bytes, 16, 0);
  random = push(mm, &sp, bytes, 16);
  struct phdr *first = p->phdrs;
  while (first->type != PT_LOAD) first++;
  u32 n = 0, headers = p->bias + first->vaddr - first->offset + p->header.phoff;
#define AUX(type, value) (words[n++] = (type), words[n++] = (value))
  if (mm->vdso) AUX(32, mm->vdso + vdso_entry), AUX(33, mm->vdso);
  AUX(16, host_auxv(16)), AUX(6, PAGE), AUX(17, 100), AUX(3, headers), AUX(4, sizeof(struct phdr)), AUX(5, p->header.phnum);
  AUX(7, interp ? interp->bias : 0), AUX(8, 0), AUX(9, p->bias + p->header.entry);
  AUX(11, 0), AUX(12, 0), AUX(13, 0), AUX(14, 0), AUX(23, 0), AUX(25, random), AUX(26, host_auxv(26)), AUX(31, execfn);
  AUX(15, platform);
  if (host_auxv(51)) AUX(51, host_auxv(51));
  AUX(0, 0);
  u32 pointers = args->argc + args->envc + 3;
  sp = (sp - (pointers + n) * 4) & ~15;
  u32 at = sp, string = strings, zero = 0;
  copy_to(mm, at, &args->argc, 4);
  at += 4;
  mm->args_start = strings;
  for (int i = 0; i < args->argc + args->envc; i++) {
    if (i == args->argc) copy_to(mm, at, &zero, 4), at += 4, mm->args_end = string;
    copy_to(mm, at, &string, 4), at += 4;
    string += strlen(args->text + (string - strings)) + 1;
  }
  if (args->envc == 0) copy_to(mm, at, &zero, 4), at += 4, mm->args_end = string;
  copy_to(mm, at, &zero, 4), at += 4;
  copy_to(mm, at, words, n * 4);
  struct regs *r = &current->regs;
  u32 cs = host_has.regs.cs, ds = host_has.regs.ds;
  *r = (struct regs){.ds = ds, .es = ds, .ss = ds, .cs = cs, .eflags = 0x202, .esp = sp, .orig_eax = -1};
  r->eip = interp ? interp->bias + interp->header.entry : p->bias + p->header.entry;
}

// From here on there is no way back: the process has its new space, and dies if that cannot be filled.
static int fill(struct proc *p, struct args *args, const char *path, struct program *program, struct program *interp) {
  struct mm *mm = p->mm;
  mm->mmap_top = guest_top - 0x8000000;
  copy_string(mm->exe, program->inode->path, sizeof mm->exe);
  int error = map_program(mm, program, interp ? PIE_BASE : 0);
  if (error) return error;
  mm->brk_start = mm->brk = PAGE_ALIGN(program->end);
  if (interp && (error = map_program(mm, interp, 0))) return error;
  if (vdso_page) {
    mm->vdso = mm_map(mm, 0, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, NULL, 0, "[vdso]");
    mm_install(mm, mm->vdso, vdso_page);
  }
  build_stack(mm, args, path, program, interp);
  return 0;
}

static void reset_fp(struct proc *p) {
  u32 size;
  char *fp = mode->fp(p, &size);
  if (!fp) return;
  memcpy(size == 512 ? fp : fp + 112, host_has.fpx_image, 512);
  if (size == 512) return;
  static const u32 legacy[7] = {0xffff037f, 0xffff0000, 0xffffffff};
  memset(fp, 0, 108);
  memcpy(fp, legacy, sizeof legacy);
}

static int load(const char *path, struct args *args) {
  struct proc *p = current;
  char head[256], interpreter[PATH];
  struct program *program = kmalloc(2 * sizeof *program), *interp = NULL;
  int error;
  copy_string(interpreter, path, PATH);
  for (int depth = 0; (error = open_program(interpreter, program, head)) == 1 && depth < 4; depth++) {
    inode_put(program->inode);
    memset(program, 0, sizeof *program);
    error = -ENOEXEC;
    if (memcmp(head, "#!", 2)) break;
    char script[PATH], *s = head + 2, *argument, *end = strchr(s, '\n');
    copy_string(script, interpreter, PATH);
    if (!end) break;
    while (end > s && (end[-1] == ' ' || end[-1] == '\t')) end--;
    *end = 0;
    while (*s == ' ' || *s == '\t') s++;
    for (argument = s; *argument && *argument != ' ' && *argument != '\t';) argument++;
    if (*argument) *argument++ = 0;
    while (*argument == ' ' || *argument == '\t') argument++;
    copy_string(interpreter, s, PATH);
    if ((error = script_args(args, s, argument, script))) break;
  }
  for (int i = 0; !error && i < program->header.phnum; i++) {
    struct phdr *ph = program->phdrs + i;
    if (ph->type != PT_INTERP || ph->filesz >= PATH) continue;
    char name[PATH] = "";
    host(NR_pread64, program->inode->host_fd, name, ph->filesz, ph->offset, 0);
    interp = program + 1;
    error = open_program(name, interp, head);
    if (error == 1) error = -ENOEXEC;
  }
  if (!error) {
    struct mm *old = p->mm;
    struct mm *new = mm_alloc(old);
    if (!new) panic("no address space for a program");
    p->mm = new;
    if (old && mode->copies_mappings) mode->unmap(new, 0, guest_top);
    mm_put(old);
    const char *name = path;
    for (const char *s = path; *s; s++)
      if (*s == '/') name = s + 1;
    copy_string(p->comm, name, sizeof p->comm);
    memset(p->tls, 0, sizeof p->tls);
    p->altstack = p->altstack_size = 0;
    for (int i = 1; i < 65; i++)
      if (p->actions[i].handler != 1) p->actions[i] = (struct sigaction){0};
    for (int i = 0; i < NFILE; i++) {
      if (!p->files[i] || !p->close_on_exec[i]) continue;
      file_put(p->files[i]);
      p->files[i] = NULL;
      p->close_on_exec[i] = 0;
    }
    reset_fp(p);
    if (fill(p, args, path, program, interp)) {
      print("%s: no room for it in an address space\n", path);
      force_signal(p, SIGKILL);
    }
    p->vfork_child = 0;
    wake(&p->vfork_child);
  }
  if (program->inode) inode_put(program->inode);
  if (interp && interp->inode) inode_put(interp->inode);
  kfree(program);
  return error;
}

long do_exec(const char *path, u32 argv, u32 envp) {
  struct args *args = kmalloc(ARGS_SIZE);
  int error = add_user_strings(args, argv, &args->argc);
  if (!error) error = add_user_strings(args, envp, &args->envc);
  if (!error) error = load(path, args);
  kfree(args);
  return error;
}

// Process 1, whose arguments come from the kernel's own command line.
void exec_init(char **argv, char **envp) {
  struct args *args = kmalloc(ARGS_SIZE);
  for (; argv[args->argc]; args->argc++) add_string(args, argv[args->argc]);
  for (; envp[args->envc]; args->envc++) add_string(args, envp[args->envc]);
  int error = load(argv[0], args);
  kfree(args);
  if (error) panic("cannot run %s as init: error %d", argv[0], -error);
}
