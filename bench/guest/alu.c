/* Arithmetic in registers: chains of dependent operations, flags read back, multiplication, division. */
#include "unit.h"
#define ROUNDS 1000000

static void prepare(void) {}

static u32 unit(char which)
{
	u32 a = 1, b = 0x12345678, n = ROUNDS;
	switch (which) {
	case 'a': /* add, xor, rotate, sub, or, lea, not: eight a round */
		__asm__ volatile("1: addl %1, %0\n xorl %0, %1\n roll $5, %0\n subl $77, %1\n"
				 "orl $1, %0\n leal 3(%0,%1,2), %0\n notl %1\n decl %2\n jnz 1b"
				 : "+r"(a), "+r"(b), "+r"(n));
		KEEP(a);
		return ROUNDS * 8;
	case 'c': /* 64-bit sums by add and adc */
		__asm__ volatile("1: addl %1, %0\n adcl $0, %1\n addl $12345, %0\n adcl %0, %1\n decl %2\n jnz 1b"
				 : "+r"(a), "+r"(b), "+r"(n));
		KEEP(a);
		return ROUNDS * 4;
	case 'f': /* conditions as values: cmp, setcc, cmov */
		__asm__ volatile("1: cmpl %0, %1\n seta %%al\n movzbl %%al, %%eax\n addl %%eax, %0\n cmpl %1, %0\n cmovgl %1, %0\n decl %2\n jnz 1b"
				 : "+r"(a), "+r"(b), "+r"(n) : : "eax");
		KEEP(a);
		return ROUNDS * 6;
	case 'm':
		__asm__ volatile("1: imull $1103515245, %0, %0\n addl $12345, %0\n imull %0, %1\n decl %2\n jnz 1b"
				 : "+r"(a), "+r"(b), "+r"(n));
		KEEP(a);
		return ROUNDS * 2;
	case 'd':
		for (u32 i = 0; i < ROUNDS / 4; i++) {
			u32 high = 0, low = b + i;
			__asm__ volatile("divl %2" : "+a"(low), "+d"(high) : "r"(i | 3));
			a += low ^ high;
		}
		KEEP(a);
		return ROUNDS / 4;
	}
	return 0;
}
