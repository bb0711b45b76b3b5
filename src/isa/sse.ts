// Rows of MMX, SSE and SSE2, and of the SIMD state. Intel SDM volume 2, appendix A (0F map); the legend of
// letters stands in row.ts. What MMX registers can do since SSE2 XMM registers can do as well: such pairs are
// one line (`both`), as are the four widths of floating-point arithmetic (`floats`). An operand's size is that
// of its access in memory; in a register it says what the function is given: dq ps pd all 128 bits, sd and ss
// a number, q and d bits. A function that mixes the halves of a register has an MMX sibling, `_mmx`.
import { type Attributes, type Row, row } from './row.ts';

const MMX: Attributes = { cpu: 'mmx' };
const SSE: Attributes = { cpu: 'sse' };
const SSE2: Attributes = { cpu: 'sse2' };
const LOAD = 'w r';
const COMPARE: Attributes = { access: 'r r', writes: 'oszapc' };

/** An integer operation on MMX registers, which came with `since`, and the same on XMM registers. */
function both(slot: string, name: string, since = 'mmx'): readonly Row[] {
  return [row(`NP ${slot}`, name, 'Pq,Qq', { cpu: since }), row(`66 ${slot}`, name, 'Vdq,Wdq', SSE2)];
}

/** The same where it mixes the halves; of unpacking a low half, MMX reads no more from memory than that. */
function halves(slot: string, name: string, memory = 'Qq'): readonly Row[] {
  return [
    row(`NP ${slot}`, name, `Pq,${memory}`, { ...MMX, fn: `${name}_mmx` }),
    row(`66 ${slot}`, name, 'Vdq,Wdq', SSE2),
  ];
}

/** A shift by an immediate. */
function shift(slot: string, name: string): readonly Row[] {
  return [
    row(`NP ${slot}`, name, 'Nq,Ib', { ...MMX, fn: `${name}_imm` }),
    row(`66 ${slot}`, name, 'Udq,Ib', { ...SSE2, fn: `${name}_imm` }),
  ];
}

/** Arithmetic on packed and on single numbers of both widths. */
function floats(slot: string, name: string, access = 'rw r', more = ''): readonly Row[] {
  return [
    row(`NP ${slot}`, `${name}ps`, `Vps,Wps${more}`, { ...SSE, access }),
    row(`66 ${slot}`, `${name}pd`, `Vpd,Wpd${more}`, { ...SSE2, access }),
    row(`F3 ${slot}`, `${name}ss`, `Vss,Wss${more}`, { ...SSE, access }),
    row(`F2 ${slot}`, `${name}sd`, `Vsd,Wsd${more}`, { ...SSE2, access }),
  ];
}

/** A bitwise or shuffling operation that is the same for numbers of both widths, or not (`fn` is undefined). */
function packed(slot: string, name: string, more = '', fn?: string): readonly Row[] {
  return [
    row(`NP ${slot}`, `${name}ps`, `Vps,Wps${more}`, fn ? { ...SSE, fn } : SSE),
    row(`66 ${slot}`, `${name}pd`, `Vpd,Wpd${more}`, fn ? { ...SSE2, fn } : SSE2),
  ];
}

