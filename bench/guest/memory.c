/* Loads and stores: in order, scattered, dependent on each other, unaligned. */
#include "unit.h"
#define WORDS 16384
#define LINKS 65536

static u32 area[WORDS + 1];
static u32 links[LINKS];

static void prepare(void)
{
	/* One cycle through all links: a full-period generator's steps. */
	for (u32 i = 0; i < LINKS; i++)
		links[i] = (i * 4093 + 12345) % LINKS;
}

static u32 unit(char which)
{
	u32 sum = 0, at = 0;
	switch (which) {
	case 'l':
		for (u32 r = 0; r < 64; r++)
			for (u32 i = 0; i < WORDS; i++)
				sum += ((volatile u32 *)area)[i];
		KEEP(sum);
		return 64 * WORDS;
	case 's':
		for (u32 r = 0; r < 64; r++)
			for (u32 i = 0; i < WORDS; i++)
				((volatile u32 *)area)[i] = i + r;
		return 64 * WORDS;
	case 'm': /* read, modify, write */
		for (u32 r = 0; r < 64; r++)
			for (u32 i = 0; i < WORDS; i++)
				__asm__ volatile("addl %1, %0" : "+m"(area[i]) : "r"(r));
		return 64 * WORDS;
	case 'b': /* bytes */
		for (u32 r = 0; r < 16; r++)
			for (u32 i = 0; i < 4 * WORDS; i++)
				sum += ((volatile u8 *)area)[i];
		KEEP(sum);
		return 64 * WORDS;
	case 'p': /* each load waits for the one before */
		for (u32 i = 0; i < 16 * LINKS; i++)
			at = links[at];
		KEEP(at);
		return 16 * LINKS;
	case 'u':
		for (u32 r = 0; r < 32; r++)
			for (u32 i = 0; i < WORDS; i++)
				sum += *(volatile u32 *)((u8 *)area + 4 * i + 1);
		KEEP(sum);
		return 32 * WORDS;
	}
	return 0;
}
