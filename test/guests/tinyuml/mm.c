// Address spaces of the guests: areas are the truth, page tables say which physical page is where, and whether the
// host has been told (PTE_HOST). Pages come by demand; fork shares them until one side writes.
#include "tinyuml.h"

enum { LOWEST = 0x10000, STACK_LIMIT = 8 << 20, PROT_ALL = PROT_READ | PROT_WRITE | PROT_EXEC };
// AHEAD, AROUND: pages that come with the one that faults.
enum { ACCESS_WRITE = 1, ACCESS_EXEC = 2, NOTHING_MISSING = -1, AHEAD = 16, AROUND = 4 * CLUSTER };
#define PTE_PAGE(pte) ((pte) >> 12)

u32 guest_top;

static u32 *pte_of(struct mm *mm, u32 addr, int make) {
  u32 **table = &mm->directory[addr >> 22];
  if (!*table) {
    if (!make) return NULL;
    u32 page = page_alloc();
    if (page == 0) panic("no memory for a page table");
    *table = (u32 *)page_address(page);
  }
  return *table + (addr >> 12 & 1023);
}

// The first entry from *at on, below end, that is not empty, and in *at its address; NULL = none.
static u32 *next_pte(struct mm *mm, u32 *at, u32 end) {
  while (*at < end) {
    u32 *pte = pte_of(mm, *at, 0);
    if (pte && *pte) return pte;
    u32 next = pte ? *at + PAGE : (*at | 0x3fffff) + 1;
    if (next < *at) break;
    *at = next;
  }
  return NULL;
}
#define for_each_pte(mm, pte, at, from, end) \
  for (u32 at = (from), *pte; (pte = next_pte(mm, &at, end)); at += PAGE)

// Only a process itself can change its mappings in tt mode; those of others wait for a fault.
static int host_reaches(struct mm *mm) { return mode != &mode_tt || mm == current->mm; }

static u32 host_prot(u32 prot, u32 pte) { return pte & PTE_WRITE ? prot : prot & ~PROT_WRITE; }

// ---- runs: adjacent pages that the host can be told about in one request

struct run {
  u32 call, start, end, page, prot;               // __NR_mmap2 or __NR_mprotect
};

static void run_end(struct mm *mm, struct run *r) {
  if (r->end > r->start) mode->change(mm, r->call, r->start, r->end - r->start, r->prot, r->page);
  r->start = r->end = 0;
}

static void run_add(struct mm *mm, struct run *r, u32 addr, u32 page, u32 prot) {
  int follows = addr == r->end && r->start != r->end && prot == r->prot;
  if (follows && r->call == __NR_mmap2) follows = page == r->page + (addr - r->start) / PAGE;
  if (!follows) {
    run_end(mm, r);
    r->start = addr, r->page = page, r->prot = prot;
  }
  r->end = addr + PAGE;
}

// ---- areas

struct area *find_area(struct mm *mm, u32 addr) {
  struct area *a = mm->areas;
  while (a && a->end <= addr) a = a->next;
  return a;                                       // the first that ends above addr
}

void inode_put(struct inode *inode) {
  if (!inode || --inode->references > 0) return;
  host(close, inode->host_fd);
  kfree(inode);
}

static void area_insert(struct mm *mm, struct area *area) {
  struct area **at = &mm->areas;
  while (*at && (*at)->start < area->start) at = &(*at)->next;
  area->next = *at;
  *at = area;
}

static void area_split(struct mm *mm, u32 addr) {
  struct area *a = find_area(mm, addr);
  if (!a || a->start >= addr) return;
  struct area *upper = kmalloc(sizeof *upper);
  *upper = *a;
  upper->start = a->end = addr;
  upper->offset += (addr - a->start) / PAGE;
  if (upper->inode) upper->inode->references++;
  a->next = upper;
}

static int mergeable(struct area *a, struct area *b) {
  if (a->end != b->start || a->prot != b->prot || a->shared != b->shared || a->label != b->label || a->grows || b->grows)
    return 0;
  if (!a->inode || !b->inode) return a->inode == b->inode && !a->shared;
  return a->inode->ino == b->inode->ino && a->inode->dev == b->inode->dev &&
         a->offset + (a->end - a->start) / PAGE == b->offset;
}

