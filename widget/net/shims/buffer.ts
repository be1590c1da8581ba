/** Stands for npm `buffer`: binary messages arrive as `Uint8Array`s over the bytes received. */
export const Buffer = {
  from: (bytes: ArrayBuffer): Uint8Array => new Uint8Array(bytes),
};
