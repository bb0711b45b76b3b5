// Follows a list to its end and one step beyond it.
#include <stdio.h>

struct node {
  int value;
  struct node *next;
};

__attribute__((noinline)) static int sum(volatile struct node *n) {
  int s = 0;
  for (int i = 0; i < 3; i++) {
    s += n->value;
    n = n->next;
  }
  return s;
}

int main(void) {
  struct node a = {1, 0}, b = {2, &a};
  printf("before\n");
  fflush(stdout);
  return sum(&b);
}
