// Physical memory: one unlinked file on tmpfs, mapped where the kernel sees all of it. Guest pages are pages of this
// file, so that any process of the host can be given any of them. Above the pages: kmalloc, and the cache of
// pages of host files.
#include "tinyuml.h"

enum { IMAGE_ROOM = 0x8000000 };

int physmem_fd;
char *physmem;
u32 physmem_pages, kernel_data, kernel_data_size;
static u16 *references;
static u32 next_free, free_pages;

// In tt mode all host processes share the kernel's variables: they become pages of the file as well.
static u32 share_kernel_data(void) {
  const Elf32_Phdr *segment = (const void *)(__ehdr_start + ((const Elf32_Ehdr *)__ehdr_start)->e_phoff);
  while (segment->p_type != PT_LOAD || !(segment->p_flags & PF_W)) segment++;
  u32 start = kernel_data = segment->p_vaddr & ~(PAGE - 1);
  u32 size = kernel_data_size = PAGE_ALIGN(segment->p_vaddr + segment->p_memsz) - start;
  if (host(pwrite64, physmem_fd, start, size, 0, 0) != (long)size) panic("cannot copy the kernel's data");
  host(mmap2, start, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, physmem_fd, 0);
  return size / PAGE;
}

void physmem_boot(u32 bytes) {
  physmem_pages = bytes / PAGE;
  free_pages = physmem_pages;
  physmem = (char *)host(mmap2, __ehdr_start + IMAGE_ROOM, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, physmem_fd, 0);
  if (IS_ERROR(physmem)) panic("cannot map %u bytes of physical memory", bytes);
  u32 used = share_kernel_data();
  references = (u16 *)page_address(used);
  used += PAGE_ALIGN(physmem_pages * sizeof *references) / PAGE;
  for (u32 page = 0; page < used; page++) references[page] = 1;
  next_free = used;
  free_pages -= used;
}

u32 pages_alloc(u32 count) {
  for (int round = 0; round < 2; round++) {
    for (u32 seen = 0, run = 0, page = next_free; seen < physmem_pages + count; seen++) {
      if (page == physmem_pages) page = 0, run = 0;
      run = references[page++] == 0 ? run + 1 : 0;
      if (run < count) continue;
      if (count == 1) next_free = page == physmem_pages ? 0 : page;
      free_pages -= count;
      for (u32 i = page - count; i < page; i++) references[i] = 1;
      memset(page_address(page - count), 0, count * PAGE);
      return page - count;
    }
    cache_forget(0, 0);
  }
  return 0;
}

u32 page_alloc(void) { return pages_alloc(1); }
u32 page_references(u32 page) { return references[page]; }
u32 pages_free(void) { return free_pages; }
void page_get(u32 page) { references[page]++; }
void page_put(u32 page) {
  if (references[page] == 0) panic("page %u freed twice", page);
  if (--references[page] > 0) return;
  free_pages++;
  next_free = MIN(next_free, page);               // what the host has given us already, before what it has not
}

// ---- kmalloc: powers of two from 32 on, cut out of pages. What was given back waits for the next of its size.

struct block {
  u32 class;
  struct block *next;                             // when free
};
static struct block *free_blocks[20];

static void block_put(struct block *block, u32 class) {
  *block = (struct block){class, free_blocks[class]};
  free_blocks[class] = block;
}

void *kmalloc(u32 size) {
  u32 class = 0;
  while (32u << class < size + 8) class++;
  if (!free_blocks[class]) {
    u32 bytes = MAX(32u << class, PAGE), page = pages_alloc(bytes / PAGE);
    if (page == 0) panic("out of memory");
    for (u32 at = 0; at < bytes; at += 32u << class) block_put((struct block *)(page_address(page) + at), class);
  }
  struct block *block = free_blocks[class];
  free_blocks[class] = block->next;
  return memset((char *)block + 8, 0, (32u << class) - 8);
}

void kfree(void *memory) {
  struct block *block = (struct block *)((char *)memory - 8);
  if (memory) block_put(block, block->class);
}

// ---- the page cache

struct cached { struct cached *next; u64 dev, ino; u32 index, page; };
static struct cached *buckets[1024];

static struct cached *find_cached(struct inode *inode, u32 index) {
  struct cached *c = buckets[((u32)inode->ino * 31 + index) % ARRAY(buckets)];
  while (c && (c->ino != inode->ino || c->dev != inode->dev || c->index != index)) c = c->next;
  return c;
}

// With what is around it, in adjacent pages where there are some.
static void read_in(struct inode *inode, u32 index) {
  u32 count = CLUSTER, first = index & ~(CLUSTER - 1), page = pages_alloc(count);
  if (page == 0) page = pages_alloc(count = 1), first = index;
  if (page == 0) return;
  u64 offset = (u64)first * PAGE;
  long n = host(pread64, inode->host_fd, page_address(page), count * PAGE, (u32)offset, (u32)(offset >> 32));
  for (u32 i = 0; i < count; i++, page++) {
    struct cached **bucket = &buckets[((u32)inode->ino * 31 + first + i) % ARRAY(buckets)];
    if ((long)(i * PAGE) >= n || find_cached(inode, first + i)) {
      page_put(page);
      continue;
    }
    struct cached *c = kmalloc(sizeof *c);
    *c = (struct cached){*bucket, inode->dev, inode->ino, first + i, page};
    *bucket = c;
  }
}

u32 cached_page(struct inode *inode, u32 index, int read) {
  struct cached *c = find_cached(inode, index);
  if (!c && read) read_in(inode, index), c = find_cached(inode, index);
  if (!c) return 0;
  page_get(c->page);
  return c->page;
}

// Without a file: all pages that no one maps.
void cache_forget(u64 dev, u64 ino) {
  for (u32 i = 0; i < ARRAY(buckets); i++) {
    for (struct cached **at = &buckets[i]; *at;) {
      struct cached *c = *at;
      if (ino ? c->ino != ino || c->dev != dev : page_references(c->page) > 1) {
        at = &c->next;
        continue;
      }
      *at = c->next;
      page_put(c->page);
      kfree(c);
    }
  }
}