// biome-ignore format: a table in columns
export const sse: readonly Row[] = [
  // The state
  row('NP 0FAE/0', 'fxsave',     'M',           { access: 'w', cpu: 'fxsr' }),
  row('NP 0FAE/1', 'fxrstor',    'M',           { access: 'r', cpu: 'fxsr' }),
  row('NP 0FAE/2', 'ldmxcsr',    'Md',          { access: 'r', cpu: 'sse' }),
  row('NP 0FAE/3', 'stmxcsr',    'Md',          { access: 'w', cpu: 'sse' }),
  row('NP 0FAE/7', 'clflush',    'Mb',          { access: 'r', cpu: 'clfsh' }),
  row('NP 0FAEE8+i', 'lfence',   '',            SSE2),
  row('NP 0FAEF0+i', 'mfence',   '',            SSE2),
  row('NP 0FAEF8+i', 'sfence',   '',            SSE),
  row('NP 0F77',   'emms',       '',            MMX),

  // Moves of whole registers
  row('NP 0F10',   'movups',     'Vps,Wps',     { ...SSE,  access: LOAD, fn: 'move', unaligned: true }),
  row('66 0F10',   'movupd',     'Vpd,Wpd',     { ...SSE2, access: LOAD, fn: 'move', unaligned: true }),
  row('NP 0F11',   'movups',     'Wps,Vps',     { ...SSE,  access: LOAD, fn: 'move', unaligned: true }),
  row('66 0F11',   'movupd',     'Wpd,Vpd',     { ...SSE2, access: LOAD, fn: 'move', unaligned: true }),
  row('NP 0F28',   'movaps',     'Vps,Wps',     { ...SSE,  access: LOAD, fn: 'move' }),
  row('66 0F28',   'movapd',     'Vpd,Wpd',     { ...SSE2, access: LOAD, fn: 'move' }),
  row('NP 0F29',   'movaps',     'Wps,Vps',     { ...SSE,  access: LOAD, fn: 'move' }),
  row('66 0F29',   'movapd',     'Wpd,Vpd',     { ...SSE2, access: LOAD, fn: 'move' }),
  row('66 0F6F',   'movdqa',     'Vdq,Wdq',     { ...SSE2, access: LOAD, fn: 'move' }),
  row('F3 0F6F',   'movdqu',     'Vdq,Wdq',     { ...SSE2, access: LOAD, fn: 'move', unaligned: true }),
  row('66 0F7F',   'movdqa',     'Wdq,Vdq',     { ...SSE2, access: LOAD, fn: 'move' }),
  row('F3 0F7F',   'movdqu',     'Wdq,Vdq',     { ...SSE2, access: LOAD, fn: 'move', unaligned: true }),
  row('NP 0F2B',   'movntps',    'Mps,Vps',     { ...SSE,  access: LOAD, fn: 'move' }),
  row('66 0F2B',   'movntpd',    'Mpd,Vpd',     { ...SSE2, access: LOAD, fn: 'move' }),
  row('66 0FE7',   'movntdq',    'Mdq,Vdq',     { ...SSE2, access: LOAD, fn: 'move' }),
  row('NP 0FE7',   'movntq',     'Mq,Pq',       { ...SSE,  access: LOAD, fn: 'move_low' }),
  row('NP 0FC3',   'movnti',     'Md,Gd',       { ...SSE2, access: LOAD }),
  row('NP 0F6F',   'movq',       'Pq,Qq',       { ...MMX,  access: LOAD, fn: 'move' }),
  row('NP 0F7F',   'movq',       'Qq,Pq',       { ...MMX,  access: LOAD, fn: 'move' }),

  // Moves of parts
  row('F3 0F10',   'movss',      'Vdq,Md',      { ...SSE,  access: LOAD, fn: 'load_32' }),
  row('F3 0F10',   'movss',      'Vss,Uss',     { ...SSE,  access: LOAD, fn: 'copy_32' }),
  row('F3 0F11',   'movss',      'Md,Vd',       { ...SSE,  access: LOAD, fn: 'store_32' }),
  row('F3 0F11',   'movss',      'Uss,Vss',     { ...SSE,  access: LOAD, fn: 'copy_32' }),
  row('F2 0F10',   'movsd',      'Vdq,Mq',      { ...SSE2, access: LOAD, fn: 'load_64' }),
  row('F2 0F10',   'movsd',      'Vsd,Usd',     { ...SSE2, access: LOAD, fn: 'copy_64' }),
  row('F2 0F11',   'movsd',      'Mq,Vq',       { ...SSE2, access: LOAD, fn: 'store_64' }),
  row('F2 0F11',   'movsd',      'Usd,Vsd',     { ...SSE2, access: LOAD, fn: 'copy_64' }),
  row('NP 0F12',   'movlps',     'Vdq,Mq',      { ...SSE,  fn: 'load_low' }),
  row('NP 0F12',   'movhlps',    'Vdq,Udq',     SSE),
  row('66 0F12',   'movlpd',     'Vdq,Mq',      { ...SSE2, fn: 'load_low' }),
  row('NP 0F13',   'movlps',     'Mq,Vq',       { ...SSE,  access: LOAD, fn: 'store_64' }),
  row('66 0F13',   'movlpd',     'Mq,Vq',       { ...SSE2, access: LOAD, fn: 'store_64' }),
  row('NP 0F16',   'movhps',     'Vdq,Mq',      { ...SSE,  fn: 'load_high' }),
  row('NP 0F16',   'movlhps',    'Vdq,Udq',     SSE),
  row('66 0F16',   'movhpd',     'Vdq,Mq',      { ...SSE2, fn: 'load_high' }),
  row('NP 0F17',   'movhps',     'Mq,Vdq',      { ...SSE,  access: LOAD, fn: 'store_high' }),
  row('66 0F17',   'movhpd',     'Mq,Vdq',      { ...SSE2, access: LOAD, fn: 'store_high' }),
  row('NP 0F6E',   'movd',       'Pq,Ed',       { ...MMX,  access: LOAD, fn: 'load_32' }),
  row('66 0F6E',   'movd',       'Vdq,Ed',      { ...SSE2, access: LOAD, fn: 'load_32' }),
  row('NP 0F7E',   'movd',       'Ed,Pd',       { ...MMX,  access: LOAD, fn: 'store_32' }),
  row('66 0F7E',   'movd',       'Ed,Vd',       { ...SSE2, access: LOAD, fn: 'store_32' }),
  row('F3 0F7E',   'movq',       'Vdq,Wq',      { ...SSE2, access: LOAD, fn: 'load_64' }),
  row('66 0FD6',   'movq',       'Mq,Vq',       { ...SSE2, access: LOAD, fn: 'store_64' }),
  row('66 0FD6',   'movq',       'Udq,Vq',      { ...SSE2, access: LOAD, fn: 'load_64' }),
  row('F3 0FD6',   'movq2dq',    'Vdq,Nq',      { ...SSE2, access: LOAD, fn: 'move' }),
  row('F2 0FD6',   'movdq2q',    'Pq,Udq',      { ...SSE2, access: LOAD, fn: 'move' }),
  row('NP 0F50',   'movmskps',   'Gd,Ups',      { ...SSE,  access: LOAD }),
  row('66 0F50',   'movmskpd',   'Gd,Upd',      { ...SSE2, access: LOAD }),
  row('NP 0FD7',   'pmovmskb',   'Gd,Nq',       { ...SSE,  access: LOAD, fn: 'pmovmskb_mmx' }),
  row('66 0FD7',   'pmovmskb',   'Gd,Udq',      { ...SSE2, access: LOAD }),
  row('NP 0FC4',   'pinsrw',     'Pq,Rd,Ib',    { ...SSE,  fn: 'pinsrw_mmx' }),
  row('NP 0FC4',   'pinsrw',     'Pq,Mw,Ib',    { ...SSE,  fn: 'pinsrw_mmx' }),
  row('66 0FC4',   'pinsrw',     'Vdq,Rd,Ib',   SSE2),
  row('66 0FC4',   'pinsrw',     'Vdq,Mw,Ib',   SSE2),
  row('NP 0FC5',   'pextrw',     'Gd,Nq,Ib',    { ...SSE,  access: LOAD, fn: 'pextrw_mmx' }),
  row('66 0FC5',   'pextrw',     'Gd,Udq,Ib',   { ...SSE2, access: LOAD }),
  row('NP 0FF7',   'maskmovq',   'Pq,Nq',       { ...SSE,  access: 'r r' }),
  row('66 0FF7',   'maskmovdqu', 'Vdq,Udq',     { ...SSE2, access: 'r r' }),

  // Shuffles
  ...packed('0F14', 'unpckl'),
  ...packed('0F15', 'unpckh'),
  ...packed('0FC6', 'shuf', ',Ib'),
  row('NP 0F70',   'pshufw',     'Pq,Qq,Ib',    { ...SSE,  access: LOAD, fn: 'pshuflw' }),
  row('66 0F70',   'pshufd',     'Vdq,Wdq,Ib',  { ...SSE2, access: LOAD }),
  row('F3 0F70',   'pshufhw',    'Vdq,Wdq,Ib',  { ...SSE2, access: LOAD }),
  row('F2 0F70',   'pshuflw',    'Vdq,Wdq,Ib',  { ...SSE2, access: LOAD }),
  ...halves('0F60', 'punpcklbw', 'Qd'),
  ...halves('0F61', 'punpcklwd', 'Qd'),
  ...halves('0F62', 'punpckldq', 'Qd'),
  row('66 0F6C',   'punpcklqdq', 'Vdq,Wdq',     SSE2),
  ...halves('0F63', 'packsswb'),
  ...halves('0F67', 'packuswb'),
  ...halves('0F6B', 'packssdw'),
  ...halves('0F68', 'punpckhbw'),
  ...halves('0F69', 'punpckhwd'),
  ...halves('0F6A', 'punpckhdq'),
  row('66 0F6D',   'punpckhqdq', 'Vdq,Wdq',     SSE2),

  // Integers
  ...both('0F64', 'pcmpgtb'),
  ...both('0F65', 'pcmpgtw'),
  ...both('0F66', 'pcmpgtd'),
  ...both('0F74', 'pcmpeqb'),
  ...both('0F75', 'pcmpeqw'),
  ...both('0F76', 'pcmpeqd'),
  ...both('0FD1', 'psrlw'),
  ...both('0FD2', 'psrld'),
  ...both('0FD3', 'psrlq'),
  ...both('0FE1', 'psraw'),
  ...both('0FE2', 'psrad'),
  ...both('0FF1', 'psllw'),
  ...both('0FF2', 'pslld'),
  ...both('0FF3', 'psllq'),
  ...shift('0F71/2', 'psrlw'),
  ...shift('0F71/4', 'psraw'),
  ...shift('0F71/6', 'psllw'),
  ...shift('0F72/2', 'psrld'),
  ...shift('0F72/4', 'psrad'),
  ...shift('0F72/6', 'pslld'),
  ...shift('0F73/2', 'psrlq'),
  ...shift('0F73/6', 'psllq'),
  row('66 0F73/3', 'psrldq',     'Udq,Ib',      SSE2),
  row('66 0F73/7', 'pslldq',     'Udq,Ib',      SSE2),
  ...both('0FD4', 'paddq', 'sse2'),
  ...both('0FD5', 'pmullw'),
  ...both('0FD8', 'psubusb'),
  ...both('0FD9', 'psubusw'),
  ...both('0FDA', 'pminub', 'sse'),
  ...both('0FDB', 'pand'),
  ...both('0FDC', 'paddusb'),
  ...both('0FDD', 'paddusw'),
  ...both('0FDE', 'pmaxub', 'sse'),
  ...both('0FDF', 'pandn'),
  ...both('0FE0', 'pavgb', 'sse'),
  ...both('0FE3', 'pavgw', 'sse'),
  ...both('0FE4', 'pmulhuw', 'sse'),
  ...both('0FE5', 'pmulhw'),
  ...both('0FE8', 'psubsb'),
  ...both('0FE9', 'psubsw'),
  ...both('0FEA', 'pminsw', 'sse'),
  ...both('0FEB', 'por'),
  ...both('0FEC', 'paddsb'),
  ...both('0FED', 'paddsw'),
  ...both('0FEE', 'pmaxsw', 'sse'),
  ...both('0FEF', 'pxor'),
  ...both('0FF4', 'pmuludq', 'sse2'),
  ...both('0FF5', 'pmaddwd'),
  ...both('0FF6', 'psadbw', 'sse'),
  ...both('0FF8', 'psubb'),
  ...both('0FF9', 'psubw'),
  ...both('0FFA', 'psubd'),
  ...both('0FFB', 'psubq', 'sse2'),
  ...both('0FFC', 'paddb'),
  ...both('0FFD', 'paddw'),
  ...both('0FFE', 'paddd'),

  // Floating point
  ...packed('0F54', 'and', '', 'pand'),
  ...packed('0F55', 'andn', '', 'pandn'),
  ...packed('0F56', 'or', '', 'por'),
  ...packed('0F57', 'xor', '', 'pxor'),
  ...floats('0F51', 'sqrt', LOAD),
  row('NP 0F52',   'rsqrtps',    'Vps,Wps',     { ...SSE,  access: LOAD }),
  row('F3 0F52',   'rsqrtss',    'Vss,Wss',     { ...SSE,  access: LOAD }),
  row('NP 0F53',   'rcpps',      'Vps,Wps',     { ...SSE,  access: LOAD }),
  row('F3 0F53',   'rcpss',      'Vss,Wss',     { ...SSE,  access: LOAD }),
  ...floats('0F58', 'add'),
  ...floats('0F59', 'mul'),
  ...floats('0F5C', 'sub'),
  ...floats('0F5D', 'min'),
  ...floats('0F5E', 'div'),
  ...floats('0F5F', 'max'),
  ...floats('0FC2', 'cmp', 'rw r', ',Ib'),
  row('NP 0F2E',   'ucomiss',    'Vss,Wss',     { ...SSE,  ...COMPARE }),
  row('66 0F2E',   'ucomisd',    'Vsd,Wsd',     { ...SSE2, ...COMPARE }),
  row('NP 0F2F',   'comiss',     'Vss,Wss',     { ...SSE,  ...COMPARE }),
  row('66 0F2F',   'comisd',     'Vsd,Wsd',     { ...SSE2, ...COMPARE }),

  // Conversions
  row('NP 0F2A',   'cvtpi2ps',   'Vps,Qq',      SSE),
  row('66 0F2A',   'cvtpi2pd',   'Vpd,Qq',      { ...SSE2, access: LOAD }),
  row('F3 0F2A',   'cvtsi2ss',   'Vss,Ed',      { ...SSE,  access: LOAD }),
  row('F2 0F2A',   'cvtsi2sd',   'Vsd,Ed',      { ...SSE2, access: LOAD }),
  row('NP 0F2C',   'cvttps2pi',  'Pq,Wq',       { ...SSE,  access: LOAD }),
  row('66 0F2C',   'cvttpd2pi',  'Pq,Wpd',      { ...SSE2, access: LOAD, fn: 'cvttpd2dq' }),
  row('F3 0F2C',   'cvttss2si',  'Gd,Wss',      { ...SSE,  access: LOAD }),
  row('F2 0F2C',   'cvttsd2si',  'Gd,Wsd',      { ...SSE2, access: LOAD }),
  row('NP 0F2D',   'cvtps2pi',   'Pq,Wq',       { ...SSE,  access: LOAD }),
  row('66 0F2D',   'cvtpd2pi',   'Pq,Wpd',      { ...SSE2, access: LOAD, fn: 'cvtpd2dq' }),
  row('F3 0F2D',   'cvtss2si',   'Gd,Wss',      { ...SSE,  access: LOAD }),
  row('F2 0F2D',   'cvtsd2si',   'Gd,Wsd',      { ...SSE2, access: LOAD }),
  row('NP 0F5A',   'cvtps2pd',   'Vpd,Wq',      { ...SSE2, access: LOAD }),
  row('66 0F5A',   'cvtpd2ps',   'Vps,Wpd',     { ...SSE2, access: LOAD }),
  row('F3 0F5A',   'cvtss2sd',   'Vsd,Wss',     { ...SSE2, access: LOAD }),
  row('F2 0F5A',   'cvtsd2ss',   'Vss,Wsd',     { ...SSE2, access: LOAD }),
  row('NP 0F5B',   'cvtdq2ps',   'Vps,Wdq',     { ...SSE2, access: LOAD }),
  row('66 0F5B',   'cvtps2dq',   'Vdq,Wps',     { ...SSE2, access: LOAD }),
  row('F3 0F5B',   'cvttps2dq',  'Vdq,Wps',     { ...SSE2, access: LOAD }),
  row('66 0FE6',   'cvttpd2dq',  'Vdq,Wpd',     { ...SSE2, access: LOAD }),
  row('F3 0FE6',   'cvtdq2pd',   'Vpd,Wq',      { ...SSE2, access: LOAD }),
  row('F2 0FE6',   'cvtpd2dq',   'Vdq,Wpd',     { ...SSE2, access: LOAD }),
];
