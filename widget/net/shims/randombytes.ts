/** Stands for npm `randombytes`: simple-peer writes `size` random bytes (for names of peers and channels) as hex. */
export default (size: number) => {
  const bytes = crypto.getRandomValues(new Uint8Array(size));
  return { toString: () => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') };
};
