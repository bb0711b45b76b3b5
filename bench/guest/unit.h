/* The frame of a micro-benchmark guest, without any C library. The guest reads one byte, does the unit of
 * work that the byte names, and answers with the number of operations it did (four bytes, little-endian), until
 * its input ends. So one process stays warm while the harness, on the other end of the pipes, keeps time.
 * A guest defines `unit`; `prepare` is what it does once before. */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

static inline long call6(long nr, long a, long b, long c, long d, long e)
{
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
	return result;
}
#define NR_exit 1
#define NR_fork 2
#define NR_read 3
#define NR_write 4
#define NR_close 6
#define NR_waitpid 7
#define NR_ptrace 26
#define NR_kill 37
#define NR_pipe 42
#define NR_getppid 64
#define NR_getpid 20
#define NR_sched_setaffinity 241

/* Keeps a value alive: what computes it cannot be optimised away. */
#define KEEP(value) __asm__ volatile("" : : "r"(value) : "memory")

static void prepare(void);
/* Does the work named by `which`; answers the number of operations, 0 for a name that is none. */
static u32 unit(char which);

void _start(void) __attribute__((noreturn, force_align_arg_pointer));
void _start(void)
{
	char which;
	prepare();
	while (call6(NR_read, 0, (long)&which, 1, 0, 0) == 1) {
		u32 done = unit(which);
		if (done == 0)
			call6(NR_exit, 2, 0, 0, 0, 0);
		call6(NR_write, 1, (long)&done, 4, 0, 0);
	}
	for (;;)
		call6(NR_exit, 0, 0, 0, 0, 0);
}
