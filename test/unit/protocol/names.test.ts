import { expect } from 'chai';
import { parseChannel } from '../../../protocol/channels.ts';
import { cleanName } from '../../../protocol/names.ts';
import { decodeRoom, encodeRoom, parseRoomName } from '../../../protocol/rooms.ts';

function codeOf(result: { readonly ok: boolean; readonly code?: string }): string | undefined {
  return result.ok ? undefined : result.code;
}

function segmentOf(text: string): string {
  const room = parseRoomName(text);
  if (!room.ok) throw new Error(room.message);
  return encodeRoom(room.value);
}

describe('room names', () => {
  it('[NAME-1] are 1 to 128 bytes of UTF-8 after NFC', () => {
    expect(parseRoomName('a'.repeat(128)).ok).to.equal(true);
    expect(parseRoomName('é'.repeat(64)).ok).to.equal(true);
    expect(parseRoomName('e\u0301')).to.deep.equal({ ok: true, value: 'é' });
    for (const bad of ['', 'a'.repeat(129), 'é'.repeat(65), '\ud800', 7, null, ['a'], {}]) {
      expect(codeOf(parseRoomName(bad)), String(bad)).to.equal('malformed');
    }
  });

  it('[NAME-2] are written literally or as ~hh', () => {
    expect(segmentOf('lobby_1-A')).to.equal('lobby_1-A');
    expect(segmentOf('a b/c')).to.equal('a~20b~2fc');
    expect(segmentOf('é~*')).to.equal('~c3~a9~7e~2a');
    expect(segmentOf("!'().")).to.equal('~21~27~28~29~2e');
    expect(segmentOf('__proto__')).to.equal('__proto__');
  });

  it('[NAME-2] are read from their one spelling alone', () => {
    for (const bad of ['~61', '~C3~A9', '~c3', 'a%20b', '~', 'é', '', 'a b', '~65~cc~81', 'a'.repeat(129)]) {
      expect(codeOf(decodeRoom(bad)), bad).to.equal('channel_forbidden');
    }
  });
});

describe('channels', () => {
  const replica = 'A'.repeat(22);

  it('[NAME-3] are a room, its presence and its replicas', () => {
    expect(parseChannel('/rooms/a')).to.deep.equal({ ok: true, value: { type: 'room', room: 'a' } });
    expect(parseChannel('/rooms/a/presence')).to.deep.equal({ ok: true, value: { type: 'presence', room: 'a' } });
    expect(parseChannel(`/rooms/a/replicas/${replica}`)).to.deep.equal({
      ok: true,
      value: { type: 'replica', room: 'a', replica },
    });
  });

  it('[NAME-3] are nothing else', () => {
    const others = [
      '',
      '/',
      '/**',
      '/*',
      '/rooms',
      '/rooms/',
      '/rooms/*',
      '/rooms/**',
      '/rooms/a/*',
      '/rooms/a/',
      '/rooms/a/presence/x',
      '/rooms/a/replicas',
      '/rooms/a/replicas/short',
      `/rooms/a/replicas/${replica}/x`,
      '/meta/subscribe',
      '/meta/subscribe/x',
      '/service/x',
      'rooms/a',
      '//rooms/a',
      '/rooms//a',
      '/Rooms/a',
      '/a/b/c/d/e/f/g',
      `/rooms/${'a'.repeat(600)}`,
      '/'.repeat(400),
    ];
    for (const channel of others) expect(codeOf(parseChannel(channel)), channel).to.equal('channel_forbidden');
    for (const channel of [undefined, null, 7, ['/rooms/a'], { channel: '/rooms/a' }]) {
      expect(codeOf(parseChannel(channel))).to.equal('malformed');
    }
  });
});

describe('display names', () => {
  it('[NAME-4] lose what would rewrite their surroundings', () => {
    expect(cleanName('  Ada \t \u3000Lovelace ')).to.equal('Ada Lovelace');
    expect(cleanName('Ada\u202eecalevoL')).to.equal('AdaecalevoL');
    expect(cleanName('\u0000\u200e \u2069')).to.equal(undefined);
    expect(cleanName('é'.repeat(80))).to.equal('é'.repeat(64));
    expect(cleanName('👩‍👩‍👧')).to.equal('👩‍👩‍👧');
    expect(cleanName('constructor')).to.equal('constructor');
    for (const bad of [undefined, 7, {}, ['Ada'], 'a'.repeat(513)]) expect(cleanName(bad)).to.equal(undefined);
  });
});
