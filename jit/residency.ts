// How much translated code stays: modules up to a bound of bytes and regions, and beyond it those go that have not
// been entered lately. Entering a region tells nobody, so a hand goes round the modules, as in a clock with a second
// chance: it takes the module's regions out of the jump caches, and the next arrival at one asks for it and shows that
// the module is of use. The hand moves only when a module comes while there is much; nothing is counted at entries.

/** A compiled module and the regions of it that are valid: they stay in memory together. */
export interface ResidentModule<Region> {
  readonly bytes: number;
  readonly regions: Set<Region>;
  /** Called when it is dropped for want of room. */
  readonly forget?: () => void;
}

export interface Bound {
  readonly bytes: number;
  readonly regions: number;
}

/** What a region takes on the average, in bytes of WebAssembly. */
const REGION = 4096;

/** So many bytes of WebAssembly, of which machine code takes some four times as much. */
export const boundOf = (bytes: number): Bound => ({ bytes, regions: Math.ceil(bytes / REGION) });

export const DEFAULT_BOUND = boundOf(64 * 2 ** 20);

/** The part of the bound from which on the hand moves, and the part that is left when it was reached. */
const MUCH = 1 / 2;
const LEFT = 7 / 8;
/** Modules that the hand looks at for each that comes: the whole clock once before half the bound has come anew. */
const LOOKS = 2;

export class Residency<Region> {
  readonly #bound: Bound;
  /** Takes a region out of the jump caches, so that the next arrival asks for it. */
  readonly #hide: (region: Region) => void;
  readonly #drop: (region: Region) => void;
  /** In the order of the hand: the next to be looked at first. */
  readonly #modules = new Set<ResidentModule<Region>>();
  /** Hidden, and not asked for since. */
  readonly #hidden = new Set<ResidentModule<Region>>();
  #newest: ResidentModule<Region> | null = null;
  bytes = 0;
  regions = 0;
  /** Regions that had to go. */
  evicted = 0;

  constructor(bound: Bound, hide: (region: Region) => void, drop: (region: Region) => void) {
    this.#bound = bound;
    this.#hide = hide;
    this.#drop = drop;
  }

  get modules(): number {
    return this.#modules.size;
  }

  /** Somebody has asked for a region of the module. */
  used(module: ResidentModule<Region>): void {
    this.#hidden.delete(module);
  }

  add(module: ResidentModule<Region>, region: Region): void {
    if (!this.#modules.has(module)) {
      this.#modules.add(module);
      this.bytes += module.bytes;
      this.#newest = module;
    }
    module.regions.add(region);
    this.regions++;
  }

  /** The region is valid no more; a module without any goes with its last. */
  remove(module: ResidentModule<Region>, region: Region): void {
    if (!module.regions.delete(region)) return;
    this.regions--;
    if (module.regions.size > 0) return;
    this.#modules.delete(module);
    this.#hidden.delete(module);
    this.bytes -= module.bytes;
  }

  /** Does nothing unless a module has come since. Precondition: no region runs. */
  makeRoom(): void {
    const newest = this.#newest;
    if (newest === null) return;
    this.#newest = null;
    if (!this.#exceeds(MUCH)) return;
    for (let looks = 0; looks < LOOKS; looks++) this.#look(newest);
    if (!this.#exceeds(1)) return;
    // First what was hidden and not missed, the longest hidden first; then whatever is next.
    for (const module of [...this.#hidden, ...this.#modules]) {
      if (!this.#exceeds(LEFT)) break;
      if (module !== newest && module.regions.size > 0) this.#evict(module);
    }
  }

  #exceeds(part: number): boolean {
    const { bytes, regions } = this.#bound;
    return this.bytes > bytes * part || this.regions > regions * part;
  }

  #look(newest: ResidentModule<Region>): void {
    const [module] = this.#modules;
    if (module === undefined) return;
    this.#modules.delete(module);
    this.#modules.add(module);
    if (module === newest || this.#hidden.has(module)) return;
    for (const region of module.regions) this.#hide(region);
    this.#hidden.add(module);
  }

  #evict(module: ResidentModule<Region>): void {
    this.evicted += module.regions.size;
    for (const region of [...module.regions]) this.#drop(region);
    module.forget?.();
  }
}
