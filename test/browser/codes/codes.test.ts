import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { CODE_FRAGMENT } from '../../../protocol/codes.ts';
import { launchChromium, openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { FileServer } from './file-server.ts';
import { Person } from './person.ts';

describe('a room without a relay', function () {
  this.timeout(90_000);
  let browsers: Browser[];
  let files: FileServer;
  const people: Person[] = [];

  before(async () => {
    browsers = await Promise.all([launchChromium(), launchChromium(), launchChromium()]);
  });

  beforeEach(async () => {
    files = await FileServer.open('hand-to-hand');
  });

  afterEach(async () => {
    await Promise.all(people.splice(0).map((person) => person.close()));
    await files.close();
  });

  after(() => Promise.all(browsers.map((browser) => browser.close())));

  const arrive = async (at: number, name: string, options: Parameters<typeof Person.arrive>[3] = {}) => {
    const browser = browsers[at];
    if (!browser) throw new Error('no browser');
    const person = await Person.arrive(browser, files.url, name, options);
    people.push(person);
    return person;
  };

  it('[INV-7] links two by an invitation and an answer with no server at all, and keeps what was said', async () => {
    const [ada, bo] = [await arrive(0, 'Ada'), await arrive(1, 'Bo')];
    await files.close();
    for (const person of [ada, bo]) await person.sees('waiting');
    await ada.say('said before anybody was there');
    await ada.meets(bo);
    await bo.hears('said before anybody was there');
    await bo.say('hello Ada');
    await ada.hears('hello Ada');
    await ada.say('hello Bo');
    await bo.hears('hello Bo');
    await ada.page.locator('.status[data-status=read]').waitFor();
    expect(files.asked.filter((path) => !/^\/(?:$|v1\/|v\d+\.\d+\.\d+\/|favicon)/.test(path))).to.deep.equal([]);

    await files.open();
    await ada.page.reload();
    await ada.page.getByRole('button', { name: 'Open chat' }).click();
    await ada.hears('hello Ada');
    await ada.sees('waiting');
    expect(await ada.texts()).to.deep.equal(['said before anybody was there', 'hello Ada', 'hello Bo']);
    await bo.sees('waiting', 20_000);
    await bo.say('while you were away');
    await ada.ready();
    await files.close();
    await bo.meets(ada);
    await ada.hears('while you were away');
    expect([...ada.errors, ...bo.errors]).to.deep.equal([]);
  });

  it('[INV-8] shows who it is as a name, a key and the word unverified, beside messages and among the members', async () => {
    const [ada, bo] = [await arrive(0, 'Ada'), await arrive(1, 'Bo')];
    await ada.meets(bo);
    await bo.say('it is me');
    const author = ada.page.locator('.message .author');
    await author.waitFor();
    expect(await author.textContent()).to.match(/^Bo[0-9a-f]{4} [0-9a-f]{4} unverified$/);
    const keyOf = async (of: Person, name: string) => {
      await of.page.getByRole('button', { name: '2 online' }).click();
      const row = of.page.locator('.person').filter({ hasText: name });
      const key = await row.locator('.key').textContent();
      expect(await row.textContent()).to.contain('unverified');
      await of.back();
      return key;
    };
    const key = await keyOf(ada, 'Bo');
    expect(key).to.match(/^(?:[0-9a-f]{4} ){7}[0-9a-f]{4}$/);
    expect(await keyOf(bo, 'Bo')).to.equal(key);
    expect((await author.locator('.key').textContent()) ?? '').to.equal(key?.slice(0, 9));
  });

  it('[INV-9] row 40: an altered, used, foreign or wrong code is refused in words, and no link opens', async () => {
    const [ada, bo, cy] = [await arrive(0, 'Ada'), await arrive(1, 'Bo'), await arrive(2, 'Cy')];
    const invitation = await ada.invites();
    await cy.openCodes();
    const middle = Math.floor(invitation.length / 2);
    const other = invitation[middle] === 'A' ? 'B' : 'A';
    await cy.pastesInvitation(invitation.slice(0, middle) + other + invitation.slice(middle + 1));
    expect(await cy.told()).to.contain('incomplete or was changed');
    await cy.pastesInvitation(invitation);
    const second = await cy.page.getByLabel('Your answer code').inputValue();
    const answer = await bo.answers(invitation);
    await ada.pastesAnswer(invitation);
    expect(await ada.told()).to.contain('This is an invitation code');
    await ada.pastesAnswer(answer);
    for (const person of [ada, bo]) await person.sees('direct');

    // The same code again, and somebody else's answer to the same invitation.
    for (const again of [second, answer]) {
      await ada.invites();
      await ada.pastesAnswer(again);
      expect(await ada.told()).to.match(
        again === answer ? /has been used|connected with this person/ : /has been used/,
      );
      await ada.page.getByRole('button', { name: 'Start over' }).click();
      await ada.back();
    }
    expect(await cy.path()).to.equal('waiting');
    await cy.page.getByRole('button', { name: 'Start over' }).click();
    await cy.pastesInvitation(invitation);
    expect(await cy.told()).to.contain('has been used');
    await cy.pastesInvitation(second);
    expect(await cy.told()).to.contain('This is an answer code');
    expect(await ada.page.getByRole('button', { name: '2 online' }).count()).to.equal(1);
  });

  it('[INV-10] all who were invited by anybody link with all, and go on when one of them leaves', async () => {
    const [ada, bo, cy] = [await arrive(0, 'Ada'), await arrive(1, 'Bo'), await arrive(2, 'Cy')];
    await ada.meets(bo);
    await bo.meets(cy);
    for (const person of [ada, bo, cy]) {
      await person.page.getByRole('button', { name: '3 online' }).click();
      await eventually(
        async () => expect(await person.page.locator('.person[data-linked=true]').count()).to.equal(2),
        15_000,
      );
      await person.back();
    }
    await cy.say('from the one who came last');
    await ada.hears('from the one who came last');
    await bo.page.getByRole('button', { name: 'Menu' }).click();
    await bo.page.getByRole('menuitem', { name: 'Leave room' }).click();
    await ada.page.getByRole('button', { name: '2 online' }).waitFor();
    await ada.say('we are still here');
    await cy.hears('we are still here');
    expect(await ada.path()).to.equal('direct');
  });

  it('[INV-11] a link brings the code: it opens the chat, answers, and is taken out of the address', async () => {
    const ada = await arrive(0, 'Ada');
    const invitation = await ada.invites();
    const bo = await arrive(1, 'Bo', { url: `${files.url}#${CODE_FRAGMENT.invitation}=${invitation}` });
    const answer = await bo.page.getByLabel('Your answer code').inputValue();
    expect(await bo.page.evaluate(() => location.hash)).to.equal('');
    // The answer as a link, opened in another tab of who has invited: the tab that has made the invitation takes it.
    const tab = await ada.page.context().newPage();
    await tab.goto(`${files.url}#${CODE_FRAGMENT.answer}=${answer}`);
    for (const person of [ada, bo]) await person.sees('direct');
    await bo.say('by links alone');
    await tab.getByText('by links alone', { exact: true }).waitFor();
    await ada.hears('by links alone');
  });

  it('[INV-12] goes by the inviter’s clock: an hour of difference moves no message', async () => {
    const ada = await arrive(0, 'Ada');
    const bo = await arrive(1, 'Bo', {
      before: () => {
        const now = Date.now;
        Date.now = () => now() + 3_600_000;
      },
    });
    // The page of somebody whose clock is wrong finds the invitation expired, unless it is made by one like it.
    await bo.meets(ada);
    const heard = (person: Person) =>
      person.page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            document.addEventListener(
              'natter:message:received',
              (event) => resolve((event as CustomEvent<{ at: number }>).detail.at),
              { once: true },
            );
          }),
      );
    const at = heard(bo);
    await ada.say('what time is it?');
    expect(Math.abs((await at) - Date.now() - 3_600_000)).to.be.lessThan(60_000);
    const back = heard(ada);
    await bo.say('an hour later');
    expect(Math.abs((await back) - Date.now() - 3_600_000)).to.be.lessThan(60_000);
    expect(await ada.texts()).to.deep.equal(['what time is it?', 'an hour later']);
  });

  it('[INV-13] an invitation that nobody answers holds for an hour, then says that it has expired', async () => {
    const browser = browsers[0];
    if (!browser) throw new Error('no browser');
    const page = await openPage(browser);
    await page.clock.install();
    const ada = await Person.tab(page, 'Ada');
    people.push(ada);
    await page.goto(files.url);
    await page.getByRole('button', { name: 'Open chat' }).click();
    await ada.giveName();
    await ada.ready();
    await ada.invites();
    await page.clock.fastForward(3_600_000 + 1_000);
    expect(await ada.told()).to.contain('has expired');
  });
});
