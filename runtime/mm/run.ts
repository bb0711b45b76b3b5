// Run: a row of page frames in linear memory that is kept for one owner, so that what are neighbours for
// the owner are neighbours there. Only a name for the place: frames.ts hands its frames out, each with
// references of its own, and a run's frame that is freed waits for the same owner.

export class Run {
  /** Frames of it that have references. */
  used = 0;
  /** Somebody may still ask for its frames. */
  owned = true;
  /** Its frames became single frames: linear memory was used up. */
  scattered = false;

  constructor(
    /** First frame. */
    readonly first: number,
    /** Frames. */
    readonly count: number,
  ) {}

  /** Frame behind the last. */
  get limit(): number {
    return this.first + this.count;
  }
}
