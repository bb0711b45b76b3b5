// Contents of many pages, told apart: each word of a page depends on its place and on a salt.
#ifndef RUN_H
#define RUN_H
#include "report.h"

static inline void fill(void *at, size_t bytes, uint32_t salt) {
  uint32_t *words = at;
  for (size_t i = 0; i < bytes / 4; i += 64) words[i] = (uint32_t)i * 2654435761u ^ salt;
}

/** Counts the pages of [at, at + bytes) that are not as fill left them. */
static inline long differing(void *at, size_t bytes, uint32_t salt) {
  uint32_t *words = at;
  long pages = 0;
  for (size_t i = 0; i < bytes / 4; i += 1024) {
    int same = 1;
    for (size_t k = i; k < i + 1024 && k < bytes / 4; k += 64) same &= words[k] == ((uint32_t)k * 2654435761u ^ salt);
    pages += !same;
  }
  return pages;
}

/** Counts the pages that hold anything but zeros. */
static inline long used(void *at, size_t bytes) {
  uint32_t *words = at;
  long pages = 0;
  for (size_t i = 0; i < bytes / 4; i += 1024) {
    uint32_t any = 0;
    for (int k = 0; k < 1024; k++) any |= words[i + k];
    pages += any != 0;
  }
  return pages;
}

static inline void *anonymous(size_t bytes) {
  return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
#endif
