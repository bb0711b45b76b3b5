// skas4 as documented: new_mm makes an address space, mm_indirect runs a system call in it.
// patch: skas4
#include "skas.h"
#include <asm/ldt.h>
#include <sched.h>
#include <sys/time.h>

#define NR_new_mm 1000
#define NR_mm_indirect 1001
#define RW (PROT_READ | PROT_WRITE)
#define SCRATCH 0x30000000ul

struct mm_indirect { unsigned nr, args[6]; };
static long new_mm(void) { return syscall(NR_new_mm); }
#define IN(mm, ...)                                       \
  ({                                                      \
    struct mm_indirect call_ = {__VA_ARGS__};             \
    syscall(NR_mm_indirect, mm, &call_);                  \
  })
/** mmap2 in another space; the address, which may look like an error to libc, as it is. */
static long map_in(int mm, unsigned long addr, unsigned long len, int prot, int flags, int fd, int page) {
  long result = IN(mm, SYS_mmap2, {addr, len, prot, flags, fd, page});
  return result == (long)addr ? 0 : result;
}
/** A space with code, stack, and a page at SCRATCH which is DATA_PAGE of the memory file. */
static int space(void) {
  if (memory_fd < 0) make_memory();
  int mm = new_mm();
  if (map_in(mm, CODE, PAGE, PROT_READ | PROT_EXEC, GUEST_FIXED_SHARED, memory_fd, CODE_PAGE)) die("space");
  if (map_in(mm, STACK, PAGE, RW, GUEST_FIXED_SHARED, memory_fd, STACK_PAGE)) die("space");
  if (map_in(mm, SCRATCH, PAGE, RW, GUEST_FIXED_SHARED, memory_fd, DATA_PAGE)) die("space");
  return mm;
}
static long free_memory(void) {
  FILE *file = fopen("/proc/meminfo", "r");
  char line[128];
  long kib = -1;
  while (fgets(line, sizeof line, file))
    if (sscanf(line, "MemFree: %ld", &kib) == 1) break;
  fclose(file);
  return kib;
}
static volatile int signals;
static void count(int signo) { signals++; }
static void alarm_in(int milliseconds) {
  struct itimerval timer = {{0, 0}, {0, milliseconds * 1000}};
  setitimer(ITIMER_REAL, &timer, NULL);
}