static void merge_areas(struct mm *mm) {
  for (struct area *a = mm->areas; a && a->next;) {
    struct area *b = a->next;
    if (!mergeable(a, b)) {
      a = b;
      continue;
    }
    a->end = b->end;
    a->next = b->next;
    inode_put(b->inode);
    kfree(b);
  }
}

// The highest gap below mmap_top, as Linux takes it.
static u32 find_gap(struct mm *mm, u32 len) {
  u32 found = 0, from = LOWEST;
  for (struct area *a = mm->areas;; a = a->next) {
    u32 to = a ? MIN(a->start, mm->mmap_top) : mm->mmap_top;
    if (to > from && to - from >= len) found = to - len;
    if (!a || a->start >= mm->mmap_top) return found;
    from = MAX(a->end, from);
  }
}

long mm_map(struct mm *mm, u32 addr, u32 len, u32 prot, u32 flags, struct inode *inode, u32 offset, const char *label) {
  len = PAGE_ALIGN(len);
  if (len == 0 || (addr & (PAGE - 1) && flags & MAP_FIXED)) return -EINVAL;
  if (len > guest_top || addr > guest_top - len) return flags & MAP_FIXED ? -ENOMEM : -EINVAL;
  if (flags & MAP_FIXED) {
    mm_unmap(mm, addr, len);
  } else {
    addr = PAGE_ALIGN(addr);
    struct area *next = find_area(mm, addr);
    if (addr < LOWEST || (next && next->start < addr + len)) addr = find_gap(mm, len);
    if (addr == 0) return -ENOMEM;
  }
  struct area *area = kmalloc(sizeof *area);
  *area = (struct area){NULL, addr, addr + len, prot & PROT_ALL, flags & MAP_SHARED, offset, inode, label, !!(flags & MAP_GROWSDOWN)};
  if (inode) inode->references++;
  area_insert(mm, area);
  // Shared anonymous memory is there from the start, so that fork can share it without an object behind it.
  if (area->shared && !inode) {
    for (u32 at = addr; at < addr + len; at += PAGE) {
      u32 page = page_alloc();
      if (page == 0) return mm_unmap(mm, addr, len), -ENOMEM;
      *pte_of(mm, at, 1) = page << 12 | PTE_PRESENT | (prot & PROT_WRITE) | (prot ? 0 : PTE_NONE);
    }
  }
  merge_areas(mm);
  return addr;
}

// Forgets an area and its pages. Has the host been told of any?
static int area_free(struct mm *mm, struct area *a) {
  int known = 0;
  for_each_pte(mm, pte, at, a->start, a->end) {
    known |= *pte & PTE_HOST;
    if (*pte & PTE_PRESENT) page_put(PTE_PAGE(*pte));
    *pte = 0;
  }
  inode_put(a->inode);
  kfree(a);
  return known;
}

long mm_unmap(struct mm *mm, u32 addr, u32 len) {
  len = PAGE_ALIGN(len);
  if (addr & (PAGE - 1) || len == 0 || len > guest_top || addr > guest_top - len) return -EINVAL;
  area_split(mm, addr);
  area_split(mm, addr + len);
  for (struct area **at = &mm->areas, *a; (a = *at);) {
    u32 start = a->start, end = a->end;
    if (start < addr || end > addr + len) {
      at = &a->next;
      continue;
    }
    *at = a->next;
    if (area_free(mm, a)) mode->change(mm, __NR_munmap, start, end - start, 0, 0);
  }
  return 0;
}

long mm_protect(struct mm *mm, u32 addr, u32 len, u32 prot) {
  len = PAGE_ALIGN(len);
  if (addr & (PAGE - 1) || addr > guest_top || len > guest_top - addr) return -EINVAL;
  if (len == 0) return 0;
  area_split(mm, addr);
  area_split(mm, addr + len);
  struct run run = {.call = __NR_mprotect};
  u32 covered = addr;
  for (struct area *a = find_area(mm, addr); a && a->start == covered && covered < addr + len; a = a->next) {
    covered = a->end;
    a->prot = prot & PROT_ALL;
    for_each_pte(mm, pte, at, a->start, a->end) {
      if (!(*pte & PTE_PRESENT)) continue;
      *pte = (*pte & ~(PTE_WRITE | PTE_NONE)) | (a->prot ? 0 : PTE_NONE);
      if (prot & PROT_WRITE && (a->shared || page_references(PTE_PAGE(*pte)) == 1)) *pte |= PTE_WRITE;
      if (*pte & PTE_HOST) run_add(mm, &run, at, 0, host_prot(a->prot, *pte));
    }
  }
  run_end(mm, &run);
  merge_areas(mm);
  return covered >= addr + len ? 0 : -ENOMEM;
}

