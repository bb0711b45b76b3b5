// Physical memory: one unlinked file on tmpfs, mapped where the kernel sees all of it. Guest pages are pages of this
// file, so that any process of the host can be given any of them. Above the pages: kmalloc, and the cache of
// pages of host files.
#include "host.h"

enum { IMAGE_ROOM = 0x8000000 };

int physmem_fd;
char *physmem;
u32 physmem_pages, kernel_data, kernel_data_size;
static u16 *references;
static u32 next_free, free_pages;

// In tt mode all host processes share the kernel's variables: they become pages of the file as well.
static u32 share_kernel_data(void) {
  const u32 *header = (const u32 *)__ehdr_start;
  const u32 *segment = (const u32 *)(__ehdr_start + header[7]);
  for (; segment[0] != 1 || !(segment[6] & 2); segment += 8) {}
  u32 start = kernel_data = segment[2] & ~(PAGE - 1);
  u32 size = kernel_data_size = PAGE_ALIGN(segment[2] + segment[5]) - start;
  if (host(NR_pwrite64, physmem_fd, start, size, 0, 0) != (long)size) panic("cannot copy the kernel's data");
  host(NR_mmap2, start, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, physmem_fd, 0);
  return size / PAGE;
}

void physmem_boot(u32 bytes) {
  physmem_pages = bytes / PAGE;
  free_pages = physmem_pages;
  physmem = (char *)host(NR_mmap2, __ehdr_start + IMAGE_ROOM, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, physmem_fd, 0);
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
      next_free = page == physmem_pages ? 0 : page;
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
  if (--references[page] == 0) free_pages++;
}

// ---- kmalloc: powers of two from 32 to 2048, cut out of pages; above that, whole pages.

struct block {
  u32 class;                                      // or the number of pages, + 16
  struct block *next;                             // when free
};
static struct block *free_blocks[7];

void *kmalloc(u32 size) {
  size += 8;
  if (size > 2048) {
    u32 count = PAGE_ALIGN(size) / PAGE, page = pages_alloc(count);
    if (page == 0) panic("out of memory");
    struct block *block = (struct block *)page_address(page);
    block->class = count + 16;
    return (char *)block + 8;
  }
  u32 class = 0;
  while (32u << class < size) class++;
  if (!free_blocks[class]) {
    u32 page = page_alloc();
    if (page == 0) panic("out of memory");
    for (u32 at = 0; at < PAGE; at += 32 << class) {
      struct block *block = (struct block *)(page_address(page) + at);
      block->class = class;
      block->next = free_blocks[class];
      free_blocks[class] = block;
    }
  }
  struct block *block = free_blocks[class];
  free_blocks[class] = block->next;
  return memset((char *)block + 8, 0, (32 << class) - 8);
}

void kfree(void *memory) {
  if (!memory) return;
  struct block *block = (struct block *)((char *)memory - 8);
  if (block->class < 16) {
    block->next = free_blocks[block->class];
    free_blocks[block->class] = block;
    return;
  }
  u32 first = ((char *)block - physmem) / PAGE;
  for (u32 i = 0, count = block->class - 16; i < count; i++) page_put(first + i);
}

// ---- the page cache

struct cached {
  struct cached *next;
  u64 ino;
  u32 dev, index, page;
};
static struct cached *buckets[256];

u32 cached_page(struct inode *inode, u32 index, int *error) {
  struct cached **bucket = &buckets[((u32)inode->ino * 31 + index) % ARRAY(buckets)];
  for (struct cached *c = *bucket; c; c = c->next) {
    if (c->ino != inode->ino || c->dev != inode->dev || c->index != index) continue;
    page_get(c->page);
    return c->page;
  }
  u32 page = page_alloc();
  if (page == 0) return *error = ENOMEM, 0;
  u64 offset = (u64)index * PAGE;
  long n = host(NR_pread64, inode->host_fd, page_address(page), PAGE, (u32)offset, (u32)(offset >> 32));
  if (n <= 0) {
    page_put(page);
    return *error = n == 0 ? ENXIO : EIO, 0;
  }
  struct cached *c = kmalloc(sizeof *c);
  *c = (struct cached){*bucket, inode->ino, inode->dev, index, page};
  *bucket = c;
  page_get(page);
  return page;
}

// Without a file: all pages that no one maps.
void cache_forget(u32 dev, u64 ino) {
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
