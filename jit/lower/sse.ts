import type { Signatures } from '../wasm.ts';
import type { Lowerings } from './row.ts';
export const sse: Lowerings = {};
export const sseSignatures: Signatures = {};
