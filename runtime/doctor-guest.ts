// The guest of `skasm doctor`: an i386 program made here, instruction by instruction, and what it must answer. It
// has what the tiers treat apart: a loop with memory and a call in it, an x87 and an SSE operation, a system call.

const BASE = 0x08048000;
const HEADERS = 84;
/** Where the program keeps its numbers: in the page behind the code, since stores to code have a price. */
const DATA = BASE + 0x1000;

const word = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);

const ROUNDS = 20_000;
const MULTIPLIER = 1103515245;
const INCREMENT = 12345;

const CODE: readonly number[] = [
  ...[0xb9, ...word(ROUNDS)], //              mov ecx, ROUNDS
  ...[0xb8, ...word(1)], //                   mov eax, 1
  // loop:
  ...[0xe8, ...word(36)], //                  call step
  ...[0xa3, ...word(DATA)], //                mov [DATA], eax
  ...[0x03, 0x05, ...word(DATA)], //          add eax, [DATA]
  0x49, //                                    dec ecx
  ...[0x75, 0xed], //                         jnz loop
  ...[0xa3, ...word(DATA)], //                mov [DATA], eax
  ...[0xb8, ...word(4)], //                   mov eax, 4 (write)
  ...[0xbb, ...word(1)], //                   mov ebx, 1
  ...[0xb9, ...word(DATA)], //                mov ecx, DATA
  ...[0xeb, 12], //                           jmp end
  // step: eax = eax * MULTIPLIER + INCREMENT
  ...[0x69, 0xc0, ...word(MULTIPLIER)], //    imul eax, eax, MULTIPLIER
  ...[0x05, ...word(INCREMENT)], //           add eax, INCREMENT
  0xc3, //                                    ret
  // end:
  ...[0xd9, 0xe8], //                         fld1
  ...[0xd8, 0xc0], //                         fadd st, st
  ...[0xd9, 0xfa], //                         fsqrt
  ...[0xdd, 0x1d, ...word(DATA + 4)], //      fstp qword [DATA + 4]
  ...[0xf3, 0x0f, 0x2a, 0x05, ...word(DATA)], //  cvtsi2ss xmm0, [DATA]
  ...[0xf3, 0x0f, 0x11, 0x05, ...word(DATA + 12)], // movss [DATA + 12], xmm0
  ...[0xba, ...word(16)], //                  mov edx, 16
  ...[0xcd, 0x80], //                         int 0x80
  ...[0xb8, ...word(1)], //                   mov eax, 1 (exit)
  ...[0xbb, ...word(42)], //                  mov ebx, 42
  ...[0xcd, 0x80], //                         int 0x80
];

/** ELF32 executable of one segment, readable, writable and executable. */
export function doctorProgram(): Uint8Array {
  const file = new Uint8Array(HEADERS + CODE.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, 2, true); // ET_EXEC
  view.setUint16(18, 3, true); // EM_386
  view.setUint32(20, 1, true);
  view.setUint32(24, BASE + HEADERS, true); // e_entry
  view.setUint32(28, 52, true); // e_phoff
  view.setUint16(40, 52, true); // e_ehsize
  view.setUint16(42, 32, true); // e_phentsize
  view.setUint16(44, 1, true); // e_phnum
  for (const [at, value] of [
    [52, 1], // PT_LOAD
    [60, BASE],
    [64, BASE],
    [68, file.length],
    [72, 0x2000],
    [76, 7],
    [80, 4096],
  ] as const)
    view.setUint32(at, value, true);
  file.set(CODE, HEADERS);
  return file;
}

export const DOCTOR_STATUS = 42;

/** What the program writes: the last number of the recurrence, the root of 2, and the number as a float. */
export function doctorAnswer(): Uint8Array {
  let value = 1;
  for (let round = 0; round < ROUNDS; round++) {
    value = (Math.imul(value, MULTIPLIER) + INCREMENT) | 0;
    value = (value + value) | 0;
  }
  const answer = new DataView(new ArrayBuffer(16));
  answer.setInt32(0, value, true);
  answer.setFloat64(4, Math.SQRT2, true);
  answer.setFloat32(12, value, true);
  return new Uint8Array(answer.buffer);
}
