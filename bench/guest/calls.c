/* Calls and returns: direct, through a pointer, deep. */
#include "unit.h"
#define ROUNDS 500000

static u32 __attribute__((noinline, noclone)) plus(u32 x)
{
	__asm__ volatile("" : "+r"(x));
	return x + 1;
}
static u32 __attribute__((noinline, noclone)) times(u32 x)
{
	__asm__ volatile("" : "+r"(x));
	return x * 3;
}
static u32 __attribute__((noinline, noclone, optimize("no-optimize-sibling-calls"))) deep(u32 n)
{
	u32 below = n == 0 ? 0 : deep(n - 1);
	__asm__ volatile("" : "+r"(below));
	return below + 1;
}
static u32 (*volatile functions[2])(u32) = { plus, times };

static void prepare(void) {}

static u32 unit(char which)
{
	u32 x = 1;
	switch (which) {
	case 'd':
		for (u32 i = 0; i < ROUNDS; i++)
			x = plus(x);
		KEEP(x);
		return ROUNDS;
	case 'i':
		for (u32 i = 0; i < ROUNDS; i++)
			x = functions[i & 1](x);
		KEEP(x);
		return ROUNDS;
	case 'r':
		for (u32 i = 0; i < ROUNDS / 100; i++)
			x += deep(99);
		KEEP(x);
		return ROUNDS;
	}
	return 0;
}
