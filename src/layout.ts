// The one map of linear memory: where the CPU block, the per-address-space tables and the page frames
// lie. Compiled by asc (as i32 constants) and by tsc (as numbers), so this file imports nothing and
// exports plain integer constants. Every other file takes addresses from here.

// ---- regions of linear memory, in bytes ----
//   0x0000_0000  16 bytes that are always 0: a strip that is none (src/cpu/strip.ts); no host address of a guest's byte
//   0x0000_0010  CPU block: the state of the task that runs on this engine
//   0x0001_0000  cpu.wasm's statics (asconfig.json: memoryBase)
//   0x0020_0000  UNDO_LOG: stores of the region that --verify looks at, and of the interpreter
//   0x0100_0000  STRIPS: code that the interpreter has decoded
//   0x0300_0000  pool of table sets, one per resident address space
//   EMPTY_TABLES a table set without a page
//   FRAMES       page frames, grown on demand
export const CPU = 0x10;
export const CPU_SIZE = 0x400;
export const UNDO_LOG = 0x200000;
export const UNDO_LOG_END = 0x1000000;
/** Code that the interpreter has decoded (src/cpu/strip.ts). */
export const STRIPS = 0x1000000;
export const STRIPS_END = 0x3000000;
export const TABLES = 0x3000000;

// A table set: R and W entries for 2^20 pages, one executable bit per page, the jump cache and the extents
// of the address space. The offsets are relative to the table base (TB).
export const R_TABLE = 0x000000;
export const W_TABLE = 0x400000;
export const X_BITMAP = 0x800000;
export const JUMP_CACHE = 0x820000;
export const EXTENTS = 0x840000;
export const TABLE_STRIDE = 0x841000;
export const TABLE_SETS = 64;
/** A set of tables without a page, never written: what TB leads to while accesses are observed (src/cpu/mmu.ts). */
export const EMPTY_TABLES = TABLES + TABLE_STRIDE * TABLE_SETS;
/** First byte of the page-frame pool; frame number n of the pool lies at n * PAGE_SIZE absolutely. */
export const FRAMES = EMPTY_TABLES + TABLE_STRIDE;

// A jump cache entry, found by the eip that it serves: which translation to enter there, or how often the
// interpreter came by. JUMP_FN is the region's slot in the function table, 0 = none; JUMP_COUNT counts down to 0,
// which asks the translator, and is 0 where there is a region.
export const JUMP_ENTRIES = 8192;
export const JUMP_ENTRY_SIZE = 16;
export const JUMP_EIP = 0;
export const JUMP_FN = 4;
export const JUMP_COUNT = 8;
/** The translator's: 0 since the entry was taken for its eip. */
export const JUMP_STAGE = 12;

// An extent: a run of pages [low, low + length) that are all readable and writable, with no copy or dirty mark
// pending and no translated code in them, whose frames are contiguous. For an access to `size` <= 256 bytes at
// `a`, with (a - low) <u EXTENT_SPAN, the host address is a + EXTENT_BIAS. A span of 0 is an empty extent.
export const EXTENT_DATA = 0; // the program's data and heap
export const EXTENT_STACK = 1;
export const EXTENT_MMAP = 2;
export const EXTENT_COUNT = 3;
export const EXTENT_SIZE = 12;
export const EXTENT_LOW = 0; // guest address of the first byte
export const EXTENT_SPAN = 4; // length in bytes - 255, or 0
export const EXTENT_BIAS = 8; // host address - guest address, modulo 2^32

export const PAGE_SHIFT = 12;
export const PAGE_SIZE = 0x1000;
export const PAGE_MASK = 0xfff;
/**
 * A table entry is 0 (no access) or hostPage - guestPage + ENTRY_BIAS; an access at guest address `a`
 * is then `load offset=ENTRY_OFFSET (a + entry)`. The bias keeps a valid entry from being zero.
 */
export const ENTRY_BIAS = 1 - 4096;
export const ENTRY_OFFSET = 4095;

