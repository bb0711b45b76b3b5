// Rows of SSE3, SSSE3, SSE4.1 and SSE4.2: the maps behind 0F38 and 0F3A, and a few behind 0F. Intel SDM volume 2,
// appendix A; the legend of letters stands in row.ts, that of sizes in sse.ts. fisttp is among the rows of the x87,
// popcnt and crc32 are with the integers.
import { type Attributes, type Row, row } from './row.ts';

const SSE3: Attributes = { cpu: 'sse3' };
const SSSE3: Attributes = { cpu: 'ssse3' };
const SSE41: Attributes = { cpu: 'sse4_1' };
const SSE42: Attributes = { cpu: 'sse4_2' };
const LOAD = 'w r';

/** An integer operation on MMX and on XMM registers, of whose halves it knows nothing. */
function both(slot: string, name: string, access = 'rw r'): readonly Row[] {
  return [
    row(`NP ${slot}`, name, 'Pq,Qq', { ...SSSE3, access }),
    row(`66 ${slot}`, name, 'Vdq,Wdq', { ...SSSE3, access }),
  ];
}

/** The same where the halves mix. */
function halves(slot: string, name: string, more = ''): readonly Row[] {
  return [
    row(`NP ${slot}`, name, `Pq,Qq${more}`, { ...SSSE3, fn: `${name}_mmx` }),
    row(`66 ${slot}`, name, `Vdq,Wdq${more}`, SSSE3),
  ];
}

/** Lanes made wider, with their signs and with zeros. */
function wider(signed: string, zeroed: string, name: string, from: string): readonly Row[] {
  return [
    row(`66 ${signed}`, `pmovsx${name}`, `Vdq,${from}`, { ...SSE41, access: LOAD }),
    row(`66 ${zeroed}`, `pmovzx${name}`, `Vdq,${from}`, { ...SSE41, access: LOAD }),
  ];
}

const packed = (slot: string, name: string, attributes: Attributes = SSE41): Row =>
  row(`66 ${slot}`, name, 'Vdq,Wdq', attributes);

