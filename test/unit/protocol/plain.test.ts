import { expect } from 'chai';
import { parseHostedRequest } from '../../../protocol/join.ts';
import { isPlain, parsePlain } from '../../../protocol/plain.ts';

const TARGET = 't'.repeat(43);

describe('what a member without a key says', () => {
  it('[ICE-11] is a text, or an edit, a delete or a reaction, and may have a draft’s name', () => {
    const said = [
      [{ text: 'hi' }, { body: { kind: 'message', text: 'hi' }, draft: undefined }],
      [
        { text: 'hi', draft: 'd' },
        { body: { kind: 'message', text: 'hi', draft: 'd' }, draft: 'd' },
      ],
      [
        { kind: 'edit', target: TARGET, text: 'x' },
        { body: { kind: 'edit', target: TARGET, text: 'x' }, draft: undefined },
      ],
      [
        { kind: 'delete', target: TARGET, draft: 'delete d' },
        { body: { kind: 'delete', target: TARGET }, draft: 'delete d' },
      ],
    ] as const;
    for (const [value, expected] of said) {
      expect(isPlain(value)).to.equal(true);
      expect(parsePlain(value)).to.deep.equal({ ok: true, value: expected });
    }
    const reaction = { kind: 'reaction', target: TARGET, emoji: '👍', on: true } as const;
    expect(parsePlain(reaction)).to.deep.include({ ok: true, value: { body: reaction, draft: undefined } });
  });

  it('[ICE-11] is refused where it is anything else', () => {
    const bad: readonly unknown[] = [
      ...[{ text: ' ' }, { text: 7 }, { kind: 'void' }, { kind: 'moderation', text: 'x' }, { kind: 'poll', text: 'x' }],
      ...[
        { kind: 'edit', text: 'x' },
        { kind: ['message'], text: 'x' },
        { text: 'x', draft: '' },
        { text: 'x', draft: 7 },
      ],
      ...[
        { text: 'x', draft: 'ü' },
        { text: 'x', draft: 'd'.repeat(101) },
        { kind: '__proto__', text: 'x' },
        null,
        'x',
      ],
      { text: 'x'.repeat(8_001) },
    ];
    for (const value of bad) expect(parsePlain(value).ok, JSON.stringify(value)).to.equal(false);
    expect([{ v: 1, text: 'x' }, {}, null, [], 'text'].map(isPlain)).to.deep.equal([false, false, false, false, false]);
  });

  it('[ICE-12] comes after a join that may bring a secret, and no links', () => {
    const host = 'h'.repeat(22);
    expect(parseHostedRequest({ host, after: 3, name: ' Ada ', rtc: true })).to.deep.equal({
      ok: true,
      value: { host, after: 3, name: 'Ada', rtc: false, have: new Map() },
    });
    expect(parseHostedRequest({})).to.deep.equal({ ok: true, value: { rtc: false, have: new Map() } });
    for (const bad of [
      { host: 'short' },
      { host: 7 },
      { host: 'h'.repeat(65) },
      { host: `${host}+` },
      { after: -1 },
      { after: 2 ** 40 + 1 },
      { after: 'x' },
    ])
      expect(parseHostedRequest(bad), JSON.stringify(bad)).to.include({ ok: false, code: 'malformed' });
  });
});
