import { expect } from 'chai';
import fc from 'fast-check';
import { isEmojiOnly, splitLinks } from '../../../widget/ui/rich-text.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function links(text: string): string[] {
  return splitLinks(text).flatMap((run) => (run.type === 'link' ? [run.text] : []));
}

describe('rich text', () => {
  it('[UI-12] http, https and mailto become links, without the punctuation of the sentence', () => {
    expect(
      links('See https://a.example/b?c=d#e, or (http://b.example/x_(y)). Write to mailto:me@c.example!'),
    ).to.deep.equal(['https://a.example/b?c=d#e', 'http://b.example/x_(y)', 'mailto:me@c.example']);
  });

  it('[UI-12] nothing else does', () => {
    const others = [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      'ftp://a.example',
      'blob:https://a.example/x',
      'https://',
      'mailto:nobody',
      'www.example.com',
    ];
    for (const text of others)
      expect(links(text), text).to.deep.equal(text.startsWith('blob:') ? ['https://a.example/x'] : []);
  });

  it('[UI-12] a bidirectional control ends a link, so that it can not be shown as another', () => {
    expect(links('https://a.example/\u202egpj.exe')).to.deep.equal(['https://a.example/']);
  });

  it('[UI-12] the runs are the text to the letter, and every link is one of the three', () => {
    const piece = fc.constantFrom(
      'https://',
      'mailto:',
      'a@b.example',
      'a.example',
      '/x',
      '(',
      ')',
      '.',
      ' ',
      '\u202e',
      '👋',
      'javascript:',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const runs = splitLinks(text);
        expect(runs.map((run) => run.text).join('')).to.equal(text);
        for (const run of runs) if (run.type === 'link') expect(run.href).to.match(/^(?:https?|mailto):/);
      }),
    );
  });

  it('[UI-12] 8,000 brackets are read in time', () => {
    expect(links(`https://a.example/${')'.repeat(7_980)}`)).to.deep.equal(['https://a.example/']);
  }).timeout(500);

  it('[UI-13] one to three emoji and nothing else', () => {
    for (const text of ['🎉', '👩🏽‍🚀🇳🇱', '❤️', '👍 👍 👍', '1️⃣'])
      expect(isEmojiOnly(text, graphemes), text).to.equal(true);
    for (const text of ['', '1', '#', 'a🎉', '🎉🎉🎉🎉', '©', 'ok', '12'])
      expect(isEmojiOnly(text, graphemes), text).to.equal(text === '©');
  });
});
