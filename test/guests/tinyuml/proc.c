// /proc: text that is made when a file is opened, and the links in it.
#include "host.h"

int is_proc(const char *guest) { return !strncmp(guest, "/proc", 5) && (guest[5] == 0 || guest[5] == '/'); }

struct text {
  char *at, *end;
};

static void add(struct text *t, const char *format, ...) {
  va_list args;
  va_start(args, format);
  t->at += format_args(t->at, t->end - t->at, format, args);
  va_end(args);
}

// The process that a path speaks of, and what is behind its number.
static struct proc *process_of(const char *guest, const char **rest) {
  const char *at = guest + 5;
  if (*at++ != '/') return NULL;
  if (!strncmp(at, "self", 4)) {
    *rest = at + 4;
    return current;
  }
  u32 pid = parse_number(&at);
  *rest = at;
  return pid && (*at == 0 || *at == '/') ? proc_find(pid) : NULL;
}

static void add_maps(struct text *t, struct proc *p) {
  for (struct area *a = p->mm ? p->mm->areas : NULL; a; a = a->next) {
    const char *name = a->inode ? a->inode->path : a->label ? a->label : "";
    u32 dev = a->inode ? a->inode->dev : 0;
    char *line = t->at;
    add(t, "%08x-%08x %c%c%c%c %08x %02x:%02x %llu ", a->start, a->end, a->prot & PROT_READ ? 'r' : '-',
        a->prot & PROT_WRITE ? 'w' : '-', a->prot & PROT_EXEC ? 'x' : '-', a->shared ? 's' : 'p', a->offset * PAGE,
        dev >> 8 & 0xfff, (dev & 0xff) | (dev >> 12 & 0xfff00), a->inode ? a->inode->ino : 0ull);
    while (*name && t->at - line < 49) add(t, " ");
    add(t, "%s\n", name);
  }
}

static char state_of(struct proc *p) { return "-RSTZ"[p->state]; }

static u32 size_of(struct proc *p) {
  u32 size = 0;
  for (struct area *a = p->mm ? p->mm->areas : NULL; a; a = a->next) size += a->end - a->start;
  return size;
}

static int add_process(struct text *t, struct proc *p, const char *name) {
  u32 ticks = (u32)p->ticks * options.tick / 10000;  // in hundredths of a second
  int parent = p->parent ? p->parent->pid : 0;
  if (!strcmp(name, "/maps")) {
    add_maps(t, p);
  } else if (!strcmp(name, "/comm")) {
    add(t, "%s\n", p->comm);
  } else if (!strcmp(name, "/cmdline")) {
    u32 n = p->mm ? MIN(p->mm->args_end - p->mm->args_start, (u32)(t->end - t->at)) : 0;
    if (n && !copy_from(p->mm, t->at, p->mm->args_start, n)) t->at += n;
  } else if (!strcmp(name, "/stat")) {
    u64 start = p->start;
    divide(&start, 10000000);
    add(t, "%d (%s) %c %d %d %d 0 -1 0 0 0 0 0 %u 0 0 0 20 0 1 0 %u %u 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n", p->pid,
        p->comm, state_of(p), parent, p->pgrp, p->session, ticks, (u32)start, size_of(p));
  } else if (!strcmp(name, "/status")) {
    add(t, "Name:\t%s\nState:\t%c\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nVmSize:\t%8u kB\n",
        p->comm, state_of(p), p->pid, p->pid, parent, size_of(p) / 1024);
  } else {
    return 0;
  }
  return 1;
}

static int add_system(struct text *t, const char *name) {
  u64 time = now();
  u32 hundredths = (divide(&time, 10000000), divide(&time, 100));
  if (!strcmp(name, "/uptime")) add(t, "%u.%02u 0.00\n", (u32)time, hundredths);
  else if (!strcmp(name, "/version")) add(t, "Linux version 6.1.0-tinyuml (%s)\n", mode->name);
  else if (!strcmp(name, "/meminfo"))
    add(t, "MemTotal:       %8u kB\nMemFree:        %8u kB\n", physmem_pages * 4, pages_free() * 4);
  else if (!strcmp(name, "/mounts")) add(t, "none / hostfs rw 0 0\nnone /proc proc rw 0 0\n");
  else if (!strcmp(name, "/mountinfo")) add(t, "1 0 0:1 / / rw - hostfs none rw\n2 1 0:3 / /proc rw - proc none rw\n");
  else if (!strcmp(name, "/cpuinfo"))
    add(t, "processor\t: 0\nvendor_id\t: User Mode Linux\nmodel name\t: UML\nmode\t\t: %s\n", mode->name);
  else return 0;
  return 1;
}

static const char *system_files[] = {"uptime", "version", "meminfo", "mounts", "cpuinfo"};
static const char *process_files[] = {"maps", "comm", "cmdline", "stat", "status"};

