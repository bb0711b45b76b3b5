// Mapped files and read/write on the same file see the same bytes; ends, truncation, private copies.
#include "report.h"
#include "fault.h"

int main(void) {
  char text[64];
  char path[2][32] = {"disk", "/dev/shm/skasm-map-XXXXXX"};
  close(mkstemp(path[1]));
  for (int kind = 0; kind < 2; kind++) {
    int fd = open(path[kind], O_RDWR | O_CREAT | O_TRUNC, 0600);
    write(fd, "0123456789", 10);
    char *shared = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *again = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
    char *private = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    memcpy(shared, "abc", 3);
    pread(fd, text, 10, 0);
    printf("%.10s %.10s %.10s\n", text, again, private);
    pwrite(fd, "XYZ", 3, 4);
    printf("%.10s %.10s %.10s\n", shared, again, private);
    private[0] = '*';
    pwrite(fd, "-", 1, 1);
    printf("%.10s %.10s\n", shared, private);
    SHOW_TRUE(shared[10] == 0 && shared[PAGE - 1] == 0);
    shared[20] = 'z';
    struct stat s;
    fstat(fd, &s);
    SHOW(s.st_size);
    SHOW(pread(fd, text, 64, 0));
    SHOW(ftruncate(fd, PAGE + 5));
    shared[PAGE] = 'p';
    SHOW(pread(fd, text, 64, PAGE));
    printf("%c\n", text[0]);
    SHOW(msync(shared, 2 * PAGE, MS_SYNC));
    SHOW(ftruncate(fd, 5));
    FAULT("behind the end", shared, (void)*(volatile char *)(shared + PAGE));
    printf("%.10s %d\n", shared, shared[6]);
    SHOW(ftruncate(fd, 10));
    printf("%d\n", shared[6]);
    IN_CHILD("child", shared[2] = 'C'; private[3] = 'C');
    printf("%.5s %.5s\n", shared, private);
    close(fd);
    munmap(shared, 2 * PAGE);
    fd = open(path[kind], O_RDONLY);
    memset(text, 0, sizeof text);
    SHOW(read(fd, text, 64));
    printf("%.5s\n", text);
    SHOW((long)mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    SHOW_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
    unlink(path[kind]);
  }
  int zero = open("/dev/zero", O_RDWR);
  char *a = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, zero, 0);
  IN_CHILD("child", a[5] = 7);
  SHOW(a[5]);
  char *b = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
  SHOW(b[5]);
  SHOW((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, open("/dev/null", O_RDONLY), 0));
  SHOW((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, open(".", O_RDONLY), 0));
  SHOW((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0));
  int ends[2];
  pipe(ends);
  SHOW((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, ends[0], 0));
  int writer = open("w", O_WRONLY | O_CREAT, 0600);
  SHOW((long)mmap(NULL, PAGE, PROT_READ, MAP_SHARED, writer, 0));
  return 0;
}
