/* Jumps: conditional ones that follow a pattern, that follow none, and through a table. */
#include "unit.h"
#define ROUNDS 1000000

static void prepare(void) {}

static u32 unit(char which)
{
	u32 sum = 0, x = 0x2545f491;
	switch (which) {
	case 'p':
		for (u32 i = 0; i < ROUNDS; i++)
			__asm__ volatile("testl $3, %1\n jz 1f\n incl %0\n 1:" : "+r"(sum) : "r"(i));
		KEEP(sum);
		return ROUNDS;
	case 'r':
		for (u32 i = 0; i < ROUNDS; i++) {
			x ^= x << 13, x ^= x >> 17, x ^= x << 5;
			__asm__ volatile("testl $1, %1\n jz 1f\n incl %0\n 1:" : "+r"(sum) : "r"(x));
		}
		KEEP(sum);
		return ROUNDS;
	case 'i': {
		static void *const places[] = { &&zero, &&one, &&two, &&three };
		u32 left = ROUNDS;
	next:
		if (left-- == 0)
			break;
		x = x * 1103515245 + 12345;
		goto *places[x >> 16 & 3];
	zero:
		sum += 1;
		goto next;
	one:
		sum ^= 3;
		goto next;
	two:
		sum += x;
		goto next;
	three:
		sum -= 7;
		goto next;
	}
	default:
		return 0;
	}
	KEEP(sum);
	return ROUNDS;
}
