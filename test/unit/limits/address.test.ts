import { expect } from 'chai';
import fc from 'fast-check';
import { addressGroup, readAddress, remoteAddress } from '../../../server/gate/address.ts';

const asked = (remote: string | undefined, forwarded?: string) => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: { remoteAddress: remote },
});
const group = (remote: string | undefined, forwarded?: string, trustProxy = 0) =>
  addressGroup(asked(remote, forwarded), { trustProxy });

describe('whose address a request is from', () => {
  it("[LIM-10] without trusted proxies it is the socket's, whatever the header says", () => {
    expect(group('192.0.2.1')).to.equal('192.0.2.1');
    expect(group('::ffff:192.0.2.1')).to.equal('192.0.2.1');
    expect(group('192.0.2.1', '203.0.113.9')).to.equal('192.0.2.1');
    expect(group('192.0.2.1', '127.0.0.1')).to.equal('192.0.2.1');
    for (const loopback of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])
      expect(group(loopback)).to.equal(undefined);
  });

  it('[LIM-10] with n it is the n-th from the right, and what stands left of it changes nothing', () => {
    expect(group('10.0.0.1', '203.0.113.9', 1)).to.equal('203.0.113.9');
    expect(group('10.0.0.1', '6.6.6.6, 203.0.113.9', 1)).to.equal('203.0.113.9');
    expect(group('10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2', 2)).to.equal('203.0.113.9');
    fc.assert(
      fc.property(fc.string(), (spoofed) => {
        expect(group('10.0.0.1', `${spoofed}, 203.0.113.9`, 1)).to.equal('203.0.113.9');
      }),
    );
    expect(group('192.0.2.1', undefined, 1), 'nobody forwarded it').to.equal('192.0.2.1');
  });

  it('[LIM-10] an address that can not be read counts with all others of the kind, and is nobody', () => {
    for (const bad of [
      '',
      'unknown',
      '_hidden',
      '1.2.3',
      '1.2.3.4.5',
      '256.1.1.1',
      '::g',
      'fe80::1%eth0',
      '1.2.3.4:x',
      '[::1',
      '0x7f000001',
    ]) {
      expect(group('10.0.0.1', bad, 1), bad).to.equal('unknown');
      expect(remoteAddress(asked('10.0.0.1', bad), { trustProxy: 1 }), bad).to.equal(undefined);
    }
    expect(group('10.0.0.1', '203.0.113.9', 2), 'fewer than there are proxies').to.equal('unknown');
    expect(group(undefined)).to.equal('unknown');
  });

  it('[LIM-10] ports are left out, and spellings of one address are one', () => {
    for (const text of ['203.0.113.9', ' 203.0.113.9:4711', '::ffff:203.0.113.9', '[::FFFF:203.0.113.9]:80']) {
      expect(readAddress(text), text).to.equal('203.0.113.9');
    }
    for (const text of ['2001:db8::1', '2001:DB8:0:0::1', '[2001:db8::1]:443', '2001:0db8:0000::0001']) {
      expect(readAddress(text), text).to.equal('2001:db8::1');
    }
  });

  it('[LIM-10] of IPv6 the first 64 bits count', () => {
    const pairs = [
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
      ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
      ['2001:db8::1', '2001:db8:0:0::/64'],
      ['2001:db8:0:1::', '2001:db8:0:1::/64'],
      ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ] as const;
    for (const [address, expected] of pairs) expect(group(address), address).to.equal(expected);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (parts) => {
        const hex = parts.map((part) => part.toString(16));
        if (hex.slice(0, 5).every((part) => part === '0')) return; // loopback and IPv4 within IPv6
        const other = [...hex.slice(0, 4), 'a', 'b', 'c', 'd'];
        expect(group(hex.join(':'))).to.equal(group(other.join(':')));
      }),
    );
  });
});
