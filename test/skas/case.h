// Cases of the host patches: each CASE says what it is about and what must hold in it, and reports a line,
// `ok NAME` or `FAILED NAME: why`. The expectations are those of the patches' public sources; where a program
// runs on an unpatched Linux too, that Linux is asked.
#ifndef CASE_H
#define CASE_H
#include "../syscalls/report.h"

static const char *case_name;
static int case_failed, case_open;

static void case_begin(const char *name) {
  case_name = name;
  case_failed = 0;
  case_open = 1;
}
static void case_end(void) {
  case_open = 0;
  if (!case_failed) printf("ok %s\n", case_name);
}
static void case_fail(int line, const char *what, long got, int error) {
  if (case_failed++) return;
  printf("FAILED %s: line %d: %s is %ld", case_name, line, what, got);
  if (got == -1) printf(" (%s)", strerrorname_np(error) ? strerrorname_np(error) : "?");
  printf("\n");
}
#define CASE(name) for (case_begin(name); case_open; case_end())

/** The value of an expression. */
#define EXPECT(value, expression)                                              \
  do {                                                                         \
    errno = 0;                                                                 \
    long got_ = (long)(expression);                                            \
    if (got_ != (long)(value)) case_fail(__LINE__, #expression, got_, errno);  \
  } while (0)
/** A call that fails. */
#define EXPECT_ERROR(error, expression)                                                       \
  do {                                                                                        \
    errno = 0;                                                                                \
    long got_ = (long)(expression);                                                           \
    if (got_ != -1 || errno != (error)) case_fail(__LINE__, #expression, got_, errno);        \
  } while (0)
/** A call that answers a descriptor, an id or 0. */
#define EXPECT_OK(expression)                                             \
  do {                                                                    \
    errno = 0;                                                            \
    long got_ = (long)(expression);                                       \
    if (got_ == -1) case_fail(__LINE__, #expression, got_, errno);        \
  } while (0)
#define EXPECT_TRUE(expression) EXPECT(1, !!(expression))
#endif
