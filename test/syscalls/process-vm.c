// process_vm_readv and process_vm_writev: pieces on both sides, unmapped and protected pages, who may.
#include "report.h"
#include <sys/uio.h>

int main(void) {
  char *memory = pages(3, PROT_READ | PROT_WRITE);
  strcpy(memory, "parent's memory");
  memset(memory + PAGE, 'b', PAGE);
  munmap(memory + 2 * PAGE, PAGE);
  pid_t child = fork();
  if (child == 0) {
    strcpy(memory, "the child's own");
    raise(SIGSTOP);
    printf("child: %s\n", memory);
    raise(SIGSTOP);
    mprotect(memory, PAGE, PROT_READ);
    raise(SIGSTOP);
    mprotect(memory, PAGE, PROT_NONE);
    raise(SIGSTOP);
    _exit(0);
  }
  int status;
  waitpid(child, &status, WUNTRACED);
  char text[PAGE * 2] = {};
  struct iovec local = {text, sizeof text}, remote = {memory, 15};
  SHOW(process_vm_readv(child, &local, 1, &remote, 1, 0));
  printf("%s\n", text);
  struct iovec parts[] = {{text, 3}, {text + 100, 0}, {text + 200, 4}}, far[] = {{memory + 4, 5}, {memory + 12, 3}};
  SHOW(process_vm_readv(child, parts, 3, far, 2, 0));
  printf("%.3s|%.4s\n", text, text + 200);
  remote = (struct iovec){memory + 2 * PAGE - 6, 12};
  SHOW(process_vm_readv(child, &local, 1, &remote, 1, 0));
  remote = (struct iovec){memory + 2 * PAGE, 12};
  SHOW(process_vm_readv(child, &local, 1, &remote, 1, 0));
  struct iovec mixed[] = {{memory, 4}, {memory + 2 * PAGE, 4}, {memory, 4}};
  SHOW(process_vm_readv(child, &local, 1, mixed, 3, 0));
  local = (struct iovec){"written by the parent", 22};
  remote = (struct iovec){memory, 22};
  SHOW(process_vm_writev(child, &local, 1, &remote, 1, 0));
  printf("parent: %s\n", memory);
  kill(child, SIGCONT);
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGCONT);
  waitpid(child, &status, WUNTRACED);
  SHOW(process_vm_writev(child, &local, 1, &remote, 1, 0));
  kill(child, SIGCONT);
  waitpid(child, &status, WUNTRACED);
  local = (struct iovec){text, 10};
  SHOW(process_vm_readv(child, &local, 1, &remote, 1, 0));
  SHOW(process_vm_readv(child, &local, 1, &remote, 1, 1));
  SHOW(process_vm_readv(child, &local, -1, &remote, 1, 0));
  SHOW(process_vm_readv(child, &local, 0, &remote, 1, 0));
  SHOW(process_vm_readv(child, &local, 1, &remote, 0, 0));
  SHOW(process_vm_readv(child, (void *)8, 1, &remote, 1, 0));
  SHOW(process_vm_readv(1 << 22, &local, 1, &remote, 1, 0));
  remote.iov_base = memory + PAGE;
  local.iov_base = (void *)8;
  SHOW(process_vm_readv(child, &local, 1, &remote, 1, 0));
  kill(child, SIGKILL);
  waitid(P_PID, child, NULL, WEXITED | WNOWAIT);
  SHOW(process_vm_readv(child, &local, 1, &remote, 1, 0));
  show_end("child", child);
  return 0;
}
