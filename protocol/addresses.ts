/** An address of an ICE candidate as bytes: 4 of IPv4, 16 of IPv6 or of the UUID in an mDNS name. */
export type Address = { readonly form: 'ip4' | 'ip6' | 'mdns'; readonly bytes: readonly number[] };

const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\.local$/;
const IP4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const GROUP = /^[0-9a-f]{1,4}$/;

/** Undefined for what is none, or is spelled in a way that no browser does. */
export function readAddress(text: string): Address | undefined {
  const lower = text.toLowerCase();
  const uuid = UUID.exec(lower);
  if (uuid) return { form: 'mdns', bytes: hexBytes(uuid.slice(1).join('')) };
  const parts = IP4.exec(lower)?.slice(1).map(Number);
  if (parts) return parts.every((part) => part < 256) ? { form: 'ip4', bytes: parts } : undefined;
  return readIp6(lower);
}

export function writeAddress({ form, bytes }: Address): string {
  if (form === 'ip4') return bytes.join('.');
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (form === 'ip6') return (hex.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':');
  return `${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}.local`;
}

function readIp6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || text.length > 39) return undefined;
  const [before = [], after = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - before.length - after.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...new Array<string>(missing).fill('0'), ...after];
  if (!groups.every((group) => GROUP.test(group))) return undefined;
  return { form: 'ip6', bytes: hexBytes(groups.map((group) => group.padStart(4, '0')).join('')) };
}

function hexBytes(hex: string): number[] {
  return (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}
