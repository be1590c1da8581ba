import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import sinon from 'sinon';
import { parseCertificate } from '../../../protocol/certificate.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import { Certificates } from '../../../server/trust/certificates.ts';
import { keptSecret } from '../../../server/trust/kept-secret.ts';
import { PublicKeys } from '../../../server/trust/keys.ts';
import { GUEST } from '../../../server/trust/person.ts';
import { RelayKey } from '../../../server/trust/relay-key.ts';
import { hostReplica } from '../../../server/trust/replica.ts';

const ROOM = 'lobby' as RoomName;
const NOW = 1_700_000_000_999;
const MINUTE = 60_000;

function certificates(secret: string | undefined, now = NOW) {
  return new Certificates({ secret: () => secret, keys: new PublicKeys(() => now), now: () => now });
}

describe('a relay’s word', () => {
  const { key } = hostReplica();
  const issue = (person: object = {}, name = 'Ada') =>
    certificates('s'.repeat(16)).issue(ROOM, { person: { ...GUEST, ...person }, key, name });

  it('[CERT-1] holds for 15 minutes, and no longer than the login', () => {
    const life = (expires?: number) => {
      const issued = issue({ expires });
      const parsed = parseCertificate(issued.ok ? issued.value.text : undefined);
      return parsed.ok && issued.ok ? [parsed.value.from, parsed.value.until, issued.value.until] : [];
    };
    const from = 1_700_000_000_000;
    expect(life()).to.deep.equal([from, from + 15 * MINUTE, from + 15 * MINUTE]);
    expect(life(NOW + 2 * MINUTE)).to.deep.equal([from, from + 2 * MINUTE, from + 2 * MINUTE]);
    expect(issue({ expires: NOW }).ok).to.equal(false);
  });

  it('[CERT-1] names user, name and role as the login has them, and no user that can be none', () => {
    const said = (person: object, name?: string) => {
      const issued = issue(person, name);
      const parsed = parseCertificate(issued.ok ? issued.value.text : undefined);
      return parsed.ok ? [parsed.value.key === key, parsed.value.user, parsed.value.name, parsed.value.role] : issued;
    };
    expect(said({})).to.deep.equal([true, undefined, 'Ada', 'member']);
    expect(said({ user: 'ü|1.2 ~', role: 'moderator' }, 'Zoë 🎈')).to.deep.equal([
      true,
      'ü|1.2 ~',
      'Zoë 🎈',
      'moderator',
    ]);
    expect(said({ user: '' })).to.include({ ok: false, code: 'malformed' });
    const longest = said({ user: '界'.repeat(128) }, '🎈'.repeat(64));
    expect(longest).to.deep.equal([true, '界'.repeat(128), '🎈'.repeat(64), 'member']);
  });

  it('[CERT-4] is known without a look at its signature where it was just given, but not after the key has changed', () => {
    let secret = 's'.repeat(16);
    const relay = new Certificates({ secret: () => secret, keys: new PublicKeys(() => NOW), now: () => NOW });
    const issued = relay.issue(ROOM, { person: GUEST, key, name: 'Ada' });
    if (!issued.ok) throw new Error(issued.message);
    const verifies = sinon.spy(RelayKey.prototype, 'verifies');
    try {
      expect(relay.read(ROOM, issued.value.text, issued.value)?.certificate.name).to.equal('Ada');
      expect(verifies.callCount).to.equal(0);
      secret = 't'.repeat(16);
      expect(relay.read('other' as RoomName, issued.value.text, issued.value)).to.equal(undefined);
      expect(verifies.callCount).to.equal(1);
    } finally {
      verifies.restore();
    }
  });

  it('[CERT-9] is signed with a key that follows from the secret alone; without one nothing is', () => {
    expect(new RelayKey('a').publicKey)
      .to.equal(new RelayKey('a').publicKey)
      .and.match(/^[\w-]{87}$/);
    expect(new RelayKey('a').publicKey).not.to.equal(new RelayKey('b').publicKey);
    const none = certificates(undefined);
    expect(none.relayKey).to.equal(undefined);
    expect(none.issue(ROOM, { person: GUEST, key, name: 'x' })).to.include({ ok: false, code: 'overloaded' });
  });

  it('[CERT-9] is kept in a folder that it makes, for nobody else to read', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'natter-key-')), 'deep', 'er');
    try {
      const secret = keptSecret(folder);
      expect(secret).to.have.length.at.least(32);
      expect(keptSecret(folder)).to.equal(secret);
      expect(readdirSync(folder)).to.deep.equal(['relay-key']);
      expect(statSync(join(folder, 'relay-key')).mode & 0o777).to.equal(0o600);
      writeFileSync(join(folder, 'relay-key'), 'short');
      expect(() => keptSecret(folder)).to.throw(/holds no key/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