// ---- the CPU block; offsets from CPU, and the same offsets in a task's slot. What translated code uses most lies
// below 0x80 in linear memory: there an x64 instruction takes a displacement of one byte in place of four. ----
export const EAX = 0x00; // the eight registers in the manual's order: eax ecx edx ebx esp ebp esi edi
export const ECX = 0x04;
export const EDX = 0x08;
export const EBX = 0x0c;
export const ESP = 0x10;
export const EBP = 0x14;
export const ESI = 0x18;
export const EDI = 0x1c;
export const EIP = 0x20;
/** While a slot is at rest (LAZY_OP = 0) this holds all of EFLAGS. While running, the status bits may be lazy. */
export const EFLAGS = 0x24;
export const LAZY_OP = 0x28; // 0: the status bits in EFLAGS are valid
export const LAZY_A = 0x2c;
export const LAZY_B = 0x30;
export const LAZY_R = 0x34;
export const LAZY_CF = 0x38;
export const ALWAYS_ZERO = 0x3c; // what the interpreter adds where an address has no base, or no index
export const BUDGET = 0x40; // i32: instructions left before TRAP_BUDGET
export const TB = 0x44; // table base of the running address space
export const RUNNING_EXTENTS = 0x48; // EXTENT_COUNT x EXTENT_SIZE: a copy of the running address space's extents
export const RETIRED = 0x70; // u64: instructions retired on this engine
export const TSC_BASE = 0x78; // u64: set by the kernel at each entry; rdtsc = TSC_BASE + instructions since entry
export const SEG_SELECTOR = 0x80; // u32 x 6: es cs ss ds fs gs
export const SEG_BASE = 0x98; // u32 x 6
export const SEG_LIMIT = 0xb0; // u32 x 6: last valid offset, in bytes
export const SEG_ACCESS = 0xc8; // u32 x 6: descriptor bits 8..23 as in the manual's second dword >> 8; 0 = null selector
export const TRAP_VECTOR = 0xe0; // exception vector of TRAP_FAULT
export const TRAP_ERROR = 0xe4; // its error code
export const TRAP_ADDRESS = 0xe8; // cr2
export const LDT_BASE = 0xec; // host address of the address space's LDT, 0 = none
export const LDT_COUNT = 0xf0; // its entries
export const FLAT_SEGMENTS = 0xf4; // bit n: segment n spans 4 GiB and may be used without a limit check; bit 8: es cs ss ds do, from 0, with 32-bit code
export const REGION_CODE = 0xf8; // REGION_LEAVE, or what the region that last answered NOWHERE has to say; see below
export const FPR = 0x100; // 8 x 16 bytes, physical R0..R7: 64-bit significand, u16 sign and exponent
export const FCW = 0x180; // u32 holding the 16-bit control word
export const FSW = 0x184; // u32 status word; bits 11..13 are always 0 here, TOP lies in FTOP
export const FTOP = 0x188; // u32 0..7
export const FTAG = 0x18c; // u32: bit i set = R_i is in use (the abridged tags of FXSAVE)
export const FOP = 0x190; // last opcode, 11 bits
export const FIP = 0x194;
export const FCS = 0x198;
export const FDP = 0x19c;
export const FDS = 0x1a0;
export const MXCSR = 0x1a4;
export const DEBUG_ADDRESS = 0x1b0; // u32 x 4: DR0..3
export const DEBUG_STATUS = 0x1c0; // u32: of DR6 the bits B0..3 and BS, at the last debug exception
export const DEBUG_CONTROL = 0x1c4; // u32: DR7; while it enables a breakpoint, instructions run one by one
export const TLS_DESCRIPTORS = 0x1c8; // 3 x 8 bytes: GDT entries 6..8, in descriptor format
export const XMM = 0x200; // 8 x 16 bytes

// Of the block, the words between these two belong to the engine, not to the task (BUDGET to TSC_BASE).
export const ENGINE_WORDS = 0x40;
export const ENGINE_WORDS_END = 0x80;
/** What a task's state takes of the block. */
export const STATE_SIZE = 0x280;

// ---- what the tiers did, u64 each, at TIER_COUNTS; for --stats ----
export const TIER_COUNTS = 0x1800;
export const COUNT_INTERPRETED = 0x00; // instructions of the interpreter
export const COUNT_ENTERED = 0x08; // regions entered from the interpreter
export const COUNT_CALLED = 0x10; // calls by regions that led through dispatch
export const COUNT_UNTRANSLATED = 0x18; // calls by regions of code that had none
export const COUNT_LEFT = 0x20; // regions left for another
export const COUNT_STEPPED = 0x28; // regions left for the interpreter's sake: rare instructions, misses of memory
export const COUNT_SPENT = 0x30; // at the end of the budget
export const COUNT_UNWOUND = 0x38; // with their callers, for a trap or a new region