long mm_brk(struct mm *mm, u32 brk) {
  if (brk < mm->brk_start || brk > guest_top) return mm->brk;
  u32 old = PAGE_ALIGN(mm->brk), new = PAGE_ALIGN(brk);
  struct area *next = find_area(mm, old);
  if ((new > old && next && next->start < new)) return mm->brk;
  if (new < old) mm_unmap(mm, new, old - new);
  if (new > old) mm_map(mm, old, new - old, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, NULL, 0, "[heap]");
  return mm->brk = brk;
}

long mm_remap(struct mm *mm, u32 old, u32 old_len, u32 new_len, u32 flags) {
  old_len = PAGE_ALIGN(old_len), new_len = PAGE_ALIGN(new_len);
  struct area *a = find_area(mm, old);
  if (old & (PAGE - 1) || new_len == 0 || flags & ~MREMAP_MAYMOVE) return -EINVAL;
  if (!a || a->start > old || a->end < old + old_len) return -EFAULT;
  if (new_len <= old_len) return new_len < old_len ? mm_unmap(mm, old + new_len, old_len - new_len), old : old;
  u32 extra = new_len - old_len, prot = a->prot, shared = a->shared;
  if (shared || a->inode) return -ENOMEM;
  struct area *next = find_area(mm, old + old_len);
  if (a->end == old + old_len && (!next || next->start >= old + new_len) && old + new_len <= guest_top)
    return IS_ERROR(mm_map(mm, old + old_len, extra, prot, MAP_PRIVATE | MAP_FIXED, NULL, 0, a->label)) ? -ENOMEM : (long)old;
  if (!(flags & MREMAP_MAYMOVE)) return -ENOMEM;
  long new = mm_map(mm, 0, new_len, prot, MAP_PRIVATE, NULL, 0, NULL);
  if (IS_ERROR(new)) return new;
  struct run maps = {.call = __NR_mmap2};
  for_each_pte(mm, from, at, old, old + old_len) {  // the pages move
    if (!(*from & PTE_PRESENT)) continue;
    u32 to = at - old + new;
    run_add(mm, &maps, to, PTE_PAGE(*from), host_prot(prot, *from));
    *pte_of(mm, to, 1) = *from | PTE_HOST;
    *from &= PTE_HOST;
  }
  run_end(mm, &maps);
  mm_unmap(mm, old, old_len);
  return new;
}

// ---- faults

static int grow_stack(struct area *a, u32 addr) {
  if (!a || !a->grows || addr < a->end - STACK_LIMIT) return 0;
  a->start = addr & ~(PAGE - 1);
  return 1;
}

// As on Linux, what the page cache has around a page of a file comes with it.
static void fault_around(struct mm *mm, struct area *a, u32 addr) {
  struct run run = {.call = __NR_mmap2};
  u32 rest = AROUND * PAGE - 1, start = MAX(a->start, addr & ~rest), end = MIN(a->end, (addr | rest) + 1);
  for (u32 at = start, page; at < end; at += PAGE) {
    u32 *pte = pte_of(mm, at, 1);
    if (*pte || !(page = cached_page(a->inode, a->offset + (at - a->start) / PAGE, 0))) continue;
    *pte = page << 12 | PTE_PRESENT | PTE_HOST;
    run_add(mm, &run, at, page, host_prot(a->prot, *pte));
  }
  run_end(mm, &run);
}

// Who comes upwards from a page that is there will go on: it gets more of them at once, as a large folio on Linux.
// Answers whether it has.
static int fill_ahead(struct mm *mm, struct area *a, u32 start) {
  u32 count = 0, page;
  if (start == a->start || !*pte_of(mm, start - PAGE, 1)) return 0;
  while (count < AHEAD && start + count * PAGE < a->end && !*pte_of(mm, start + count * PAGE, 1)) count++;
  if ((page = pages_alloc(count)) == 0) return 0;
  mode->change(mm, __NR_mmap2, start, count * PAGE, a->prot, page);
  for (; count-- > 0; start += PAGE) *pte_of(mm, start, 0) = page++ << 12 | PTE_PRESENT | PTE_WRITE | PTE_HOST;
  return 1;
}

