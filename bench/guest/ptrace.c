/* A child under PTRACE_SYSCALL that makes system calls: an operation is one stop, its registers read, and on. */
#include "unit.h"
#define STOPS 1000
#define PTRACE_TRACEME 0
#define PTRACE_GETREGS 12
#define PTRACE_SYSCALL 24
#define SIGSTOP 19

static long child;

static void prepare(void)
{
	child = call6(NR_fork, 0, 0, 0, 0, 0);
	if (child == 0) {
		call6(NR_ptrace, PTRACE_TRACEME, 0, 0, 0, 0);
		call6(NR_kill, call6(NR_getpid, 0, 0, 0, 0, 0), SIGSTOP, 0, 0, 0);
		/* Ends with its tracer: a call that fails with ESRCH is no reason to go on for ever. */
		long parent = call6(NR_getppid, 0, 0, 0, 0, 0);
		while (call6(NR_getppid, 0, 0, 0, 0, 0) == parent)
			;
		call6(NR_exit, 0, 0, 0, 0, 0);
	}
	int status;
	call6(NR_waitpid, child, (long)&status, 0, 0, 0);
}

static u32 unit(char which)
{
	long registers[17];
	int status;
	if (which != 'p')
		return 0;
	for (u32 i = 0; i < STOPS; i++) {
		call6(NR_ptrace, PTRACE_SYSCALL, child, 0, 0, 0);
		if (call6(NR_waitpid, child, (long)&status, 0, 0, 0) != child)
			return 0;
		call6(NR_ptrace, PTRACE_GETREGS, child, 0, (long)registers, 0);
	}
	return STOPS;
}