int main(int argc, char **argv) {
  if (argc == 2) return strcmp(argv[1], "told") ? 1 : 42;
  int mm = space();
  char *scratch = (char *)word_of(DATA_PAGE);

  CASE("new_mm answers a descriptor of its own kind") {
    int fd = new_mm();
    char link[64], name[64] = "";
    struct stat st;
    EXPECT_OK(fd);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    EXPECT(15, readlink(link, name, sizeof name - 1));
    EXPECT(0, strcmp("anon_inode:[mm]", name));
    EXPECT(0, fstat(fd, &st));
    EXPECT(0, fcntl(fd, F_GETFD));
    EXPECT_ERROR(EINVAL, read(fd, name, 1));
    EXPECT_ERROR(EINVAL, write(fd, name, 28));
    EXPECT(0, close(fd));
  }
  CASE("there is no /proc/mm, but PTRACE_SWITCH_MM and PTRACE_FAULTINFO") {
    EXPECT_ERROR(ENOENT, access("/proc/mm", F_OK));
    pid_t pid = start_guest();
    struct faultinfo info;
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(SIGSEGV, guest_reads(pid, 0x50000000));
    EXPECT(0, trace(PTRACE_FAULTINFO, pid, 0, (unsigned long)&info));
    EXPECT(0x50000000, info.cr2);
    EXPECT_ERROR(EIO, trace(PTRACE_LDT, pid, 0, (unsigned long)&info));
    end_guest(pid);
  }
  CASE("mmap2 in another space, seen by a process there") {
    pid_t pid = start_guest();
    word_of(DATA_PAGE)[0] = 7;
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(SIGTRAP, guest_reads(pid, SCRATCH));
    EXPECT(7, guest_eax(pid));
    end_guest(pid);
  }
  CASE("munmap and mprotect in another space") {
    int other = space();
    pid_t pid = start_guest();
    EXPECT(0, switch_mm(pid, other));
    EXPECT(0, IN(other, SYS_mprotect, {SCRATCH, PAGE, PROT_READ}));
    EXPECT(SIGTRAP, guest_reads(pid, SCRATCH));
    EXPECT(SIGSEGV, guest_writes(pid, SCRATCH, 1));
    EXPECT(0, IN(other, SYS_munmap, {SCRATCH, PAGE}));
    EXPECT(SIGSEGV, guest_reads(pid, SCRATCH));
    EXPECT_ERROR(ENOMEM, IN(other, SYS_mprotect, {SCRATCH, PAGE, PROT_READ}));
    end_guest(pid);
    close(other);
  }
  CASE("mmap2 finds a place in the other space by itself") {
    long at = IN(mm, SYS_mmap2, {0, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0});
    EXPECT_TRUE(at != -1 || errno == 0);
    EXPECT(0, IN(mm, SYS_munmap, {at, PAGE}));
  }
  CASE("the caller's own space stays as it is") {
    char *own = mmap((void *)0x60000000, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    own[0] = 'x';
    EXPECT(0, IN(mm, SYS_munmap, {0x60000000, PAGE}));
    EXPECT('x', own[0]);
    munmap(own, PAGE);
  }
  CASE("modify_ldt in another space, with a request that lies there") {
    pid_t pid = start_guest();
    struct user_desc desc = {.entry_number = 0, .base_addr = SCRATCH, .limit = 0xfffff, .seg_32bit = 1,
                             .limit_in_pages = 1, .useable = 1};
    memcpy(scratch + 64, &desc, sizeof desc);
    word_of(DATA_PAGE)[0] = 9;
    EXPECT(0, IN(mm, SYS_modify_ldt, {0x11, SCRATCH + 64, sizeof desc}));
    EXPECT(0, switch_mm(pid, mm));
    set_guest(pid, ENTRY(guest_gs), 0, 0, 7);
    EXPECT(SIGTRAP, go(pid, PTRACE_CONT));
    EXPECT(9, guest_eax(pid));
    EXPECT(0, syscall(SYS_modify_ldt, 0, &desc, sizeof desc));
    end_guest(pid);
  }
  CASE("addresses are those of the other space, descriptors the caller's") {
    int ends[2];
    char text[8] = "";
    pipe(ends);
    strcpy(scratch, "hello");
    EXPECT(5, IN(mm, SYS_write, {ends[1], SCRATCH, 5}));
    EXPECT(5, read(ends[0], text, 8));
    EXPECT(0, strcmp("hello", text));
    write(ends[1], "back", 4);
    EXPECT(4, IN(mm, SYS_read, {ends[0], SCRATCH + 100, 4}));
    EXPECT(0, memcmp("back", scratch + 100, 4));
    EXPECT_ERROR(EFAULT, IN(mm, SYS_write, {ends[1], (unsigned)text, 4}));
    close(ends[0]);
    close(ends[1]);
  }
  CASE("open creates a file whose name lies in the other space") {
    strcpy(scratch, "made-there");
    int fd = IN(mm, SYS_open, {SCRATCH, O_CREAT | O_WRONLY, 0600});
    EXPECT_OK(fd);
    EXPECT(0, access("made-there", F_OK));
    close(fd);
  }
  CASE("calls without addresses are the caller's") {
    EXPECT(getpid(), IN(mm, SYS_getpid));
    EXPECT(getuid(), IN(mm, SYS_getuid32));
  }
  CASE("the call's errors come back") {
    EXPECT_ERROR(EBADF, IN(mm, SYS_close, {99}));
    EXPECT_ERROR(ENOSYS, IN(mm, 999));
    EXPECT_ERROR(ENOSYS, IN(mm, 0x7fffffff));
    EXPECT_ERROR(ENOSYS, IN(mm, -1));
  }
  CASE("mm_indirect's own errors") {
    struct mm_indirect call = {SYS_getpid};
    EXPECT_ERROR(EBADF, syscall(NR_mm_indirect, 99, &call));
    EXPECT_ERROR(EINVAL, syscall(NR_mm_indirect, memory_fd, &call));
    EXPECT_ERROR(EFAULT, syscall(NR_mm_indirect, mm, NULL));
    EXPECT_ERROR(EFAULT, syscall(NR_mm_indirect, mm, 16));
    EXPECT_ERROR(EINVAL, IN(mm, NR_mm_indirect, {mm, SCRATCH}));
  }
  CASE("a call that waits, waits, and reads into the other space") {
    int ends[2];
    pipe(ends);
    pid_t child = fork();
    if (child == 0) {
      usleep(30000);
      write(ends[1], "late", 4);
      _exit(0);
    }
    memset(scratch, 0, 8);
    EXPECT(4, IN(mm, SYS_read, {ends[0], SCRATCH, 8}));
    EXPECT(0, memcmp("late", scratch, 4));
    waitpid(child, NULL, 0);
    close(ends[0]);
    close(ends[1]);
  }
  CASE("a signal ends the wait, and its handler runs in the caller's space") {
    int ends[2];
    pipe(ends);
    struct sigaction action = {.sa_handler = count};
    sigaction(SIGALRM, &action, NULL);
    signals = 0;
    alarm_in(30);
    EXPECT_ERROR(EINTR, IN(mm, SYS_read, {ends[0], SCRATCH, 8}));
    EXPECT(1, signals);
    close(ends[0]);
    close(ends[1]);
  }
  CASE("with SA_RESTART the call is made again, in the other space") {
    int ends[2];
    pipe(ends);
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    signals = 0;
    pid_t child = fork();
    if (child == 0) {
      usleep(60000);
      write(ends[1], "more", 4);
      _exit(0);
    }
    alarm_in(20);
    EXPECT(4, IN(mm, SYS_read, {ends[0], SCRATCH, 8}));
    EXPECT(1, signals);
    EXPECT(0, memcmp("more", scratch, 4));
    waitpid(child, NULL, 0);
    close(ends[0]);
    close(ends[1]);
  }
  CASE("a sleep that a stop interrupts goes on, and tells the rest to the other space") {
    pid_t child = fork();
    if (child == 0) {
      struct timespec *wanted = (struct timespec *)scratch;
      *wanted = (struct timespec){0, 80000000};
      _exit(IN(mm, SYS_nanosleep, {SCRATCH, SCRATCH + 16}) == 0 ? 0 : 1);
    }
    usleep(20000);
    kill(child, SIGSTOP);
    waitpid(child, NULL, WUNTRACED);
    kill(child, SIGCONT);
    int status;
    waitpid(child, &status, 0);
    EXPECT(0, status);
  }
  CASE("a wait holds the space though its descriptor is closed meanwhile") {
    int ends[2], other = space();
    pipe(ends);
    pid_t child = fork();
    if (child == 0) {
      close(ends[1]);
      long got = IN(other, SYS_read, {ends[0], SCRATCH, 8});
      _exit(got == 3 ? 0 : 1);
    }
    usleep(20000);
    close(other);
    write(ends[1], "abc", 3);
    int status;
    waitpid(child, &status, 0);
    EXPECT(0, status);
    EXPECT(0, memcmp("abc", scratch, 3));
    close(ends[0]);
    close(ends[1]);
  }
  CASE("who is killed in a wait gives the space back") {
    long before = free_memory();
    int ends[2], other = space();
    pipe(ends);
    EXPECT(0, map_in(other, 0x40000000, 4 << 20, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE, -1, 0));
    pid_t child = fork();
    if (child == 0) {
      IN(other, SYS_read, {ends[0], SCRATCH, 8});
      _exit(0);
    }
    close(other);
    usleep(20000);
    EXPECT_TRUE(free_memory() <= before - 4096);
    end_guest(child);
    EXPECT_TRUE(free_memory() > before - 1024);
    close(ends[0]);
    close(ends[1]);
  }
  CASE("fork there gives the child a copy of that space") {
    // The child would go on in this program's code, which is not there: it dies at once.
    pid_t child = IN(mm, SYS_fork);
    int status;
    EXPECT_TRUE(child > 0);
    EXPECT(child, waitpid(child, &status, 0));
    EXPECT(SIGSEGV, WTERMSIG(status));
  }
  CASE("execve there takes its words from that space, and the caller into the new program") {
    strcpy(scratch, "/proc/self/exe");
    strcpy(scratch + 32, "told");
    unsigned *words = word_of(DATA_PAGE);
    words[16] = SCRATCH;
    words[17] = SCRATCH + 32;
    words[18] = 0;
    pid_t child = fork();
    if (child == 0) {
      IN(mm, SYS_execve, {SCRATCH, SCRATCH + 64, SCRATCH + 72});
      _exit(1);
    }
    int status;
    waitpid(child, &status, 0);
    EXPECT(42, WEXITSTATUS(status));
  }
  CASE("exit there ends the caller") {
    pid_t child = fork();
    if (child == 0) {
      IN(mm, SYS_exit_group, {17});
      for (;;);
    }
    int status;
    waitpid(child, &status, 0);
    EXPECT(17, WEXITSTATUS(status));
  }
  CASE("brk there does not move the caller's") {
    void *own = sbrk(0);
    IN(mm, SYS_brk, {0x30100000});
    EXPECT((long)own, (long)sbrk(0));
  }
  CASE("close frees a space") {
    long before = free_memory();
    int other = space();
    EXPECT(0, map_in(other, 0x40000000, 4 << 20, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE, -1, 0));
    EXPECT_TRUE(free_memory() <= before - 4096);
    close(other);
    EXPECT_TRUE(free_memory() > before - 1024);
  }
  CASE("no descriptor left: EMFILE, and nothing is kept") {
    struct rlimit limit, none;
    getrlimit(RLIMIT_NOFILE, &limit);
    none = limit;
    none.rlim_cur = 3;
    setrlimit(RLIMIT_NOFILE, &none);
    EXPECT_ERROR(EMFILE, new_mm());
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  CASE("a call there is one stop for a tracer") {
    pid_t child = fork();
    if (child == 0) {
      ptrace(PTRACE_TRACEME, 0, 0, 0);
      raise(SIGSTOP);
      struct mm_indirect call = {SYS_getpid};
      syscall(NR_mm_indirect, mm, &call);
      _exit(0);
    }
    waitpid(child, NULL, 0);
    trace(PTRACE_OLDSETOPTIONS, child, 0, 1);
    unsigned long nr;
    do {
      EXPECT(SYSCALL_STOP, go(child, PTRACE_SYSCALL));
      trace(PTRACE_PEEKUSER, child, 4 * 11, (unsigned long)&nr);
    } while (nr != NR_mm_indirect && !case_failed);
    EXPECT(SYSCALL_STOP, go(child, PTRACE_SYSCALL));
    EXPECT(child, guest_eax(child));
    end_guest(child);
  }
  return 0;
}
