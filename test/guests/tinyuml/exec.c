// execve: ELF programs for i386, their interpreters, and scripts; the first stack of a program as elf(5) and the
// kernel lay it out.
#include "tinyuml.h"

enum { ARGS_SIZE = 31 * PAGE, STACK_HEAD_ROOM = 0x20000, PIE_BASE = 0x56555000 };

struct args {                                     // strings one behind another: argv, then envp
  int argc, envc;
  u32 used;
  char text[];
};

enum { MAX_PHDRS = 32 };
struct program {
  struct inode *inode;
  Elf32_Ehdr header;
  Elf32_Phdr phdrs[MAX_PHDRS];
  u32 bias, end;
};

// ---- the vdso

u32 vdso_page;
static u32 vdso_entry;

void vdso_boot(void) {
  u32 image = host_auxv(AT_SYSINFO_EHDR), entry = host_auxv(AT_SYSINFO);
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

// The next word of a line, which is cut off behind it.
static char *cut_word(char **line) {
  char *word = *line;
  while (*word == ' ' || *word == '\t') word++;
  for (*line = word; **line && **line != ' ' && **line != '\t';) ++*line;
  if (**line) *(*line)++ = 0;
  return word;
}

static int open_program(const char *path, struct program *program, char *head) {
  char guest[PATH], name[PATH];
  struct stat64 st;
  int error = resolve(current->cwd, path, 1, guest);
  if (!error) error = host_path(name, guest);
  if (error) return error;
  if ((error = host(stat64, name, &st)) < 0) return error;
  if (!S_ISREG(st.st_mode) || !(st.st_mode & 0111)) return -EACCES;
  int fd = host(open, name, O_CLOEXEC | O_LARGEFILE);
  if (fd < 0) return fd;
  program->inode = inode_new(fd, guest);
  memset(head, 0, 256);
  int n = host(pread64, fd, head, 255, 0, 0);
  memcpy(&program->header, head, sizeof program->header);
  if (n < (int)sizeof program->header || memcmp(head, "\177ELF\1\1", 6)) return 1;
  Elf32_Ehdr *h = &program->header;
  if (h->e_machine != EM_386 || (h->e_type != ET_EXEC && h->e_type != ET_DYN) || h->e_phnum > MAX_PHDRS) return -ENOEXEC;
  u32 size = h->e_phnum * sizeof(Elf32_Phdr);
  return host(pread64, fd, program->phdrs, size, h->e_phoff, 0) == (long)size ? 0 : -ENOEXEC;
}

static int map_program(struct mm *mm, struct program *p, u32 base) {
  u32 low = ~0u, high = 0;
  Elf32_Phdr *ph;
  for (ph = p->phdrs; ph < p->phdrs + p->header.e_phnum; ph++) {
    if (ph->p_type != PT_LOAD) continue;
    low = MIN(low, ph->p_vaddr & ~(PAGE - 1));
    high = MAX(high, PAGE_ALIGN(ph->p_vaddr + ph->p_memsz));
  }
  if (low >= high) return -ENOEXEC;
  if (p->header.e_type == ET_DYN) {                 // a place for all of it
    long at = mm_map(mm, base, high - low, 0, MAP_PRIVATE, NULL, 0, NULL);
    if (IS_ERROR(at)) return at;
    mm_unmap(mm, at, high - low);
    p->bias = at - low;
  }
  for (ph = p->phdrs; ph < p->phdrs + p->header.e_phnum; ph++) {
    if (ph->p_type != PT_LOAD) continue;
    u32 start = p->bias + ph->p_vaddr, from = start & ~(PAGE - 1), file_end = start + ph->p_filesz, end = start + ph->p_memsz;
    u32 prot = (ph->p_flags & PF_R ? PROT_READ : 0) | (ph->p_flags & PF_W ? PROT_WRITE : 0) | (ph->p_flags & PF_X ? PROT_EXEC : 0);
    u32 flags = MAP_PRIVATE | MAP_FIXED;
    if (ph->p_filesz) {
      long at = mm_map(mm, from, file_end - from, prot, flags, p->inode, (ph->p_offset - (start - from)) / PAGE, NULL);
      if (IS_ERROR(at)) return at;
    } else {
      file_end = from;
    }
    if (end > PAGE_ALIGN(file_end)) {
      long at = mm_map(mm, PAGE_ALIGN(file_end), end - PAGE_ALIGN(file_end), prot, flags, NULL, 0, NULL);
      if (IS_ERROR(at)) return at;
    }
    static const char zeros[PAGE];
    if (ph->p_memsz > ph->p_filesz && file_end & (PAGE - 1) && prot & PROT_WRITE &&
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

// From the top: path, strings of argv and envp, platform, random bytes; below them argc, argv, envp and auxv.
static void build_stack(struct mm *mm, struct args *args, const char *path, struct program *p, struct program *interp) {
  u32 sp = guest_top - 4, size = strlen(path) + 1;
  u32 low = ((sp - size - args->used) & ~(PAGE - 1)) - STACK_HEAD_ROOM;
  mm_map(mm, low, guest_top - low, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_GROWSDOWN, NULL, 0, "[stack]");
  u32 execfn = push(mm, &sp, path, size), string = push(mm, &sp, args->text, args->used);
  sp &= ~15;
  u32 platform = push(mm, &sp, "i686", 5);
  char bytes[16];
  host(getrandom, bytes, 16, 0);
  u32 random = push(mm, &sp, bytes, 16);
  Elf32_Phdr *first = p->phdrs;
  while (first->p_type != PT_LOAD) first++;
  u32 headers = p->bias + first->p_vaddr - first->p_offset + p->header.e_phoff, entry = p->bias + p->header.e_entry;
  u32 auxv[][2] = {
      {AT_SYSINFO, mm->vdso + vdso_entry}, {AT_SYSINFO_EHDR, mm->vdso},  // left out without a vdso
      {AT_HWCAP, host_auxv(AT_HWCAP)}, {AT_PAGESZ, PAGE}, {AT_CLKTCK, 100}, {AT_PHDR, headers},
      {AT_PHENT, sizeof(Elf32_Phdr)}, {AT_PHNUM, p->header.e_phnum}, {AT_BASE, interp ? interp->bias : 0}, {AT_FLAGS, 0},
      {AT_ENTRY, entry}, {AT_UID, 0}, {AT_EUID, 0}, {AT_GID, 0}, {AT_EGID, 0}, {AT_SECURE, 0}, {AT_RANDOM, random},
      {AT_HWCAP2, host_auxv(AT_HWCAP2)}, {AT_EXECFN, execfn}, {AT_PLATFORM, platform},
      {AT_MINSIGSTKSZ, MAX(host_auxv(AT_MINSIGSTKSZ), 2048u)}, {AT_NULL, 0}};
  u32 skipped = mm->vdso ? 0 : 2, aux_size = sizeof auxv - skipped * 8, zero = 0;
  u32 at = sp = (sp - aux_size - (args->argc + args->envc + 3) * 4) & ~15;
  copy_to(mm, at, &args->argc, 4), at += 4;
  mm->args_start = string;
  const char *text = args->text;
  for (int i = 0; i <= args->argc + args->envc; i++) {
    if (i == args->argc) copy_to(mm, at, &zero, 4), at += 4, mm->args_end = string;
    if (i == args->argc + args->envc) break;
    copy_to(mm, at, &string, 4), at += 4;
    string += strlen(text) + 1, text += strlen(text) + 1;
  }
  copy_to(mm, at, &zero, 4), at += 4;
  copy_to(mm, at, auxv + skipped, aux_size);
  u32 cs = host_has.regs.cs, ds = host_has.regs.ds;
  current->regs = (struct regs){.ds = ds, .es = ds, .ss = ds, .cs = cs, .eflags = 0x202, .esp = sp, .orig_eax = -1,
                                .eip = interp ? interp->bias + interp->header.e_entry : entry};
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
    char script[PATH], *line = head + 2, *end = strchr(line, '\n');
    copy_string(script, interpreter, PATH);
    if (!end) break;
    while (end > line && (end[-1] == ' ' || end[-1] == '\t')) end--;
    *end = 0;
    copy_string(interpreter, cut_word(&line), PATH);
    while (*line == ' ' || *line == '\t') line++;
    if ((error = script_args(args, interpreter, line, script))) break;
  }
  for (int i = 0; !error && i < program->header.e_phnum; i++) {
    Elf32_Phdr *ph = program->phdrs + i;
    if (ph->p_type != PT_INTERP || ph->p_filesz >= PATH) continue;
    char name[PATH] = "";
    host(pread64, program->inode->host_fd, name, ph->p_filesz, ph->p_offset, 0);
    interp = program + 1;
    error = open_program(name, interp, head);
    if (error == 1) error = -ENOEXEC;
  }
  if (!error) {
    struct mm *old = p->mm;
    if (old && mode->exec) mode->exec(p);
    struct mm *new = mm_alloc(old);
    if (!new) panic("no address space for a program");
    p->mm = new;
    if (old && mode->copies_mappings) mode->change(new, __NR_munmap, 0, guest_top, 0, 0);
    mm_put(old);
    const char *name = path;
    for (const char *slash; (slash = strchr(name, '/'));) name = slash + 1;
    copy_string(p->comm, name, sizeof p->comm);
    memset(p->tls, 0, sizeof p->tls);
    p->altstack = p->altstack_size = 0;
    for (int i = 1; i < 65; i++)
      if (p->actions[i].handler != SIG_IGN) p->actions[i] = (struct action){0};
    for (int fd = 0; fd < NFILE; fd++)
      if (p->close_on_exec[fd]) fd_close(p, fd);
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
