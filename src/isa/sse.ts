// Rows of the SIMD state: saving, restoring and ordering. Intel SDM volume 2, appendix A (0F map); the
// legend of letters stands in row.ts.
import { type Row, row } from './row.ts';

// biome-ignore format: a table in columns
export const sse: readonly Row[] = [
  row('NP 0FAE/0', 'fxsave',  'M',  { access: 'w', cpu: 'fxsr' }),
  row('NP 0FAE/1', 'fxrstor', 'M',  { access: 'r', cpu: 'fxsr' }),
  row('NP 0FAE/2', 'ldmxcsr', 'Md', { access: 'r', cpu: 'sse' }),
  row('NP 0FAE/3', 'stmxcsr', 'Md', { access: 'w', cpu: 'sse' }),
  row('NP 0FAE/7', 'clflush', 'Mb', { access: 'r', cpu: 'clfsh' }),
  row('NP 0FAEE8+i', 'lfence', '',  { cpu: 'sse2' }),
  row('NP 0FAEF0+i', 'mfence', '',  { cpu: 'sse2' }),
  row('NP 0FAEF8+i', 'sfence', '',  { cpu: 'sse' }),
];
