/* SSE and SSE2: scalar doubles, four floats, packed integers, shuffles. */
#include "unit.h"
#define ROUNDS 200000

typedef float f4 __attribute__((vector_size(16)));
typedef int i4 __attribute__((vector_size(16)));
typedef short s8 __attribute__((vector_size(16)));

static void prepare(void) {}

static u32 unit(char which)
{
	volatile double result;
	switch (which) {
	case 'd': {
		double x = 0.5, y = 1.25;
		for (u32 i = 0; i < ROUNDS; i++) {
			x = x * 0.75 + y;
			y = y - x * 0.125;
		}
		result = x;
		break;
	}
	case 'f': {
		f4 x = { 1, 2, 3, 4 }, y = { 0.5f, 0.25f, 0.125f, 1 };
		for (u32 i = 0; i < ROUNDS; i++) {
			x = x * y + y;
			y = y - x * 0.125f;
		}
		result = x[0];
		break;
	}
	case 'i': {
		i4 x = { 1, 2, 3, 4 }, y = { 5, 6, 7, 8 };
		for (u32 i = 0; i < ROUNDS; i++) {
			x = (x + y) ^ (x << 3);
			y = y - x;
		}
		result = x[0];
		break;
	}
	case 's': {
		i4 x = { 1, 2, 3, 4 };
		s8 y = { 1, 2, 3, 4, 5, 6, 7, 8 };
		for (u32 i = 0; i < ROUNDS; i++) {
			x = __builtin_shuffle(x, (i4){ 3, 0, 1, 2 });
			y = y * (s8)x;
			x = x + (i4)y;
		}
		result = x[0];
		break;
	}
	default:
		return 0;
	}
	(void)result;
	return ROUNDS * (which == 's' ? 3 : 4);
}
