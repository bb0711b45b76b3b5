# root: compilers
# run: /bin/bash
# gcc: C programs of several files are compiled with and without optimisation and debug information, linked in all ways,
# and run. What the compiler writes is compared byte by byte: assembly, objects, programs.
export LC_ALL=C TZ=UTC HOME=/tmp SOURCE_DATE_EPOCH=0
work=/tmp/corpus-gcc
rm -rf $work && mkdir $work && cd $work || exit 1
status() { echo "status $?"; }
cat > matrix.h <<'END'
#ifndef MATRIX_H
#define MATRIX_H
#define SIZE 40
typedef double matrix[SIZE][SIZE];
void multiply(matrix a, matrix b, matrix result);
double trace_of(matrix a);
extern int calls;
#endif
END
cat > matrix.c <<'END'
#include "matrix.h"
int calls;
void multiply(matrix a, matrix b, matrix result) {
  calls++;
  for (int i = 0; i < SIZE; i++)
    for (int j = 0; j < SIZE; j++) {
      double sum = 0;
      for (int k = 0; k < SIZE; k++) sum += a[i][k] * b[k][j];
      result[i][j] = sum;
    }
}
double trace_of(matrix a) {
  double sum = 0;
  for (int i = 0; i < SIZE; i++) sum += a[i][i];
  return sum;
}
END
cat > main.c <<'END'
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "matrix.h"
struct node { struct node *left, *right; char key[12]; unsigned long long weight : 40; unsigned low : 3; };
static struct node *insert(struct node *at, const char *key) {
  if (at == NULL) {
    at = calloc(1, sizeof *at), strcpy(at->key, key), at->weight = strlen(key) * 0x123456789ull, at->low = at->weight;
    return at;
  }
  int order = strcmp(key, at->key);
  if (order < 0) at->left = insert(at->left, key);
  else if (order > 0) at->right = insert(at->right, key);
  return at;
}
static void walk(const struct node *at, int depth) {
  if (at == NULL) return;
  walk(at->left, depth + 1), printf("%*s%s %llu %u\n", depth, "", at->key, (unsigned long long)at->weight, at->low), walk(at->right, depth + 1);
}
static int compare(const void *a, const void *b) { return (*(int *)a > *(int *)b) - (*(int *)a < *(int *)b); }
static uint64_t collatz(uint64_t n) {
  uint64_t steps = 0;
  while (n != 1) n = n % 2 ? 3 * n + 1 : n / 2, steps++;
  return steps;
}
int main(int argc, char **argv) {
  static matrix a, b, c;
  for (int i = 0; i < SIZE; i++)
    for (int j = 0; j < SIZE; j++) a[i][j] = sin(i * j), b[i][j] = cos(i + 2 * j);
  multiply(a, b, c), multiply(c, b, a);
  printf("%.12g %.12g %d\n", trace_of(c), trace_of(a), calls);
  struct node *root = NULL;
  static const char *const words[] = {"quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"};
  for (int i = 0; i < 8; i++) root = insert(root, words[i]);
  walk(root, 0);
  int numbers[100];
  unsigned seed = 1;
  for (int i = 0; i < 100; i++) numbers[i] = (seed = seed * 1103515245u + 12345u) >> 16;
  qsort(numbers, 100, sizeof *numbers, compare);
  printf("%d %d %d\n", numbers[0], numbers[50], numbers[99]);
  uint64_t most = 0, best = 0;
  for (uint64_t n = 1; n < 3000; n++) if (collatz(n) > best) best = collatz(n), most = n;
  printf("%llu %llu %Lg %a\n", (unsigned long long)most, (unsigned long long)best, expl(1), sqrt(2));
  switch (argc) {
    case 1: puts("alone"); break;
    case 2: puts("one"); break;
    case 3: case 4: puts("few"); break;
    default: puts("many");
  }
  return argc > 1 ? atoi(argv[1]) : 0;
}
END
echo == assembly and objects
gcc -std=c11 -Wall -O0 -S matrix.c main.c && md5sum *.s
gcc -std=c11 -Wall -Wextra -O2 -g -c matrix.c main.c && md5sum *.o && size *.o && nm -n main.o | cut -c 10-
gcc -O3 -march=pentium4 -mfpmath=sse -S -o - matrix.c | md5sum; gcc -Os -fomit-frame-pointer -S -o - main.c | md5sum; gcc -E main.c | grep -c .; echo '#define TWICE(x) (2 * x)
TWICE(__LINE__) __CHAR_BIT__' | gcc -E -P -
echo == programs
gcc -o program matrix.o main.o -lm && ./program; gcc -O0 -o slow matrix.c main.c -lm && ./slow | cmp - <(./program) && ./program 7 x; status
gcc -static -O2 -g -o whole matrix.c main.c -lm && ./whole 3 > /dev/null; status; gcc -O2 -flto -o together matrix.c main.c -lm && ./together | md5sum
md5sum program slow whole; strip -o stripped program && ./stripped a b c d | tail -n 1; objdump -d matrix.o | md5sum; readelf -h program | sed -n 's/^ *\(Class\|Machine\|Type\): */\1 /p'
echo == libraries
gcc -O2 -fPIC -shared -o libmatrix.so matrix.c && gcc -o shared main.c -L. -lmatrix -lm -Wl,-rpath,$work && ./shared | cmp - <(./program) && echo shared; ar rcsD libmatrix.a matrix.o && ar t libmatrix.a && gcc -o archived main.o libmatrix.a -lm && ./archived | cmp - <(./program) && echo archived
cat > load.c <<'END'
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
static __thread int mine;
static int all;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *count(void *by) {
  for (int i = 0; i < 1000; i++) pthread_mutex_lock(&lock), all += (int)(long)by, mine++, pthread_mutex_unlock(&lock);
  return (void *)(long)mine;
}
int main(void) {
  void *library = dlopen("./libmatrix.so", RTLD_NOW), *result;
  printf("%d %s\n", dlsym(library, "multiply") != NULL, dlsym(library, "none") == NULL ? "none" : "?");
  pthread_t threads[4];
  for (long i = 0; i < 4; i++) pthread_create(&threads[i], NULL, count, (void *)i);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], &result), printf("%ld ", (long)result);
  printf("%d\n", all);
  return 0;
}
END
gcc -O1 -g -o load load.c -pthread && ./load
echo == messages
cat > wrong.c <<'END'
#include <stdio.h>
int twice(int x) { int unused; return x * 2 }
int main(void) { char *p = 5; printf("%s %d\n", twice(2)); return undeclared; }
END
gcc -Wall -c wrong.c; status
echo 'int f(void); int main(void) { return f(); }' > missing.c; gcc missing.c -o missing 2>&1 | sed 's/cc[A-Za-z0-9]*\.o/cc.o/'; gcc -c nowhere.c; status; gcc -fsyntax-only -Wall -x c - <<< 'int main(void) { int x; return x; }'; status; gcc -dumpmachine
cd / && rm -rf $work
