// How long an address space lives: while a descriptor or a process holds it.
#include "skas.h"
#include <pthread.h>
#include <sys/socket.h>

/** Kilobytes of the machine that are free. */
static long free_memory(void) {
  FILE *file = fopen("/proc/meminfo", "r");
  char line[128];
  long kib = -1;
  while (fgets(line, sizeof line, file))
    if (sscanf(line, "MemFree: %ld", &kib) == 1) break;
  fclose(file);
  return kib;
}
/** A space with 4 MiB in it. */
static int large_mm(void) {
  int mm = guest_mm();
  if (mm_map(mm, DATA, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE, -1, 0) < 0)
    die("large_mm");
  return mm;
}

static void *switcher(void *argument);
static pid_t thread_pid;
static int thread_mm;

/** What this program does when it was run by its own case of exec. */
static int after_exec(int mm, int closed) {
  if (mm_unmap(mm, DATA, PAGE) != sizeof(struct mm_op)) return 1;
  if (mm_unmap(closed, DATA, PAGE) != -1 || errno != EBADF) return 2;
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3) return after_exec(atoi(argv[1]), atoi(argv[2]));
  make_memory();
  word_of(DATA_PAGE)[0] = 99;
  int keep = guest_mm();
  mm_map_page(keep, DATA, DATA_PAGE, PROT_READ | PROT_WRITE);

  CASE("close frees a space that nobody runs in") {
    long before = free_memory();
    int mm = large_mm();
    EXPECT_TRUE(free_memory() <= before - 4096);
    close(mm);
    EXPECT_TRUE(free_memory() > before - 1024);
  }
  CASE("a thousand spaces one after the other cost no memory") {
    long before = free_memory();
    for (int i = 0; i < 1000; i++) {
      int mm = guest_mm();
      mm_map_page(mm, DATA, DATA_PAGE, PROT_READ);
      close(mm);
    }
    EXPECT_TRUE(free_memory() > before - 1024);
  }
  CASE("a process goes on in a space whose descriptor is closed") {
    pid_t pid = start_guest();
    int mm = guest_mm();
    mm_map_page(mm, DATA, DATA_PAGE, PROT_READ);
    EXPECT(0, switch_mm(pid, mm));
    close(mm);
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(99, guest_eax(pid));
    end_guest(pid);
  }
  CASE("the end of that process frees it") {
    long before = free_memory();
    pid_t pid = start_guest();
    int mm = large_mm();
    EXPECT(0, switch_mm(pid, mm));
    close(mm);
    EXPECT_TRUE(free_memory() <= before - 4096);
    end_guest(pid);
    EXPECT_TRUE(free_memory() > before - 1024);
  }
  CASE("a switch away frees it too") {
    pid_t pid = start_guest();
    EXPECT(0, switch_mm(pid, keep));
    long before = free_memory();
    int mm = large_mm();
    EXPECT(0, switch_mm(pid, mm));
    close(mm);
    EXPECT(0, switch_mm(pid, keep));
    EXPECT_TRUE(free_memory() > before - 1024);
    end_guest(pid);
  }
  CASE("the child's own space goes when it is switched away from it") {
    // 8 MiB that only the child has.
    pid_t pid = fork();
    if (pid == 0) {
      char *own = pages(2048, PROT_READ | PROT_WRITE);
      memset(own, 1, 2048 * PAGE);
      ptrace(PTRACE_TRACEME, 0, 0, 0);
      raise(SIGSTOP);
    }
    waitpid(pid, NULL, 0);
    long before = free_memory();
    EXPECT(0, switch_mm(pid, keep));
    EXPECT_TRUE(free_memory() >= before + 8000);
    end_guest(pid);
  }
  CASE("a space outlives the processes that ran in it") {
    for (int i = 0; i < 3; i++) {
      pid_t pid = start_guest();
      EXPECT(0, switch_mm(pid, keep));
      EXPECT(SIGTRAP, guest_writes(pid, DATA, 100 + i));
      end_guest(pid);
      EXPECT(100 + i, word_of(DATA_PAGE)[0]);
    }
  }
  CASE("one of two descriptors is enough") {
    pid_t pid = start_guest();
    int mm = guest_mm(), copy = dup(mm);
    close(mm);
    EXPECT(0, switch_mm(pid, copy));
    EXPECT(sizeof(struct mm_op), mm_map_page(copy, DATA, DATA_PAGE, PROT_READ));
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    close(copy);
    end_guest(pid);
  }
  CASE("fork shares the descriptor and its space") {
    pid_t pid = start_guest();
    int mm = guest_mm();
    EXPECT(0, switch_mm(pid, mm));
    pid_t child = fork();
    if (child == 0) _exit(mm_map_page(mm, DATA, DATA_PAGE, PROT_READ) == sizeof(struct mm_op) ? 0 : 1);
    int status;
    waitpid(child, &status, 0);
    EXPECT(0, status);
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    end_guest(pid);
    close(mm);
  }
  CASE("a child that forked keeps the space of a parent that closed it") {
    int mm = guest_mm(), ends[2];
    pipe(ends);
    pid_t child = fork();
    if (child == 0) {
      char byte;
      read(ends[0], &byte, 1);
      pid_t pid = start_guest();
      int good = switch_mm(pid, mm) == 0 && guest_reads(pid, STACK) == SIGTRAP;
      end_guest(pid);
      _exit(!good);
    }
    close(mm);
    write(ends[1], "x", 1);
    int status;
    waitpid(child, &status, 0);
    EXPECT(0, status);
  }
  CASE("a tracee's fork copies the space it runs in") {
    int mm = guest_mm();
    mm_map(mm, DATA, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    pid_t pid = start_guest();
    trace(PTRACE_OLDSETOPTIONS, pid, 0, 1 | PTRACE_O_TRACEFORK);
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(SIGTRAP, guest_writes(pid, DATA, 1));
    set_guest(pid, ENTRY(guest_call), SYS_fork, 0, 0);
    EXPECT(SIGTRAP, go(pid, PTRACE_CONT));
    unsigned long child = 0;
    trace(PTRACE_GETEVENTMSG, pid, 0, (unsigned long)&child);
    int status;
    EXPECT(child, waitpid(child, &status, __WALL));
    EXPECT(SIGTRAP, guest_writes(pid, DATA, 2));
    EXPECT(SIGTRAP, guest_reads(child, DATA));
    EXPECT(1, guest_eax(child));
    end_guest(child);
    end_guest(pid);
    close(mm);
  }
  CASE("exec gives the tracee a space of its own, and leaves the other as it was") {
    int mm = guest_mm();
    mm_map_page(mm, DATA, DATA_PAGE, PROT_READ | PROT_WRITE);
    strcpy((char *)(word_of(DATA_PAGE) + 16), "/proc/self/exe");
    word_of(DATA_PAGE)[32] = DATA + 64; // argv
    word_of(DATA_PAGE)[33] = 0;
    pid_t pid = start_guest();
    EXPECT(0, switch_mm(pid, mm));
    set_guest(pid, ENTRY(guest_call), SYS_execve, DATA + 64, DATA + 128);
    EXPECT(SIGTRAP, go(pid, PTRACE_CONT));
    unsigned long word;
    EXPECT_ERROR(EIO, peek(pid, DATA, &word));
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(0, peek(pid, DATA, &word));
    end_guest(pid);
    close(mm);
  }
  CASE("exec keeps a descriptor, or closes it when told so") {
    int mm = guest_mm(), closed = open("/proc/mm", O_WRONLY | O_CLOEXEC);
    char number[16], other[16];
    sprintf(number, "%d", mm);
    sprintf(other, "%d", closed);
    pid_t child = fork();
    if (child == 0) {
      execl("/proc/self/exe", "lifetime", number, other, NULL);
      _exit(3);
    }
    int status;
    waitpid(child, &status, 0);
    EXPECT(0, WEXITSTATUS(status));
    close(mm);
    close(closed);
  }
  CASE("a descriptor passed over a socket is the same space") {
    int pair[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    pid_t child = fork();
    if (child == 0) {
      int mm = guest_mm();
      if (mm_map_page(mm, DATA, DATA_PAGE, PROT_READ) < 0) _exit(1);
      char control[CMSG_SPACE(sizeof(int))], byte = 'm';
      struct iovec vector = {&byte, 1};
      struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
      struct cmsghdr *header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int));
      memcpy(CMSG_DATA(header), &mm, sizeof mm);
      _exit(sendmsg(pair[0], &message, 0) != 1);
    }
    int status;
    waitpid(child, &status, 0);
    EXPECT(0, status);
    // The sender is gone; the message holds the space.
    char control[CMSG_SPACE(sizeof(int))], byte;
    struct iovec vector = {&byte, 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    EXPECT(1, recvmsg(pair[1], &message, 0));
    int mm;
    memcpy(&mm, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof mm);
    pid_t pid = start_guest();
    EXPECT(0, switch_mm(pid, mm));
    word_of(DATA_PAGE)[0] = 55;
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(55, guest_eax(pid));
    end_guest(pid);
    close(mm);
  }
  CASE("a message that nobody reads holds a space no longer than its socket") {
    long before = free_memory();
    int pair[2], mm = large_mm();
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    char control[CMSG_SPACE(sizeof(int))], byte = 'm';
    struct iovec vector = {&byte, 1};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &mm, sizeof mm);
    EXPECT(1, sendmsg(pair[0], &message, 0));
    close(mm);
    EXPECT_TRUE(free_memory() <= before - 4096);
    close(pair[0]);
    close(pair[1]);
    EXPECT_TRUE(free_memory() > before - 1024);
  }
  CASE("a thread of the tracer writes and switches as well") {
    thread_pid = start_guest();
    pthread_t thread;
    pthread_create(&thread, NULL, switcher, NULL);
    void *result;
    pthread_join(thread, &result);
    EXPECT(0, (long)result);
    unsigned long word;
    EXPECT(0, switch_mm(thread_pid, thread_mm));
    EXPECT(0, peek(thread_pid, DATA, &word));
    end_guest(thread_pid);
    close(thread_mm);
  }
  return 0;
}

/** The space is the process's, whichever thread has made it; a tracee of the thread's own runs in it. */
static void *switcher(void *argument) {
  thread_mm = guest_mm();
  if (mm_map_page(thread_mm, DATA, DATA_PAGE, PROT_READ) < 0) return (void *)1;
  pid_t pid = start_guest();
  int bad = switch_mm(pid, thread_mm) != 0 || guest_reads(pid, DATA) != SIGTRAP;
  end_guest(pid);
  return (void *)(bad ? 2l : 0l);
}