// 0, the signal that it is, or NOTHING_MISSING.
static int mm_fault(struct mm *mm, u32 addr, int access) {
  struct area *a = find_area(mm, addr);
  if (addr >= guest_top || !a) return SIGSEGV;
  if (a->start > addr && !grow_stack(a, addr)) return SIGSEGV;
  int write = access & ACCESS_WRITE;
  if (a->prot == 0 || (write && !(a->prot & PROT_WRITE))) return SIGSEGV;
  if (access & ACCESS_EXEC && !(a->prot & PROT_EXEC)) return SIGSEGV;
  u32 *pte = pte_of(mm, addr, 1), before = *pte;
  if (!(*pte & PTE_PRESENT)) {
    u32 page;
    if (a->inode) {
      page = cached_page(a->inode, a->offset + (addr - a->start) / PAGE, 1);
      if (page == 0) return SIGBUS;
      if (!write && !before && host_reaches(mm)) return page_put(page), fault_around(mm, a, addr), 0;
      *pte = page << 12 | PTE_PRESENT | (before & PTE_HOST);
    } else {
      if (write && !before && host_reaches(mm) && fill_ahead(mm, a, addr & ~(PAGE - 1))) return 0;
      if ((page = page_alloc()) == 0) return SIGBUS;
      *pte = page << 12 | PTE_PRESENT | (a->prot & PROT_WRITE);
    }
  }
  if (write && !(*pte & PTE_WRITE)) {
    u32 old = PTE_PAGE(*pte);
    if (a->shared || page_references(old) == 1) {
      *pte |= PTE_WRITE;
    } else {
      u32 page = page_alloc();
      if (page == 0) return SIGBUS;
      memcpy(page_address(page), page_address(old), PAGE);
      page_put(old);
      *pte = page << 12 | PTE_PRESENT | PTE_WRITE;
    }
  }
  if (!host_reaches(mm)) return 0;
  u32 start = addr & ~(PAGE - 1), prot = host_prot(a->prot, *pte);
  if (*pte & PTE_HOST && *pte == before) return NOTHING_MISSING;
  if (*pte & PTE_HOST) mode->change(mm, __NR_mprotect, start, PAGE, prot, 0);
  else mode->change(mm, __NR_mmap2, start, PAGE, prot, PTE_PAGE(*pte));
  *pte |= PTE_HOST;
  return 0;
}

char *user_page(struct mm *mm, u32 addr, int write) {
  u32 *pte = addr < guest_top ? pte_of(mm, addr, 0) : NULL, needed = PTE_PRESENT | (write ? PTE_WRITE : 0);
  if (!pte || (*pte & (needed | PTE_NONE)) != needed) {
    if (mm_fault(mm, addr, write ? ACCESS_WRITE : 0) > 0) return NULL;
    pte = pte_of(mm, addr, 0);
  }
  return page_address(PTE_PAGE(*pte)) + (addr & (PAGE - 1));
}

char *user_part(struct mm *mm, u32 addr, u32 *n, int write) {
  char *at = user_page(mm, addr, write);
  u32 part = PAGE - (addr & (PAGE - 1)), needed = PTE_PRESENT | (write ? PTE_WRITE : 0);
  for (u32 *pte; part < *n && addr + part < guest_top && (pte = pte_of(mm, addr + part, 0)); part += PAGE)
    if ((*pte & (needed | PTE_NONE)) != needed || page_address(PTE_PAGE(*pte)) != at + part) break;
  *n = MIN(*n, part);
  return at;
}

// Between the kernel's memory and the guest's.
static int copy(struct mm *mm, char *own, u32 user, u32 n, int write) {
  for (u32 part; n > 0; own += part, user += part, n -= part) {
    char *at = user_part(mm, user, (part = n, &part), write);
    if (!at) return -EFAULT;
    if (write) memcpy(at, own, part);
    else memcpy(own, at, part);
  }
  return 0;
}

