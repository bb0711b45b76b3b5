// Two functions that take nearly all instructions, three to one, called by a third.
// gcc: -static -O1 -fno-omit-frame-pointer
#define APART __attribute__((noinline))
volatile unsigned sink;
APART unsigned light(unsigned n) {
  unsigned x = 1;
  for (unsigned i = 0; i < n; i++) x = x * 5 + i;
  return x;
}
APART unsigned heavy(unsigned n) {
  unsigned x = 1;
  for (unsigned i = 0; i < 3 * n; i++) x = x * 5 + i;
  return x;
}
APART unsigned caller(unsigned n) {
  sink = heavy(n);
  return sink + light(n);
}
int main(void) {
  for (int i = 0; i < 300; i++) sink = caller(5000);
  return 0;
}
