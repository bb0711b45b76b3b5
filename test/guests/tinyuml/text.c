// Printing and strings: the little of a C library that the kernel needs.
#include "tinyuml.h"

void *memcpy(void *to, const void *from, size_t n) {
  void *result = to;
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
  return result;
}

void *memset(void *to, int byte, size_t n) {
  void *result = to;
  asm volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(byte) : "memory");
  return result;
}

int memcmp(const void *a, const void *b, size_t n) {
  const u8 *x = a, *y = b;
  for (; n >= 4 && *(const u32 *)x == *(const u32 *)y; n -= 4) x += 4, y += 4;
  for (; n > 0; n--, x++, y++)
    if (*x != *y) return *x - *y;
  return 0;
}

size_t strlen(const char *s) {
  const char *end = s;
  for (; (u32)end & 3; end++)
    if (!*end) return end - s;
  for (u32 word; word = *(const u32 *)end, !((word - 0x01010101) & ~word & 0x80808080); end += 4) {}
  while (*end) end++;
  return end - s;
}

int strncmp(const char *a, const char *b, size_t n) {
  for (; n > 0; a++, b++, n--)
    if (*a != *b || *a == 0) return (u8)*a - (u8)*b;
  return 0;
}

int strcmp(const char *a, const char *b) { return strncmp(a, b, (size_t)-1); }

char *strchr(const char *s, int c) {
  for (; *s; s++)
    if (*s == c) return (char *)s;
  return c == 0 ? (char *)s : NULL;
}

// Always ends with a 0; the length of what was copied.
u32 copy_string(char *to, const char *from, u32 size) {
  u32 n = MIN(strlen(from), size - 1);
  memcpy(to, from, n);
  to[n] = 0;
  return n;
}

u32 parse_number(const char **text) {
  u32 value = 0;
  while (**text >= '0' && **text <= '9') value = value * 10 + *(*text)++ - '0';
  return value;
}

struct output { char *at, *end; };

static void put(struct output *o, char c) { if (o->at < o->end) *o->at++ = c; }

static void put_number(struct output *o, u64 value, u32 base, int width, char fill) {
  char digits[24];
  int n = 0;
  do digits[n++] = "0123456789abcdef"[value % base];
  while (value /= base);
  while (width-- > n) put(o, fill);
  while (n > 0) put(o, digits[--n]);
}

// %s %c %d %u %x, with ll, and widths of numbers with spaces or zeros.
int format_args(char *to, int size, const char *format, va_list args) {
  struct output o = {to, to + size - 1};
  for (; *format; format++) {
    if (*format != '%') {
      put(&o, *format);
      continue;
    }
    format++;
    char fill = *format == '0' ? '0' : ' ';
    int width = parse_number(&format), wide = 0;
    while (*format == 'l') wide++, format++;
    if (*format == 's') {
      const char *s = va_arg(args, const char *);
      while (*s) put(&o, *s++);
    } else if (*format == 'c') {
      put(&o, va_arg(args, int));
    } else if (*format == 'x' || *format == 'u') {
      u64 value = wide > 1 ? va_arg(args, u64) : va_arg(args, u32);
      put_number(&o, value, *format == 'x' ? 16 : 10, width, fill);
    } else if (*format == 'd') {
      s64 value = wide > 1 ? va_arg(args, s64) : va_arg(args, int);
      if (value < 0) put(&o, '-'), value = -value;
      put_number(&o, value, 10, width, fill);
    } else {
      put(&o, *format);
    }
  }
  *o.at = 0;
  return o.at - to;
}

int format_to(char *to, int size, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int n = format_args(to, size, format, args);
  va_end(args);
  return n;
}

void print(const char *format, ...) {
  if (options.quiet) return;
  char line[512];
  va_list args;
  va_start(args, format);
  host(write, 2, line, format_args(line, sizeof line, format, args));
  va_end(args);
}

void must(long result, const char *what, u32 addr) {
  if (IS_ERROR(result)) panic("%s for %08x fails: %d", what, addr, (int)result);
}

void panic(const char *format, ...) {
  options.quiet = 0;
  char line[512];
  va_list args;
  va_start(args, format);
  format_args(line, sizeof line, format, args);
  va_end(args);
  print("Kernel panic - not syncing: %s\n", line);
  halt(125);
}