int proc_link(const char *guest, char *to) {
  const char *rest;
  if (!strcmp(guest, "/proc/self")) return format_to(to, PATH, "%d", current->pid);
  struct proc *p = process_of(guest, &rest);
  if (p && p->mm && !strcmp(rest, "/exe")) return copy_string(to, p->mm->exe, PATH);
  if (p && !strcmp(rest, "/cwd")) return copy_string(to, p->cwd, PATH);
  if (p && !strcmp(rest, "/root")) return copy_string(to, "/", PATH);
  return 0;
}

struct file *proc_descriptor(const char *guest) {
  const char *rest;
  struct proc *p = process_of(guest, &rest);
  if (!p || strncmp(rest, "/fd/", 4) || !rest[4]) return NULL;
  rest += 4;
  u32 fd = parse_number(&rest);
  return *rest == 0 && fd < NFILE ? p->files[fd] : NULL;
}

static int is_folder(const char *guest) {
  const char *rest;
  return guest[5] == 0 || (process_of(guest, &rest) && (*rest == 0 || !strcmp(rest, "/fd")));
}

static int make_text(struct text *t, const char *guest) {
  const char *rest;
  struct proc *p = process_of(guest, &rest);
  return p ? add_process(t, p, rest) || (!strncmp(rest, "/mount", 6) && add_system(t, rest)) : add_system(t, guest + 5);
}

enum { TEXT = 7 * PAGE };

int proc_stat(const char *guest, struct stat64 *st) {
  char link[PATH];
  struct file *open = proc_descriptor(guest);
  if (open) return stat_file(open, st);
  memset(st, 0, sizeof *st);
  int folder = is_folder(guest), is_link = proc_link(guest, link);
  if (!folder && !is_link) {
    char *buffer = kmalloc(TEXT);
    struct text t = {buffer, buffer + TEXT - 1};
    int known = make_text(&t, guest);
    kfree(buffer);
    if (!known) return -ENOENT;
  }
  st->mode = is_link ? 0120777 : folder ? 0040555 : 0100444;
  st->nlink = 1;
  st->dev = 3;
  st->blksize = 1024;
  for (const char *s = guest; *s; s++) st->ino = st->ino32 = st->ino32 * 31 + *s;
  return 0;
}

static long text_read(struct file *f, char *to, u32 n, int may_wait) {
  (void)may_wait;
  u32 part = MIN(n, f->size - f->position);
  memcpy(to, (char *)f->data + f->position, part);
  f->position += part;
  return part;
}
static void text_close(struct file *f) { kfree(f->data); }
static const struct file_ops text_ops = {.read = text_read, .close = text_close};
static const struct file_ops folder_ops = {0};

struct file *proc_open(const char *guest, int flags, int *error) {
  struct file *open = proc_descriptor(guest);
  if (open) return open->references++, open;
  if (is_folder(guest)) return file_new(&folder_ops, flags, guest);
  char *buffer = kmalloc(TEXT);
  struct text t = {buffer, buffer + TEXT - 1};
  if (!make_text(&t, guest)) {
    kfree(buffer);
    return *error = -ENOENT, NULL;
  }
  struct file *f = file_new(&text_ops, flags, guest);
  f->data = buffer;
  f->size = t.at - buffer;
  return f;
}

// One name at a time; f->position counts them.
static int name_at(struct file *f, u32 index, char *name, int *type) {
  int in_root = f->path[5] == 0;
  const char *rest;
  struct proc *p = process_of(f->path, &rest);
  u32 count = in_root ? ARRAY(system_files) : ARRAY(process_files);
  *type = 8;
  if (index < 2) return *type = 4, copy_string(name, index ? ".." : ".", 16);
  index -= 2;
  for (u32 fd = 0; p && *rest; fd++) {            // /proc/PID/fd
    if (fd == NFILE) return 0;
    if (p->files[fd] && index-- == 0) return format_to(name, 16, "%u", fd);
  }
  if (index < count) return copy_string(name, in_root ? system_files[index] : process_files[index], 16);
  if (!in_root) return 0;
  index -= count;
  *type = 4;
  for (int i = 0; i < NPROC; i++)
    if (procs[i] && index-- == 0) return format_to(name, 16, "%d", procs[i]->pid);
  return 0;
}

struct dirent64 {
  u64 ino, off;
  u16 size;
  u8 type;
  char name[];
} __attribute__((packed));

long proc_list(struct file *f, char *to, u32 n) {
  u32 used = 0;
  char name[16];
  for (int length, type; (length = name_at(f, f->position, name, &type)); f->position++) {
    u32 size = (sizeof(struct dirent64) + length + 1 + 7) & ~7;
    if (used + size > n) return used ? (long)used : -EINVAL;
    struct dirent64 *d = (struct dirent64 *)(to + used);
    *d = (struct dirent64){f->position + 1, f->position + 1, size, type};
    copy_string(d->name, name, 16);
    used += size;
  }
  return used;
}
