import { expect } from 'chai';
import { builtIn, type Catalogue, fetchLanguage, LANGUAGES } from '../../../widget/i18n/catalogue.ts';
import { en } from '../../../widget/i18n/en.ts';
import { enCodes } from '../../../widget/i18n/en-codes.ts';
import { enExtras } from '../../../widget/i18n/en-extras.ts';
import { enModeration } from '../../../widget/i18n/en-moderation.ts';
import { createFullWords } from '../../../widget/i18n/full-words.ts';

const SLOT = /\{\w+\}/g;

/** The slots of each sentence. A plural form may say its number in words, and must hold every other slot. */
function slots(catalogue: Partial<Catalogue>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(catalogue).map(([key, entry]) => {
      const forms = (typeof entry === 'string' ? [entry] : Object.values(entry)).map((form) => form.match(SLOT) ?? []);
      const all = [...new Set(forms.flat())].sort();
      for (const form of forms) expect(form, key).to.include.members(all.filter((slot) => slot !== '{n}'));
      return [key, all];
    }),
  );
}

describe('words', () => {
  for (const tag of Object.keys(LANGUAGES)) {
    it(`[WORDS-1] ${tag} says everything that English says, with the same blanks, and a form for every number`, async () => {
      const { locale, catalogue } = await fetchLanguage(tag);
      expect(locale).to.equal(tag);
      expect(slots(catalogue)).to.deep.equal(slots({ ...en, ...enExtras, ...enCodes, ...enModeration }));
      const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions();
      for (const [key, entry] of Object.entries(catalogue)) {
        if (typeof entry === 'string') expect(entry.trim(), key).to.not.equal('');
        else
          expect(Object.keys(entry), key).to.include.members(
            Object.keys(entry).length === 1 ? ['other'] : pluralCategories,
          );
      }
    });
  }

  it('[WORDS-2] a language that is not spoken, or no language at all, is English', async () => {
    for (const tag of ['sv', 'xx-YY', '', 'toString', '!']) {
      expect((await fetchLanguage(tag)).catalogue, tag).to.equal(en);
      expect(() => createFullWords(builtIn(tag)), tag).to.not.throw();
    }
  });

  it('[WORDS-2] counts, lists and days are those of the language', async () => {
    const words = createFullWords({ locale: 'en-GB', catalogue: enExtras });
    expect(words.plural('newCount', 1_234)).to.equal('1,234 new');
    expect(words.plural('typing', 2, { names: words.list(['Ada', 'Bo']) })).to.equal(
      '\u2068Ada\u2069 and \u2068Bo\u2069 are typing',
    );
    const now = new Date(2026, 10, 22, 10).getTime();
    const at = (year: number, month: number, day: number) => new Date(year, month, day, 23, 59).getTime();
    expect(
      [at(2026, 10, 22), at(2026, 10, 21), at(2026, 10, 17), at(2026, 2, 3), at(2024, 2, 3)].map((day) =>
        words.day(day, now),
      ),
    ).to.deep.equal(['Today', 'Yesterday', 'Tuesday', '3 March', '3 March 2024']);
  });

  it('[UI-29] how long ago something was is said in the language, in the largest unit that fits', () => {
    const now = Date.UTC(2026, 10, 22, 10);
    const MINUTE = 60_000;
    const ago = (tag: string, minutes: number) =>
      createFullWords({ locale: tag, catalogue: enExtras }).ago(now - minutes * MINUTE, now);
    expect(
      [-1, 0.5, 4.9, 59, 60, 23 * 60, 24 * 60, 6 * 1440, 15 * 1440].map((minutes) => ago('en', minutes)),
    ).to.deep.equal([
      ...['1 minute ago', '1 minute ago', '4 minutes ago', '59 minutes ago', '1 hour ago'],
      ...['23 hours ago', 'yesterday', '6 days ago', '2 weeks ago'],
    ]);
    expect(ago('de', 5)).to.equal('vor 5 Minuten');
    expect(ago('ar', 1440)).to.equal('أمس');
  });

  it('[WORDS-3] foreign text in a sentence keeps its direction to itself', () => {
    const words = createFullWords(builtIn('en'));
    expect(words.list(['\u05d0'])).to.equal('\u2068\u05d0\u2069');
  });
});
