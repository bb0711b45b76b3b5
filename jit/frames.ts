// What the translator asks of whoever keeps page frames: runtime/mm in a machine, a table in the tests.

export interface CodeFrames {
  /**
   * Code was translated from `frame`: no W entry may lead to it until it is written, and the writer calls
   * Engine.invalidateFrame first.
   */
  protect(frame: number): void;
}

/** First pages of the zones whose extents differ (layout.ts: EXTENT_MMAP, EXTENT_STACK). */
export interface Zones {
  readonly mmap: number;
  readonly stack: number;
}
