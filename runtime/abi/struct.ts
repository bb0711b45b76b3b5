// Declares C structs as an i386 compiler lays them out, and reads and writes them in byte arrays.
// i386 System V: members are aligned to their own size, but never to more than 4 bytes (long long and
// double too); a struct is padded to its strictest member. test/unit/abi compares with gcc -m32.

/** A C type: its size, its alignment, and how it becomes a JavaScript value. */
export interface Field<T> {
  readonly size: number;
  readonly align: number;
  read(view: DataView, at: number): T;
  write(view: DataView, at: number, value: T): void;
}

const scalar = <T>(
  size: number,
  read: (view: DataView, at: number) => T,
  write: (view: DataView, at: number, value: T) => void,
): Field<T> => ({ size, align: Math.min(size, 4), read, write });

export const u8 = scalar(
  1,
  (v, at) => v.getUint8(at),
  (v, at, x: number) => v.setUint8(at, x),
);
export const u16 = scalar(
  2,
  (v, at) => v.getUint16(at, true),
  (v, at, x: number) => v.setUint16(at, x, true),
);
export const i16 = scalar(
  2,
  (v, at) => v.getInt16(at, true),
  (v, at, x: number) => v.setInt16(at, x, true),
);
export const u32 = scalar(
  4,
  (v, at) => v.getUint32(at, true),
  (v, at, x: number) => v.setUint32(at, x, true),
);
export const i32 = scalar(
  4,
  (v, at) => v.getInt32(at, true),
  (v, at, x: number) => v.setInt32(at, x, true),
);
export const u64 = scalar(
  8,
  (v, at) => v.getBigUint64(at, true),
  (v, at, x: bigint) => v.setBigUint64(at, x, true),
);
export const i64 = scalar(
  8,
  (v, at) => v.getBigInt64(at, true),
  (v, at, x: bigint) => v.setBigInt64(at, x, true),
);
/** A 64-bit integer as a JavaScript number: for sizes, offsets and counts, exact up to 2^53. */
export const size64 = scalar(
  8,
  (v, at) => Number(v.getBigInt64(at, true)),
  (v, at, x: number) => v.setBigInt64(at, BigInt(Math.trunc(x)), true),
);

/** char[n] as bytes; a shorter value leaves zeroes behind it. */
export const bytes = (length: number): Field<Uint8Array> => ({
  size: length,
  align: 1,
  read: (view, at) => new Uint8Array(view.buffer, view.byteOffset + at, length).slice(),
  write: (view, at, value) => new Uint8Array(view.buffer, view.byteOffset + at, length).set(value),
});

/** T[n]; missing elements stay as they are. */
export const array = <T>(of: Field<T>, length: number): Field<T[]> => ({
  size: of.size * length,
  align: of.align,
  read: (view, at) => Array.from({ length }, (_, i) => of.read(view, at + i * of.size)),
  write: (view, at, value) => {
    for (let i = 0; i < Math.min(length, value.length); i++) of.write(view, at + i * of.size, value[i]!);
  },
});

// biome-ignore lint/suspicious/noExplicitAny: members of different types have no other bound
type Members = Readonly<Record<string, Field<any>>>;
type Value<M extends Members> = { -readonly [K in keyof M]: M[K] extends Field<infer T> ? T : never };

export class Struct<M extends Members> implements Field<Partial<Value<M>>> {
  readonly size: number;
  readonly align: number;
  readonly offsets: { readonly [K in keyof M]: number };
  readonly #members: readonly (readonly [keyof M & string, Field<unknown>, number])[];

  constructor(members: M) {
    let at = 0;
    let align = 1;
    const list: [keyof M & string, Field<unknown>, number][] = [];
    for (const [name, field] of Object.entries(members)) {
      at = alignUp(at, field.align);
      list.push([name, field, at]);
      at += field.size;
      align = Math.max(align, field.align);
    }
    this.size = alignUp(at, align);
    this.align = align;
    this.#members = list;
    this.offsets = Object.fromEntries(list.map(([name, , offset]) => [name, offset])) as {
      [K in keyof M]: number;
    };
  }

  read(view: DataView, at: number): Value<M> {
    const value: Record<string, unknown> = {};
    for (const [name, field, offset] of this.#members) value[name] = field.read(view, at + offset);
    return value as Value<M>;
  }
  /** Writes the members that are given; the others stay. */
  write(view: DataView, at: number, value: Partial<Value<M>>): void {
    for (const [name, field, offset] of this.#members) {
      const member = value[name];
      if (member !== undefined) field.write(view, at + offset, member);
    }
  }

  /** The struct as bytes, zero where no member is given. */
  pack(value: Partial<Value<M>>): Uint8Array {
    const image = new Uint8Array(this.size);
    this.write(new DataView(image.buffer), 0, value);
    return image;
  }
  unpack(image: Uint8Array): Value<M> {
    return this.read(new DataView(image.buffer, image.byteOffset, image.byteLength), 0);
  }
}

function alignUp(at: number, align: number): number {
  return Math.ceil(at / align) * align;
}

export const struct = <const M extends Members>(members: M): Struct<M> => new Struct(members);