int copy_from(struct mm *mm, void *to, u32 from, u32 n) { return copy(mm, to, from, n, 0); }
int copy_to(struct mm *mm, u32 to, const void *from, u32 n) { return copy(mm, (char *)from, to, n, 1); }

// A string of the guest's; its length.
int copy_path(struct mm *mm, char *to, u32 from, u32 size) {
  for (u32 i = 0; i < size;) {
    const char *at = user_page(mm, from + i, 0);
    if (!at) return -EFAULT;
    for (u32 left = MIN(size - i, PAGE - (from + i) % PAGE); left > 0; left--, i++)
      if ((to[i] = *at++) == 0) return i;
  }
  return -ENAMETOOLONG;
}

// Puts a page of the kernel's own into an area.
void mm_install(struct mm *mm, u32 addr, u32 page) {
  page_get(page);
  *pte_of(mm, addr, 1) = page << 12 | PTE_PRESENT;
}

// ---- whole spaces

struct mm *mm_alloc(struct mm *from) {
  struct mm *mm = kmalloc(sizeof *mm);
  mm->references = 1;
  mm->host_fd = mm->host_pid = -1;
  return mode->mm_new(mm, from) < 0 ? kfree(mm), NULL : mm;
}

struct mm *mm_fork(struct mm *parent) {
  // What may be written is shared now: the host must no longer let the parent write it.
  struct run run = {.call = __NR_mprotect}, maps = {.call = __NR_mmap2};
  for (struct area *a = parent->areas; a; a = a->next) {
    if (a->shared) continue;
    for_each_pte(parent, pte, at, a->start, a->end) {
      if (!(*pte & PTE_WRITE)) continue;
      *pte &= ~PTE_WRITE;
      if (*pte & PTE_HOST && a->prot) run_add(parent, &run, at, 0, host_prot(a->prot, *pte));
    }
  }
  run_end(parent, &run);
  struct mm *mm = mm_alloc(parent);
  if (!mm) return NULL;
  mm->brk_start = parent->brk_start, mm->brk = parent->brk, mm->mmap_top = parent->mmap_top, mm->vdso = parent->vdso;
  mm->args_start = parent->args_start, mm->args_end = parent->args_end;
  memcpy(mm->exe, parent->exe, sizeof mm->exe);
  struct area **tail = &mm->areas;
  for (struct area *a = parent->areas; a; a = a->next) {
    struct area *copy = *tail = kmalloc(sizeof *copy);
    *copy = *a;
    copy->next = NULL;
    tail = &copy->next;
    if (a->inode) a->inode->references++;
    for_each_pte(parent, from, at, a->start, a->end) {
      if (!(*from & PTE_PRESENT)) continue;
      u32 *pte = pte_of(mm, at, 1);
      *pte = *from;
      page_get(PTE_PAGE(*pte));
      if (mode->copies_mappings || a->prot == 0) continue;
      run_add(mm, &maps, at, PTE_PAGE(*pte), host_prot(a->prot, *pte));
      *pte |= PTE_HOST;
    }
  }
  run_end(mm, &maps);
  return mm;
}

void mm_put(struct mm *mm) {
  if (!mm || --mm->references > 0) return;
  for (struct area *a; (a = mm->areas); area_free(mm, a)) mm->areas = a->next;
  for (u32 i = 0; i < ARRAY(mm->directory); i++)
    if (mm->directory[i]) page_put(((char *)mm->directory[i] - physmem) / PAGE);
  mode->mm_free(mm);
  kfree(mm);
}

void page_fault(void) {
  struct proc *p = current;
  int signal = SIGSEGV, access = (p->fault_error & 2 ? ACCESS_WRITE : 0) | (p->fault_error & 16 ? ACCESS_EXEC : 0);
  // skas3 does not say which exception it was. If all was there already, it was another one, or it comes again.
  if (p->fault_trap == 14 || p->fault_trap == 0) {
    signal = mm_fault(p->mm, p->fault_address, access);
    p->fault_trap = 14;
    if (signal < 0 && p->spurious == p->regs.eip) signal = SIGSEGV, p->fault_trap = 13, p->fault_error = 0;
    else p->spurious = signal < 0 ? p->regs.eip : 0;
  }
  if (signal > 0) force_signal(p, signal);
}
