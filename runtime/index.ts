// The public API, `import { Machine } from 'skasm'`: a machine, the types of what it takes and gives, and the
// compiler for hosts without threads. The hosts are entries of their own, skasm/node and skasm/browser.

export { LocalPort } from '../jit/local-port.ts';
export type { CompilerPort, DumpKind, JitMode, JitSettings, TranslationStore } from '../jit/settings.ts';
export { DEFAULT_JIT } from '../jit/settings.ts';
export type { Host, HostFile, HostFiles, HostStream } from './host/host.ts';
export type { ThreadGroup } from './kernel/task.ts';
export { Machine, type MachineOptions, type Program, type SpawnFailure } from './machine.ts';
export type { HostAccess } from './machine-files.ts';
export { type PatchChoice, parsePatches } from './machine-patches.ts';
export { formatProcesses, type ProcessView } from './machine-processes.ts';
export type { GuestProfile } from './machine-profile.ts';
export { formatStatistics, type StatisticsGroup } from './machine-statistics.ts';
