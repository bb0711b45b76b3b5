// /proc: text that is made when a file is opened, and the links in it.
#include "tinyuml.h"

int is_proc(const char *guest) { return !strncmp(guest, "/proc", 5) && (guest[5] == 0 || guest[5] == '/'); }

struct text { char *at, *end; };

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

static u32 size_of(struct proc *p) {
  u32 size = 0;
  for (struct area *a = p->mm ? p->mm->areas : NULL; a; a = a->next) size += a->end - a->start;
  return size;
}

static void add_comm(struct text *t, struct proc *p) { add(t, "%s\n", p->comm); }
static void add_cmdline(struct text *t, struct proc *p) {
  u32 n = p->mm ? MIN(p->mm->args_end - p->mm->args_start, (u32)(t->end - t->at)) : 0;
  if (n && !copy_from(p->mm, t->at, p->mm->args_start, n)) t->at += n;
}
static void add_stat(struct text *t, struct proc *p) {
  u32 hundredths = p->ticks * options.tick / 10000;
  add(t, "%d (%s) %c %d %d %d 0 -1 0 0 0 0 0 %u 0 0 0 20 0 1 0 %u %u 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n", p->pid,
      p->comm, "-RSTZ"[p->state], p->parent ? p->parent->pid : 0, p->pgrp, p->session, hundredths,
      (u32)(p->start / 10000000), size_of(p));
}
static void add_meminfo(struct text *t, struct proc *p) {
  add(t, "MemTotal:       %8u kB\nMemFree:        %8u kB\n", physmem_pages * 4, pages_free() * 4);
}
static void add_mounts(struct text *t, struct proc *p) { add(t, "none / hostfs rw 0 0\nnone /proc proc rw 0 0\n"); }
static void add_mountinfo(struct text *t, struct proc *p) {
  add(t, "1 0 0:1 / / rw - hostfs none rw\n2 1 0:3 / /proc rw - proc none rw\n");
}
// A file's text, given the process in whose folder it is, or NULL in /proc itself.
struct entry { const char *name; void (*add)(struct text *t, struct proc *p); };
static const struct entry system_files[] = {{"meminfo", add_meminfo}, {"mounts", add_mounts}, {NULL, NULL}};
static const struct entry process_files[] = {{"maps", add_maps}, {"comm", add_comm}, {"cmdline", add_cmdline}, {"stat", add_stat},
                                             {"mounts", add_mounts}, {"mountinfo", add_mountinfo}, {NULL, NULL}};

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

// The file of that name; NULL = none. In p the process in whose folder it is.
static const struct entry *find_entry(const char *guest, struct proc **p) {
  const char *name;
  const struct entry *entry = (*p = process_of(guest, &name)) ? process_files : system_files;
  if (!*p) name = guest + 5;
  while (entry->name && (*name != '/' || strcmp(name + 1, entry->name))) entry++;
  return entry->name ? entry : NULL;
}

int proc_stat(const char *guest, struct stat64 *st) {
  char link[PATH];
  struct proc *p;
  struct file *open = proc_descriptor(guest);
  if (open) return stat_file(open, st);
  memset(st, 0, sizeof *st);
  int folder = is_folder(guest), is_link = proc_link(guest, link);
  if (!folder && !is_link && !find_entry(guest, &p)) return -ENOENT;
  st->st_mode = is_link ? S_IFLNK | 0777 : folder ? S_IFDIR | 0555 : S_IFREG | 0444;
  st->st_nlink = 1;
  st->st_dev = 3;
  st->st_blksize = 1024;
  for (const char *s = guest; *s; s++) st->st_ino = st->__st_ino = st->__st_ino * 31 + *s;
  return 0;
}

static long text_read(struct file *f, char *to, u32 n, int may_wait) {
  u32 part = MIN(n, f->size - f->position);
  memcpy(to, (char *)f->data + f->position, part);
  f->position += part;
  return part;
}
static void text_close(struct file *f) { kfree(f->data); }
static const struct file_ops text_ops = {.read = text_read, .close = text_close};
static const struct file_ops folder_ops = {0};

struct file *proc_open(const char *guest, int flags, int *error) {
  enum { TEXT = 7 * PAGE };
  struct proc *p;
  struct file *open = proc_descriptor(guest);
  if (open) return open->references++, open;
  if (is_folder(guest)) return file_new(&folder_ops, flags, guest);
  const struct entry *entry = find_entry(guest, &p);
  if (!entry) return *error = -ENOENT, NULL;
  struct file *f = file_new(&text_ops, flags, guest);
  f->data = kmalloc(TEXT);
  struct text t = {f->data, (char *)f->data + TEXT - 1};
  entry->add(&t, p);
  f->size = t.at - (char *)f->data;
  return f;
}

// One name at a time; f->position counts them.
static int name_at(struct file *f, u32 index, char *name, int *type) {
  const char *rest;
  struct proc *p = process_of(f->path, &rest);
  *type = 4;                                      // a folder
  if (index < 2) return copy_string(name, index ? ".." : ".", 16);
  index -= 2;
  if (p && *rest) {                               // /proc/PID/fd
    *type = 10;
    for (u32 fd = 0; fd < NFILE; fd++)
      if (p->files[fd] && index-- == 0) return format_to(name, 16, "%u", fd);
    return 0;
  }
  if (!p)
    for_each_proc(each)
      if (index-- == 0) return format_to(name, 16, "%d", each->pid);
  *type = 8;
  const struct entry *entry = p ? process_files : system_files;
  while (entry->name && index > 0) entry++, index--;
  return entry->name ? (int)copy_string(name, entry->name, 16) : 0;
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
