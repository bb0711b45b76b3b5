// /proc/mm as a file: its node, opening it, and the operations that it has not.
#include "skas.h"
#include <dirent.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

int main(void) {
  struct stat st;
  CASE("the node is a regular file of root that may be written") {
    EXPECT(0, stat("/proc/mm", &st));
    EXPECT(S_IFREG | 0222, st.st_mode);
    EXPECT(0, st.st_uid);
    EXPECT(0, st.st_size);
  }
  CASE("access for writing is granted, as guests ask it") {
    EXPECT(0, access("/proc/mm", W_OK));
    EXPECT_ERROR(EACCES, access("/proc/mm", X_OK));
  }
  CASE("access for reading is root's alone") {
    if (geteuid() == 0)
      EXPECT(0, access("/proc/mm", R_OK));
    else
      EXPECT_ERROR(EACCES, access("/proc/mm", R_OK));
  }
  CASE("it is listed in /proc") {
    DIR *dir = opendir("/proc");
    int found = 0;
    for (struct dirent *entry; (entry = readdir(dir));)
      if (!strcmp(entry->d_name, "mm")) found += entry->d_type == DT_REG;
    EXPECT(1, found);
    closedir(dir);
  }
  CASE("it opens for writing, and is closed on exec when told so") {
    int mm = mm_open();
    EXPECT_OK(mm);
    EXPECT(0, fcntl(mm, F_SETFD, FD_CLOEXEC));
    EXPECT(FD_CLOEXEC, fcntl(mm, F_GETFD));
    EXPECT(O_WRONLY, fcntl(mm, F_GETFL) & O_ACCMODE);
    EXPECT(0, close(mm));
    EXPECT_ERROR(EBADF, close(mm));
  }
  CASE("O_CLOEXEC at open") {
    int mm = open("/proc/mm", O_WRONLY | O_CLOEXEC);
    EXPECT(FD_CLOEXEC, fcntl(mm, F_GETFD));
    close(mm);
  }
  CASE("O_TRUNC and O_APPEND do no harm") {
    int mm = open("/proc/mm", O_WRONLY | O_TRUNC | O_APPEND);
    EXPECT_OK(mm);
    EXPECT(sizeof(struct mm_op), mm_unmap(mm, DATA, PAGE));
    close(mm);
  }
  CASE("creating it anew is refused") {
    EXPECT_ERROR(EEXIST, open("/proc/mm", O_WRONLY | O_CREAT | O_EXCL, 0600));
    EXPECT_ERROR(ENOTDIR, open("/proc/mm", O_WRONLY | O_DIRECTORY));
  }
  CASE("reading a descriptor for writing is EBADF") {
    int mm = mm_open();
    char byte;
    EXPECT_ERROR(EBADF, read(mm, &byte, 1));
    close(mm);
  }
  CASE("there is no read operation") {
    int mm = open("/proc/mm", O_RDWR);
    char byte;
    if (geteuid() == 0) {
      EXPECT_ERROR(EINVAL, read(mm, &byte, 1));
      close(mm);
    } else
      EXPECT_ERROR(EACCES, mm);
  }
  CASE("a descriptor for reading alone cannot be written") {
    int mm = open("/proc/mm", O_RDONLY);
    if (geteuid() == 0) {
      EXPECT_ERROR(EBADF, mm_unmap(mm, DATA, PAGE));
      close(mm);
    } else
      EXPECT_ERROR(EACCES, mm);
  }
  CASE("it cannot be mapped, neither here nor into another space") {
    int mm = mm_open(), other = mm_open();
    EXPECT_ERROR(EACCES, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, mm, 0));
    EXPECT_ERROR(EACCES, mm_map(other, DATA, PAGE, PROT_READ, GUEST_FIXED_SHARED, mm, 0));
    if (geteuid() == 0) {
      int both = open("/proc/mm", O_RDWR);
      EXPECT_ERROR(ENODEV, mm_map(other, DATA, PAGE, PROT_READ, GUEST_FIXED_SHARED, both, 0));
      close(both);
    }
    close(mm);
    close(other);
  }
  CASE("it has no position and no ioctl") {
    int mm = mm_open();
    EXPECT_ERROR(ESPIPE, lseek(mm, 0, SEEK_SET));
    EXPECT_ERROR(ENOTTY, ioctl(mm, TIOCGWINSZ, &st));
    EXPECT_ERROR(EINVAL, fsync(mm));
    EXPECT_ERROR(EINVAL, ftruncate(mm, 0));
    close(mm);
  }
  CASE("poll finds it writable, epoll does not take it") {
    int mm = mm_open(), epoll = epoll_create1(0);
    struct pollfd ask = {mm, POLLOUT};
    struct epoll_event event = {EPOLLOUT};
    EXPECT(1, poll(&ask, 1, 0));
    EXPECT(POLLOUT, ask.revents);
    EXPECT_ERROR(EPERM, epoll_ctl(epoll, EPOLL_CTL_ADD, mm, &event));
    close(epoll);
    close(mm);
  }
  CASE("the link in /proc/self/fd names it") {
    int mm = mm_open();
    char link[64], name[64] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", mm);
    EXPECT(8, readlink(link, name, sizeof name - 1));
    EXPECT(0, strcmp("/proc/mm", name));
    close(mm);
  }
  CASE("each open is another space, through /proc/self/fd too") {
    int mm = guest_mm();
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", mm);
    int again = open(link, O_WRONLY);
    EXPECT_OK(again);
    pid_t pid = start_guest();
    unsigned long word;
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(0, peek(pid, CODE, &word));
    EXPECT(0, switch_mm(pid, again));
    EXPECT_ERROR(EIO, peek(pid, CODE, &word));
    end_guest(pid);
    close(again);
    close(mm);
  }
  CASE("a new space is empty: no stack, no vdso, no vsyscall") {
    pid_t pid = start_guest();
    int mm = mm_open();
    EXPECT(0, switch_mm(pid, mm));
    char name[64], text[64];
    snprintf(name, sizeof name, "/proc/%d/maps", pid);
    int maps = open(name, O_RDONLY);
    EXPECT(0, read(maps, text, sizeof text));
    close(maps);
    close(mm);
    end_guest(pid);
  }
  CASE("/proc/PID/maps shows what was mapped, as on a host of its own") {
    pid_t pid = start_guest();
    int mm = guest_mm();
    EXPECT(0, switch_mm(pid, mm));
    char name[64], text[512] = "";
    snprintf(name, sizeof name, "/proc/%d/maps", pid);
    int maps = open(name, O_RDONLY);
    EXPECT_TRUE(read(maps, text, sizeof text - 1) > 0);
    EXPECT(0, strncmp(text, "10000000-10001000 r-xs 00000000 ", 32));
    EXPECT_TRUE(strstr(text, "\n20000000-20001000 rw-s 00001000 ") != NULL);
    close(maps);
    close(mm);
    end_guest(pid);
  }
  CASE("many are open at a time") {
    enum { MANY = 200 };
    int mms[MANY], bad = 0;
    for (int i = 0; i < MANY; i++) bad += (mms[i] = guest_mm()) < 0;
    EXPECT(0, bad);
    pid_t pid = start_guest();
    for (int i = 0; i < MANY; i++) {
      bad += switch_mm(pid, mms[i]) != 0;
      bad += guest_writes(pid, STACK, i) != SIGTRAP;
    }
    EXPECT(0, bad);
    EXPECT(MANY - 1, word_of(STACK_PAGE)[0]);
    end_guest(pid);
    for (int i = 0; i < MANY; i++) close(mms[i]);
  }
  CASE("an open beyond the limit of descriptors is EMFILE") {
    struct rlimit limit, small = {4, 4096};
    getrlimit(RLIMIT_NOFILE, &limit);
    small.rlim_max = limit.rlim_max;
    small.rlim_cur = dup(0) + 1;
    setrlimit(RLIMIT_NOFILE, &small);
    close(small.rlim_cur - 1);
    int last = mm_open();
    EXPECT_OK(last);
    EXPECT_ERROR(EMFILE, mm_open());
    setrlimit(RLIMIT_NOFILE, &limit);
    close(last);
  }
  return 0;
}
