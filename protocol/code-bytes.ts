import { bytesToText, textToBytes } from './base64.ts';

/** Puts the fields of a code one after the other. */
export class ByteWriter {
  readonly bytes: number[] = [];

  /** @param size bytes of a whole number, the highest first */
  number(value: number, size: number): this {
    for (let i = size - 1; i >= 0; i -= 1) this.bytes.push(Math.floor(value / 256 ** i) % 256);
    return this;
  }

  raw(bytes: readonly number[]): this {
    this.bytes.push(...bytes);
    return this;
  }

  /** Bytes written as base64url; the reader knows how many. */
  base64(text: string): this {
    return this.raw(textToBytes(text) ?? []);
  }

  /** Up to 255 bytes, and how many. */
  counted(bytes: readonly number[]): this {
    return this.number(bytes.length, 1).raw(bytes);
  }
}

/** Reads the fields of a code; what is missing reads as zeros, and `isBeyond` says so. */
export class ByteReader {
  readonly #bytes: readonly number[];
  #at = 0;

  constructor(bytes: readonly number[]) {
    this.#bytes = bytes;
  }

  number(size: number): number {
    return this.raw(size).reduce((sum, byte) => sum * 256 + byte, 0);
  }

  raw(size: number): number[] {
    const read = this.#bytes.slice(this.#at, this.#at + size);
    this.#at += size;
    return read.length === size ? read : [...read, ...new Array<number>(size - read.length).fill(0)];
  }

  base64(size: number): string {
    return bytesToText(this.raw(size));
  }

  counted(): number[] {
    return this.raw(this.number(1));
  }

  /** All has been read. */
  isWhole(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** More has been read than there is. */
  isBeyond(): boolean {
    return this.#at > this.#bytes.length;
  }
}

/** CRC-32 (ISO-HDLC, the one of zip): finds what was lost or mistyped; it is no proof against anyone. */
export function crc32(bytes: readonly number[]): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
