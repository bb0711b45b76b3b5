// What a guest of v86 says on its serial line: `@ready` when its init waits for commands, and the marks that the
// suite's guest/tm.c prints around a program.

export type Mark =
  | { readonly kind: 'ready' }
  | { readonly kind: 'start' }
  /** `output`: FNV-1a of what the program wrote, as `digest` gives it. */
  | { readonly kind: 'end'; readonly status: number }
  | { readonly kind: 'output'; readonly output: string }
  | { readonly kind: 'done' };

/** Takes bytes as they come. tm.c prints the first half of its `@E` line at once: the time to look at the clock. */
export class MarkReader {
  #line = '';
  #ended = false;

  take(byte: number): Mark | null {
    const character = String.fromCharCode(byte);
    if (character !== '\n') {
      this.#line += character;
      // `@E NAME STATUS WALL CPU ` with the blank behind it.
      const match = this.#ended ? null : /^@E \S+ (\d+) [\d.]+ [\d.]+ $/.exec(this.#line);
      if (match === null) return null;
      this.#ended = true;
      return { kind: 'end', status: Number(match[1]) };
    }
    const line = this.#line.trim();
    this.#line = '';
    this.#ended = false;
    if (line === '@ready') return { kind: 'ready' };
    if (line === '@.') return { kind: 'done' };
    if (line.startsWith('@S ')) return { kind: 'start' };
    const output = /^@E \S+ \d+ [\d.]+ [\d.]+ ([0-9a-f]{8})/.exec(line);
    return output === null ? null : { kind: 'output', output: output[1]! };
  }
}
