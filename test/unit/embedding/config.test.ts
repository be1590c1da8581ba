import { expect } from 'chai';
import { readConfig, roomOfPage } from '../../../widget/config.ts';

const PAGE = { url: 'https://news.example/articles/tides', locale: 'fr-CA' };
const read = (attributes: Readonly<Record<string, string>>) =>
  readConfig((name) => (Object.hasOwn(attributes, name) ? (attributes[name] ?? null) : null), PAGE);
const roomOf = (attributes: Readonly<Record<string, string>>) => {
  const { room } = read(attributes);
  return room?.ok ? room.value : room?.code;
};

describe('an element’s settings', () => {
  it('[EMB-11] takes the path of the canonical URL for "auto", readable and without its closing slash', () => {
    expect(roomOf({ room: 'auto' })).to.equal('/articles/tides');
    expect(roomOfPage('https://a.example/')).to.equal('/');
    expect(roomOfPage('https://a.example/a/b///?q=1#x')).to.equal('/a/b');
    expect(roomOfPage('https://a.example/caf%C3%A9')).to.equal('/café');
    expect(roomOfPage('https://a.example/%ff')).to.equal('/%ff');
  });

  it('[EMB-11] gives paths over 128 bytes rooms of their own, the same at each visit', () => {
    const long = (end: string) => `https://a.example/${'%E9%95%B7'.repeat(60)}/${end}`;
    const rooms = ['a', 'b', 'a'].map((end) => roomOfPage(long(end)));
    expect(rooms[0]).to.equal(rooms[2]);
    expect(rooms[0]).to.not.equal(rooms[1]);
    expect(new TextEncoder().encode(rooms[0]).length).to.be.at.most(128);
    expect(rooms[0]).to.match(/^\/長/);
  });

  it('[EMB-12] refuses a room’s name that can’t be one, and has none where none is given', () => {
    expect(roomOf({ room: 'x'.repeat(129) })).to.equal('malformed');
    expect(read({}).room).to.equal(undefined);
    expect(read({ room: '  ' }).room).to.equal(undefined);
  });

  it('[EMB-12] leaves what it does not know at its default', () => {
    const { mode, p2p, locale, title, profile } = read({ mode: 'popup', p2p: 'maybe', lang: 'auto', title: 'tooltip' });
    expect({ mode, p2p, locale, title, profile }).to.deep.equal({
      mode: 'launcher',
      p2p: 'auto',
      locale: 'fr-CA',
      title: undefined,
      profile: undefined,
    });
  });

  it('[EMB-12] reads each setting', () => {
    const config = read({ room: 'lobby', mode: 'inline', p2p: 'off', lang: 'de', 'data-title': 'Hallo', profile: 'a' });
    expect(config).to.deep.include({ mode: 'inline', p2p: 'off', locale: 'de', title: 'Hallo', profile: 'a' });
  });
});
