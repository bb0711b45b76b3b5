/* String instructions with rep, 64 KiB at a time; an operation is one byte. */
#include "unit.h"
#define BYTES 65536
#define ROUNDS 128

static u8 from[BYTES + 64], to[BYTES + 64];

static void prepare(void)
{
	for (u32 i = 0; i < BYTES; i++)
		from[i] = 1;
}

static u32 unit(char which)
{
	for (u32 r = 0; r < ROUNDS; r++) {
		const void *source = from;
		void *target = to;
		u32 count = BYTES;
		switch (which) {
		case 'b':
			__asm__ volatile("rep movsb" : "+S"(source), "+D"(target), "+c"(count) : : "memory");
			break;
		case 'd':
			count = BYTES / 4;
			__asm__ volatile("rep movsl" : "+S"(source), "+D"(target), "+c"(count) : : "memory");
			break;
		case 's':
			count = BYTES / 4;
			__asm__ volatile("rep stosl" : "+D"(target), "+c"(count) : "a"(0x01010101) : "memory");
			break;
		case 'n': /* as strlen and memchr */
			target = from;
			__asm__ volatile("repne scasb" : "+D"(target), "+c"(count) : "a"(0) : "memory", "cc");
			break;
		case 'c':
			target = from;
			__asm__ volatile("repe cmpsb" : "+S"(source), "+D"(target), "+c"(count) : : "memory", "cc");
			break;
		default:
			return 0;
		}
	}
	return ROUNDS * BYTES;
}