// ---- the CPU model (src/cpu-model.ts): what instructions there are, and what cpuid answers ----
export const MODEL = 0x1a00;
export const MODEL_FEATURES = 0x00; // u32: FEATURE_ bits
export const MODEL_LEVEL = 0x04; // u32: the last function of cpuid's lower range, which answers for all beyond it
export const MODEL_COUNT = 0x08; // u32: how many leaves follow
export const MODEL_LEAVES = 0x10; // u32 x 6 each: eax and ecx that are asked for; eax ebx ecx edx to be answered
export const MODEL_LEAF_SIZE = 24;
export const FEATURE_CX8 = 0x1;
export const FEATURE_SEP = 0x2;
export const FEATURE_CMOV = 0x4;
export const FEATURE_CLFSH = 0x8;
export const FEATURE_MMX = 0x10;
export const FEATURE_FXSR = 0x20;
export const FEATURE_SSE = 0x40;
export const FEATURE_SSE2 = 0x80;
export const FEATURE_SSE3 = 0x100;
export const FEATURE_SSSE3 = 0x200;
export const FEATURE_SSE4_1 = 0x400;
export const FEATURE_SSE4_2 = 0x800;
export const FEATURE_MOVBE = 0x1000;
export const FEATURE_POPCNT = 0x2000;
export const FEATURE_LZCNT = 0x4000;
export const FEATURE_BMI1 = 0x8000;
export const FEATURE_BMI2 = 0x10000;
export const FEATURE_ADX = 0x20000;

// ---- what the interpreter records of hot code: for each instruction in turn its eip and the eight registers ----
export const TRACE = 0x2000;
export const TRACE_LENGTH = 600;
export const TRACE_ENTRY = 36;

// ---- what Tier.hot answers ----
export const HOT_NOTHING = 0; // go on
export const HOT_UNWIND = 1; // regions are to be installed: give up the calls in progress
export const HOT_RECORD = 2; // record what is run next
// ---- what the x87 functions for regions (src/cpu/fpu-values.ts) answer besides their result ----
export const VALUE_SE = 0x1880; // u32: sign and exponent
export const VALUE_RAISED = 0x1884; // u32: exceptions and C1, as in the status word

// ---- why Engine.run returned ----
export const TRAP_BUDGET = 0; // the budget is spent; eip is the next instruction
export const TRAP_SYSCALL = 1; // int 0x80; eip is behind it
export const TRAP_SYSENTER = 2; // sysenter; eip is at the instruction
export const TRAP_FAULT = 3; // TRAP_VECTOR says which; faults leave eip at the instruction, traps behind it
export const TRAP_CALLED = 4; // a system call has been made within the run, and the run may not go on behind it

// ---- what the kernel answers where a run asks for a system call (Engine.onCall) ----
export const CALL_REFUSED = 0; // it was not made: the run ends with its trap
export const CALL_OVER = 1; // it was made, and the run ends
export const CALL_GO_ON = 2; // it was made, and the run goes on at EIP

// ---- what a region returns: the address at which control goes on, or NOWHERE, and then one of these in REGION_CODE.
// EIP is right in any case. ----
export const NOWHERE = 0xffffffff; // no instruction can begin here
export const REGION_LEAVE = 0; // control goes on at EIP, which is NOWHERE
export const REGION_STEP = 1; // the instruction at EIP is one for the interpreter: nothing of it has been done
export const REGION_SPENT = 2; // the budget is spent; EIP is the next instruction
export const REGION_UNWIND = 3; // a trap, or all calls in progress are given up: return the same
/** Regions and interpreters that may be in progress at once: V8's stack holds about ten times as many. */
export const DEEPEST = 600;

// ---- exception vectors ----
export const VECTOR_DE = 0;
export const VECTOR_DB = 1;
export const VECTOR_BP = 3;
export const VECTOR_OF = 4;
export const VECTOR_BR = 5;
export const VECTOR_UD = 6;
export const VECTOR_NM = 7;
export const VECTOR_NP = 11;
export const VECTOR_SS = 12;
export const VECTOR_GP = 13;
export const VECTOR_PF = 14;
export const VECTOR_MF = 16;
export const VECTOR_AC = 17;
export const VECTOR_XM = 19;

// ---- page-fault error code ----
export const PF_PRESENT = 1;
export const PF_WRITE = 2;
export const PF_USER = 4;
export const PF_FETCH = 16;
/** Not a processor's: the store of an instruction that the kernel carries out. From this bit on 1 + the distance from its first byte. */
export const PF_EMULATED_SHIFT = 16;
