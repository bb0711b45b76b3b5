/* Two processes pass a byte to and fro: an operation is one change of address space, with the read and the write
 * that bring it about. Both run on one processor, as they do under skasm. */
#include "unit.h"
#define ROUNDS 1000

static int to[2], fro[2];

static void prepare(void)
{
	u32 first = 1;
	char byte;
	call6(NR_sched_setaffinity, 0, sizeof first, (long)&first, 0, 0);
	call6(NR_pipe, (long)to, 0, 0, 0, 0);
	call6(NR_pipe, (long)fro, 0, 0, 0, 0);
	if (call6(NR_fork, 0, 0, 0, 0, 0) != 0) {
		call6(NR_close, to[0], 0, 0, 0, 0);
		return;
	}
	call6(NR_close, to[1], 0, 0, 0, 0);
	while (call6(NR_read, to[0], (long)&byte, 1, 0, 0) == 1)
		call6(NR_write, fro[1], (long)&byte, 1, 0, 0);
	call6(NR_exit, 0, 0, 0, 0, 0);
}

static u32 unit(char which)
{
	char byte = 'x';
	if (which != 'w')
		return 0;
	for (u32 i = 0; i < ROUNDS; i++) {
		call6(NR_write, to[1], (long)&byte, 1, 0, 0);
		if (call6(NR_read, fro[0], (long)&byte, 1, 0, 0) != 1)
			return 0;
	}
	return 2 * ROUNDS;
}
