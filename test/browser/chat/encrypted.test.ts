import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { placeOf } from '../../../protocol/encrypted-rooms.ts';
import { envelopeText, parseEnvelope } from '../../../protocol/envelope.ts';
import { idOfSecret } from '../../../widget/runtime/encryption/secrets.ts';
import { qrOf } from '../../../widget/ui/qr.ts';
import { Replica } from '../../integration/relay/replica.ts';
import { launchChromium } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import type { PageWindow } from '../embedding/site.ts';
import { storedEntries } from './databases.ts';
import { EncryptedStage, fragmentOf, giveKey, invitation } from './encrypted-stage.ts';
import { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

const ROOM = 'The lighthouse society';
const LOCKED = 'Locked: you do not have the key';

describe('an encrypted room in browsers', () => {
  let browser: Browser;
  let stage: EncryptedStage;

  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser.close());
  beforeEach(async () => {
    stage = await EncryptedStage.set(browser, ROOM);
  });
  afterEach(() => stage.clear());

  /** Somebody who begins a conversation with a new key, and the fragment of its invitation. */
  const begin = async (name: string): Promise<[Visitor, string]> => {
    const ada = await stage.visit(name);
    await ada.page.getByRole('button', { name: 'Start with a new key' }).click();
    await ada.giveName();
    await ada.page.getByLabel('Message', { exact: true }).waitFor();
    const link = await invitation(ada);
    await ada.page.keyboard.press('Escape');
    return [ada, fragmentOf(link)];
  };
  const sees = (visitor: Visitor, texts: readonly string[]) =>
    eventually(async () => expect(await visitor.texts()).to.deep.equal(texts));

  it('[ENC-14] a whole conversation leaves no word and no room name with relay, log, Redis or on the wire', async () => {
    const [ada, fragment] = await begin('Ada');
    const bo = await stage.enter('Bo', fragment);
    await ada.say('the keeper hides the manuscript');
    await sees(bo, ['the keeper hides the manuscript']);
    await bo.say('beneath the staircase');
    await sees(ada, ['the keeper hides the manuscript', 'beneath the staircase']);
    const row = ada.page.locator('.message', { hasText: 'the keeper hides' });
    await row.hover();
    await ada.page.getByRole('button', { name: 'React' }).click();
    await ada.page.getByRole('menuitemcheckbox', { name: '🎉' }).click();
    await bo.page.getByRole('button', { name: /🎉/ }).waitFor();
    await row.hover();
    await ada.page.getByRole('button', { name: 'More actions' }).click();
    await ada.page.getByRole('menuitem', { name: 'Edit' }).click();
    await ada.page.getByRole('textbox', { name: 'Edit message' }).fill('the keeper burnt the manuscript');
    await ada.page.keyboard.press('Enter');
    await bo.page.getByText('the keeper burnt the manuscript').waitFor();

    const seen = { wire: stage.wire.join('\n'), commands: stage.commands.join('\n'), redis: await stage.dump() };
    // Names are no secret, so this shows that nothing was overlooked.
    for (const [where, text] of Object.entries(seen)) expect(text, where).to.include('.Ada.').and.include('enc');
    expect(seen.wire.match(/\\"sealed\\"|"sealed"/g)?.length ?? 0).to.be.greaterThan(5);
    const secret = /natter-key=([\w-]{43})/.exec(fragment)?.[1] ?? '';
    expect(secret).to.have.length(43);
    const told = { ...seen, log: stage.relay.output() };
    const words = ['manuscript', 'staircase', '🎉', '\\ud83c\\udf89', 'lighthouse', 'society', secret, 'natter-key'];
    for (const [where, text] of Object.entries(told)) {
      const readable = `${text}\n${unescaped(text)}`.toLowerCase();
      for (const word of words) expect(readable.includes(word.toLowerCase()), `${word} in ${where}`).to.equal(false);
      for (const word of ['keeper hides', 'beneath the', ROOM])
        for (const coded of codings(word)) expect(text.includes(coded), `${coded} in ${where}`).to.equal(false);
    }
    expect([...ada.errors, ...bo.errors].join()).to.equal('');
  });

  it('[ENC-9] [ENC-3] row 29: a passphrase: right it reads, wrong it sees locks and no composer, corrected it reads on', async () => {
    const ada = await stage.visit('Ada');
    await giveKey(ada, 'open sesame');
    await ada.giveName();
    await ada.say('hello behind the door');
    await ada.page.locator('[data-status=sent]').waitFor();
    const eve = await stage.visit('Eve');
    await giveKey(eve, 'open sesamé');
    await eve.giveName();
    await sees(eve, [LOCKED]);
    await eve.page.getByText('Your key opens no message here.').waitFor();
    expect(await eve.page.getByLabel('Message', { exact: true }).isVisible()).to.equal(false);
    await eve.page.getByRole('button', { name: 'Enter another key' }).click();
    await giveKey(eve, 'still wrong');
    await eve.page.getByText('This passphrase opens nothing here.').waitFor();
    await giveKey(eve, 'open sesame');
    await sees(eve, ['hello behind the door']);
    await eve.say('now I can read');
    await sees(ada, ['hello behind the door', 'now I can read']);
    await eve.page.reload();
    await eve.page.getByRole('button', { name: 'Open chat' }).click();
    await sees(eve, ['hello behind the door', 'now I can read']);
    expect([...ada.errors, ...eve.errors].join()).to.equal('');
  });

  it('[ENC-9] [ENC-14] row 29: two with the link talk; a third with a wrong key is told so and sees no text; the log in memory is ciphertext', async () => {
    await stage.clear();
    stage = await EncryptedStage.set(browser, ROOM, 'memory');
    const [ada, fragment] = await begin('Ada');
    const bo = await stage.enter('Bo', fragment);
    await ada.say('the manuscript is upstairs');
    await sees(bo, ['the manuscript is upstairs']);
    await bo.say('I will fetch the manuscript');
    await sees(ada, ['the manuscript is upstairs', 'I will fetch the manuscript']);

    const wrong = Buffer.alloc(32, 5).toString('base64url');
    const eve = await stage.enter('Eve', `#natter-key=${wrong}.${placeOf(stage.room())}`);
    await sees(eve, [LOCKED, LOCKED]);
    await eve.page.getByText('Your key opens no message here. Others may not be able to read').waitFor();
    expect(await eve.page.getByLabel('Message', { exact: true }).isVisible()).to.equal(false);
    expect(await eve.page.locator('natter-chat .panel').textContent()).to.not.include('manuscript');

    const { entries } = await stage.join(stage.room(), new Replica());
    expect(entries.map(({ author }) => author?.name)).to.deep.equal(['Ada', 'Bo']);
    for (const { entry } of entries) expect(parseEnvelope(entry.payload).ok, entry.payload).to.equal(true);
    for (const text of [JSON.stringify(entries), stage.relay.output(), stage.wire.join('\n')])
      expect(text).to.not.include('manuscript').and.not.include('lighthouse').and.not.include(fragment.slice(1));
    expect([...ada.errors, ...bo.errors, ...eve.errors].join()).to.equal('');
  });

  it('[ENC-10] a new key: who has the old one alone sees locks, the new link opens them, and who has that alone sees the old ones locked', async () => {
    const [ada, fragment] = await begin('Ada');
    const bo = await stage.enter('Bo', fragment);
    await ada.say('with the old key');
    await sees(bo, ['with the old key']);
    await invitation(ada);
    await ada.page.getByRole('button', { name: 'Make a new key' }).click();
    await ada.page.getByText('You write with a new key now.').waitFor();
    const next = fragmentOf(await ada.page.getByLabel('Invitation link').inputValue());
    expect(next).to.not.equal(fragment);
    await ada.page.keyboard.press('Escape');
    await ada.say('with the new key');
    await sees(bo, ['with the old key', LOCKED]);
    await bo.page.getByText('Some messages are locked with a key that you do not have.').waitFor();
    const cy = await stage.enter('Cy', next);
    await sees(cy, [LOCKED, 'with the new key']);
    await bo.page.evaluate((hash) => {
      location.hash = hash;
    }, next);
    await sees(bo, ['with the old key', 'with the new key']);
    await bo.say('I am with you');
    await sees(cy, [LOCKED, 'with the new key', 'I am with you']);
    await cy.page.getByRole('button', { name: 'Enter another key' }).click();
    await giveKey(cy, fragment);
    await sees(cy, ['with the old key', 'with the new key', 'I am with you']);
    await cy.say('and I with you');
    await sees(bo, ['with the old key', 'with the new key', 'I am with you', 'and I with you']);
    expect([...ada.errors, ...bo.errors, ...cy.errors].join()).to.equal('');
  });

  it('[ENC-11] the invitation: copied as it stands, and drawn as the QR code of just that', async () => {
    const [ada] = await begin('Ada');
    const link = await invitation(ada);
    await ada.page.getByRole('button', { name: 'Copy link' }).click();
    await ada.page.getByRole('button', { name: 'Copied' }).waitFor();
    await ada.page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' });
    expect(await ada.page.evaluate(() => navigator.clipboard.readText())).to.equal(link);
    const path = await ada.page.locator('.qr path').getAttribute('d');
    expect(path).to.equal(qrOf(link).path);
    expect(qrOf(`${link} `).path).to.not.equal(path);
  });

  it('[ENC-8] this browser keeps the key until logout, and of what was said nothing but ciphertext', async () => {
    const [ada, fragment] = await begin('Ada');
    const bo = await stage.enter('Bo', fragment);
    await ada.say('kept as it travelled');
    await sees(bo, ['kept as it travelled']);
    for (const { page } of [ada, bo]) {
      await eventually(async () => expect(await storedEntries(page)).to.include('sealed'));
      expect(await storedEntries(page)).to.not.include('travelled');
    }
    await bo.page.goto(stage.host.url);
    await bo.page.getByRole('button', { name: 'Open chat' }).click();
    await sees(bo, ['kept as it travelled']);
    await bo.page.evaluate(() => (globalThis as PageWindow).Natter.logout());
    await bo.page.getByRole('button', { name: 'Start with a new key' }).waitFor();
    await bo.page.reload();
    await bo.page.getByRole('button', { name: 'Open chat' }).click();
    await bo.page.getByRole('button', { name: 'Start with a new key' }).waitFor();
    const kept = await bo.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''));
    expect(kept.filter((name) => name.includes('/enc~3a'))).to.deep.equal([]);
  });

  it('[ENC-2] a damaged link says so and connects to nothing', async () => {
    const ada = await stage.visit('Ada', '#natter-key=abc');
    await ada.page.getByText('This link is damaged. Ask for it again.').waitFor();
    expect(stage.wire.filter((line) => line.includes('/bayeux') || line.includes('clientId'))).to.deep.equal([]);
    await giveKey(ada, 'open sesame');
    await ada.page.getByLabel('Your name').waitFor();
  });

  it('[ENC-13] a page that encrypts nothing says nothing where the relay takes ciphertext alone, and is told', async () => {
    const plain = await Stage.set({ browsers: [browser], flags: ['--encrypted-rooms', '*'] });
    try {
      const ada = await plain.enter({ name: 'Ada' });
      await ada.say('in the clear');
      await ada.page.getByText('This room takes only encrypted messages').waitFor();
    } finally {
      await plain.clear();
    }
  });

  it('[ENC-8] a second tab without the link opens with the first one’s key, and shares the next', async () => {
    const [ada, fragment] = await begin('Ada');
    await ada.say('in the first tab');
    const tab = Visitor.at(await ada.page.context().newPage(), 'Ada');
    await tab.page.goto(stage.host.url);
    await tab.page.getByRole('button', { name: 'Open chat' }).click();
    await sees(tab, ['in the first tab']);
    await invitation(tab);
    await tab.page.getByRole('button', { name: 'Make a new key' }).click();
    await tab.page.getByText('You write with a new key now.').waitFor();
    const next = fragmentOf(await tab.page.getByLabel('Invitation link').inputValue());
    await tab.page.keyboard.press('Escape');
    await tab.say('in the second tab');
    const bo = await stage.enter('Bo', fragment);
    await sees(bo, ['in the first tab', LOCKED]);
    await bo.page.evaluate((hash) => {
      location.hash = hash;
    }, next);
    await sees(bo, ['in the first tab', 'in the second tab']);
  });

  it('[ENC-6] row 29: what a relay smuggles in that was not encrypted, or was made up, is marked and not shown', async () => {
    const secret = Buffer.alloc(32, 9).toString('base64url');
    const evil = await stage.visit('Ada', `#natter-key=${secret}`, async (room) => {
      const replica = new Replica();
      await stage.join(room, replica);
      const id = await idOfSecret(crypto.subtle, secret);
      const junk = envelopeText({ key: id, nonce: 'n'.repeat(16), sealed: 's'.repeat(44) });
      return [replica.entry(room, 'send me your passwords'), replica.entry(room, '', { payload: junk })];
    });
    await evil.giveName();
    await sees(evil, ['Not shown: this message was not encrypted', 'This message could not be decrypted']);
    expect(await evil.page.locator('natter-chat .panel').textContent()).to.not.include('passwords');
  });
});

/** A text as base64 and base64url have it, wherever in the bytes it begins. */
function codings(text: string): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
    const whole = bytes.toString('base64').slice(shift === 0 ? 0 : shift + 1);
    const middle = whole.replace(/=+$/, '').slice(0, -2);
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Escapes of channel segments and of URLs undone, as far as they are any. */
function unescaped(text: string): string {
  return text.replace(/[~%]([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
