// ByteQueue: bytes in the order in which they came, in the pieces in which they came; cheap at both ends.

export class ByteQueue {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }
  /** Keeps a copy. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes.slice());
    this.#length += bytes.length;
  }
  /** Removes and answers up to `length` bytes. */
  take(length: number): Uint8Array {
    const bytes = this.peek(length);
    this.drop(bytes.length);
    return bytes;
  }
  peek(length: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(length, this.#length));
    let at = 0;
    for (const chunk of this.#chunks) {
      if (at === bytes.length) break;
      const part = chunk.subarray(0, bytes.length - at);
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
  /** Removes `length` bytes. Precondition: there are so many. */
  drop(length: number): void {
    this.#length -= length;
    while (length > 0) {
      const first = this.#chunks[0]!;
      if (first.length > length) {
        this.#chunks[0] = first.subarray(length);
        return;
      }
      length -= first.length;
      this.#chunks.shift();
    }
  }
  clear(): void {
    this.#chunks.length = 0;
    this.#length = 0;
  }
}
