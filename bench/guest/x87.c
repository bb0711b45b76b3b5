/* x87: sums and products at full precision, division and root, 80-bit values to and from memory, conversions. */
#include "unit.h"
#define ROUNDS 200000

static long double wide[64];
static double narrow[64];
static int whole[64];

static void prepare(void)
{
	for (int i = 0; i < 64; i++)
		wide[i] = narrow[i] = 1.0 + i / 64.0, whole[i] = i;
}

static u32 unit(char which)
{
	volatile double result;
	long double x = 0.5L, y = 1.25L;
	switch (which) {
	case 'a':
		for (u32 i = 0; i < ROUNDS; i++) {
			x = x * 0.75L + y;
			y = y - x * 0.125L;
		}
		break;
	case 'd':
		for (u32 i = 0; i < ROUNDS; i++) {
			x = (x + 3) / y;
			__asm__ volatile("fsqrt" : "+t"(x));
		}
		break;
	case 'm':
		for (u32 i = 0; i < ROUNDS; i++)
			wide[i & 63] = wide[(i + 7) & 63] + 1;
		x = wide[0];
		break;
	case 'l': /* doubles in memory: what compiled C without SSE does most */
		for (u32 i = 0; i < ROUNDS; i++)
			narrow[i & 63] = narrow[(i + 7) & 63] * 0.5 + 1;
		x = narrow[0];
		break;
	case 'i':
		for (u32 i = 0; i < ROUNDS; i++)
			__asm__ volatile("fildl %1\n fistpl %0" : "=m"(whole[i & 63]) : "m"(whole[(i + 1) & 63]));
		break;
	default:
		return 0;
	}
	result = x;
	(void)result;
	return ROUNDS * (which == 'a' ? 4 : 2);
}
