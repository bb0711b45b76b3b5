// SIGBUS: pages of a mapping behind the end of its file, before and after the file changes its size.
#include "fault.h"

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  SHOW(ftruncate(fd, PAGE + 100));
  char *shared = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *private = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, fd, 0);
  FAULT("last byte of the page", shared, SHOW(peek(shared + 2 * PAGE - 1)));
  FAULT("read behind", shared, peek(shared + 2 * PAGE + 5));
  FAULT("write behind", shared, poke(shared + 3 * PAGE, 1));
  FAULT("private read behind", private, peek(private + 2 * PAGE));
  FAULT("private write behind", private, poke(private + 2 * PAGE, 1));
  FAULT("private run behind", private, ((void (*)(void))(private + 2 * PAGE))());
  int other = open("/dev/zero", O_RDONLY);
  SHOW(read(other, shared + 2 * PAGE, 10));
  SHOW(read(other, shared + 2 * PAGE - 4, 10));
  SHOW(write(fd, shared + 2 * PAGE, 1));
  shared[PAGE] = 'a';
  private[0] = 'p';
  private[PAGE] = 'q';
  SHOW(ftruncate(fd, 4 * PAGE));
  FAULT("grown", shared, SHOW(peek(shared + 3 * PAGE)));
  poke(shared + 3 * PAGE, 7);
  SHOW(ftruncate(fd, 10));
  FAULT("shrunk", shared, peek(shared + PAGE));
  FAULT("shrunk, private page", private, peek(private + PAGE));
  FAULT("first page", shared, SHOW(peek(shared)));
  SHOW(ftruncate(fd, 4 * PAGE));
  FAULT("grown again", shared, SHOW(peek(shared + PAGE)));
  FAULT("all zeros", shared, SHOW(peek(shared + 3 * PAGE)));
  FAULT("private first page keeps its own", private, SHOW(peek(private)));
  SHOW(ftruncate(fd, 0));
  FAULT("nothing left", shared, peek(shared));
  IN_CHILD("without a handler", signal(SIGBUS, SIG_DFL); peek(shared));
  return 0;
}
