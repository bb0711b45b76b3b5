// What every JavaScript host has beyond the language and WebAssembly: all that code outside the adapters may
// use. TypeScript has these names in the DOM library and in Node's types only, which such code must not see.

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean });
  decode(bytes?: ArrayBufferView | ArrayBuffer): string;
}
declare function setTimeout(action: (value?: unknown) => void, milliseconds?: number): unknown;
