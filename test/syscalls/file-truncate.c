// truncate, ftruncate, fallocate, and the limit on a file's size.
#include "report.h"

static long size_of(const char *path) {
  struct stat info;
  return stat(path, &info) ? -1 : (long)info.st_size;
}

int main(void) {
  char text[64];
  make_file("file", "0123456789", 0644);
  mkdir("folder", 0755);
  SHOW(truncate("file", 4));
  SHOW(truncate("file", 8));
  show_file("file");
  SHOW(truncate("file", -1));
  SHOW(truncate("folder", 0));
  SHOW(truncate("missing", 0));
  SHOW(truncate("file/", 0));
  int fd = open("file", O_RDWR);
  int reader = open("file", O_RDONLY);
  SHOW(ftruncate(fd, 3));
  SHOW(ftruncate(reader, 3));
  SHOW(ftruncate(fd, -3));
  SHOW(ftruncate(99, 3));
  int folder = open("folder", O_RDONLY);
  SHOW(ftruncate(folder, 3));
  int ends[2];
  pipe(ends);
  SHOW(ftruncate(ends[1], 3));
  SHOW(fallocate(fd, 0, 0, 100));
  printf("%ld\n", size_of("file"));
  SHOW(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 1000));
  printf("%ld\n", size_of("file"));
  SHOW(fallocate(fd, 0, 0, 0));
  SHOW(fallocate(fd, 0, -1, 5));
  SHOW(fallocate(reader, 0, 0, 5));
  SHOW(fallocate(ends[1], 0, 0, 5));
  SHOW(posix_fallocate(fd, 0, 200));
  printf("%ld\n", size_of("file"));
  show_file("file");
  SHOW(posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED));
  SHOW(posix_fadvise(fd, 0, 0, 77));
  SHOW(posix_fadvise(ends[0], 0, 0, 0));
  SHOW(fsync(fd));
  SHOW(fdatasync(reader));
  SHOW(fsync(ends[0]));

  // The limit would hold for what this program prints too: children try it and leave their results behind.
  long *results = (long *)mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
#define TRY(index, call) results[index] = (call) == -1 ? -errno : 1
  IN_CHILD("limited", {
    struct rlimit limit = {10, 20};
    TRY(0, setrlimit(RLIMIT_FSIZE, &limit));
    signal(SIGXFSZ, SIG_IGN);
    lseek(fd, 8, SEEK_SET);
    results[1] = write(fd, "abcdef", 6);
    TRY(2, write(fd, "abcdef", 6));
    TRY(3, ftruncate(fd, 11));
    TRY(4, pwrite(fd, "x", 1, 9));
    TRY(5, fallocate(fd, 0, 0, 11));
    TRY(6, ftruncate(fd, 10));
  });
  for (int i = 0; i < 7; i++) printf("%d: %ld\n", i, results[i]);
  IN_CHILD("over the limit", {
    struct rlimit limit = {10, 20};
    setrlimit(RLIMIT_FSIZE, &limit);
    lseek(fd, 10, SEEK_SET);
    write(fd, "x", 1);
  });
  show_file("file");
  return 0;
}