// biome-ignore format: a table in columns
export const sse4: readonly Row[] = [
  // SSE3
  row('F2 0F12',   'movddup',    'Vpd,Wq',      { ...SSE3, access: LOAD }),
  row('F3 0F12',   'movsldup',   'Vps,Wps',     { ...SSE3, access: LOAD }),
  row('F3 0F16',   'movshdup',   'Vps,Wps',     { ...SSE3, access: LOAD }),
  row('F2 0FF0',   'lddqu',      'Vdq,Mdq',     { ...SSE3, access: LOAD, fn: 'move', unaligned: true }),
  row('F2 0F7C',   'haddps',     'Vps,Wps',     SSE3),
  row('66 0F7C',   'haddpd',     'Vpd,Wpd',     SSE3),
  row('F2 0F7D',   'hsubps',     'Vps,Wps',     SSE3),
  row('66 0F7D',   'hsubpd',     'Vpd,Wpd',     SSE3),
  row('F2 0FD0',   'addsubps',   'Vps,Wps',     SSE3),
  row('66 0FD0',   'addsubpd',   'Vpd,Wpd',     SSE3),

  // SSSE3
  ...halves('0F3800', 'pshufb'),
  ...halves('0F3801', 'phaddw'),
  ...halves('0F3802', 'phaddd'),
  ...halves('0F3803', 'phaddsw'),
  ...both('0F3804', 'pmaddubsw'),
  ...halves('0F3805', 'phsubw'),
  ...halves('0F3806', 'phsubd'),
  ...halves('0F3807', 'phsubsw'),
  ...both('0F3808', 'psignb'),
  ...both('0F3809', 'psignw'),
  ...both('0F380A', 'psignd'),
  ...both('0F380B', 'pmulhrsw'),
  ...both('0F381C', 'pabsb', LOAD),
  ...both('0F381D', 'pabsw', LOAD),
  ...both('0F381E', 'pabsd', LOAD),
  ...halves('0F3A0F', 'palignr', ',Ib'),

  // SSE4.1: integers
  ...wider('0F3820', '0F3830', 'bw', 'Wq'),
  ...wider('0F3821', '0F3831', 'bd', 'Wd'),
  ...wider('0F3822', '0F3832', 'bq', 'Ww'),
  ...wider('0F3823', '0F3833', 'wd', 'Wq'),
  ...wider('0F3824', '0F3834', 'wq', 'Wd'),
  ...wider('0F3825', '0F3835', 'dq', 'Wq'),
  packed('0F3828', 'pmuldq'),
  packed('0F3829', 'pcmpeqq'),
  row('66 0F382A', 'movntdqa',   'Vdq,Mdq',     { ...SSE41, access: LOAD, fn: 'move' }),
  packed('0F382B', 'packusdw'),
  packed('0F3838', 'pminsb'),
  packed('0F3839', 'pminsd'),
  packed('0F383A', 'pminuw'),
  packed('0F383B', 'pminud'),
  packed('0F383C', 'pmaxsb'),
  packed('0F383D', 'pmaxsd'),
  packed('0F383E', 'pmaxuw'),
  packed('0F383F', 'pmaxud'),
  packed('0F3840', 'pmulld'),
  packed('0F3841', 'phminposuw', { ...SSE41, access: LOAD }),
  row('66 0F3A42', 'mpsadbw',    'Vdq,Wdq,Ib',  SSE41),
  row('66 0F3817', 'ptest',      'Vdq,Wdq',     { ...SSE41, access: 'r r', writes: 'oszapc' }),

  // SSE4.1: lanes
  row('66 0F3810', 'pblendvb',   'Vdq,Wdq,XMM0', SSE41),
  row('66 0F3814', 'blendvps',   'Vps,Wps,XMM0', SSE41),
  row('66 0F3815', 'blendvpd',   'Vpd,Wpd,XMM0', SSE41),
  row('66 0F3A0C', 'blendps',    'Vps,Wps,Ib',  SSE41),
  row('66 0F3A0D', 'blendpd',    'Vpd,Wpd,Ib',  SSE41),
  row('66 0F3A0E', 'pblendw',    'Vdq,Wdq,Ib',  SSE41),
  row('66 0F3A14', 'pextrb',     'Rd,Vdq,Ib',   { ...SSE41, access: LOAD }),
  row('66 0F3A14', 'pextrb',     'Mb,Vdq,Ib',   { ...SSE41, access: LOAD }),
  row('66 0F3A15', 'pextrw',     'Rd,Vdq,Ib',   { ...SSE41, access: LOAD }),
  row('66 0F3A15', 'pextrw',     'Mw,Vdq,Ib',   { ...SSE41, access: LOAD }),
  row('66 0F3A16', 'pextrd',     'Ed,Vdq,Ib',   { ...SSE41, access: LOAD }),
  row('66 0F3A17', 'extractps',  'Ed,Vdq,Ib',   { ...SSE41, access: LOAD, fn: 'pextrd' }),
  row('66 0F3A20', 'pinsrb',     'Vdq,Rd,Ib',   SSE41),
  row('66 0F3A20', 'pinsrb',     'Vdq,Mb,Ib',   SSE41),
  row('66 0F3A21', 'insertps',   'Vdq,Udq,Ib',  SSE41),
  row('66 0F3A21', 'insertps',   'Vdq,Md,Ib',   { ...SSE41, fn: 'insertps_m32' }),
  row('66 0F3A22', 'pinsrd',     'Vdq,Ed,Ib',   SSE41),

  // SSE4.1: floating point
  row('66 0F3A08', 'roundps',    'Vps,Wps,Ib',  { ...SSE41, access: LOAD }),
  row('66 0F3A09', 'roundpd',    'Vpd,Wpd,Ib',  { ...SSE41, access: LOAD }),
  row('66 0F3A0A', 'roundss',    'Vss,Wss,Ib',  { ...SSE41, access: LOAD }),
  row('66 0F3A0B', 'roundsd',    'Vsd,Wsd,Ib',  { ...SSE41, access: LOAD }),
  row('66 0F3A40', 'dpps',       'Vps,Wps,Ib',  SSE41),
  row('66 0F3A41', 'dppd',       'Vpd,Wpd,Ib',  SSE41),

  // SSE4.2
  packed('0F3837', 'pcmpgtq', SSE42),
  row('66 0F3A60', 'pcmpestrm',  'Vdq,Wdq,Ib',  { ...SSE42, access: 'r r', writes: 'oszapc', unaligned: true }),
  row('66 0F3A61', 'pcmpestri',  'Vdq,Wdq,Ib',  { ...SSE42, access: 'r r', writes: 'oszapc', unaligned: true }),
  row('66 0F3A62', 'pcmpistrm',  'Vdq,Wdq,Ib',  { ...SSE42, access: 'r r', writes: 'oszapc', unaligned: true }),
  row('66 0F3A63', 'pcmpistri',  'Vdq,Wdq,Ib',  { ...SSE42, access: 'r r', writes: 'oszapc', unaligned: true }),
];
