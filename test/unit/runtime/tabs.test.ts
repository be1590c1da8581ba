import { expect } from 'chai';
import fc from 'fast-check';
import type { Command } from '../../../widget/runtime/tabs/seat.ts';
import { adoptView, applyPatch, diffViews } from '../../../widget/runtime/tabs/view-patch.ts';
import { EMPTY_VIEW, messageRow, TabbedBrowser } from '../../support/tabs.ts';

const said = (draft: string): Command => ({ type: 'composed', draft, content: { kind: 'message', text: draft } });
const keysOf = (messages: readonly { readonly key: string }[]) => messages.map(({ key }) => key);

describe('views between tabs', () => {
  const rows = fc.array(fc.nat(30), { maxLength: 12 }).map((keys) => [...new Set(keys)].map(String));

  it('[TAB-10] any two views and what has changed between them: the follower gets the second, and keeps unchanged rows', () => {
    fc.assert(
      fc.property(rows, rows, fc.nat(40), fc.boolean(), (first, second, unread, same) => {
        const made = new Map([...first, ...second].map((key) => [key, messageRow(key)]));
        const viewOf = (keys: readonly string[], more = {}) => ({
          ...EMPTY_VIEW,
          ...more,
          messages: keys.flatMap((key) => made.get(key) ?? []),
        });
        const before = viewOf(first);
        const after = same ? { ...before, unread } : viewOf(second, { unread });
        const patch = diffViews(before, after);
        if (!patch) {
          expect(after).to.deep.equal(before);
          return;
        }
        const held = structuredClone(before);
        const next = applyPatch(held, structuredClone(patch));
        expect(next).to.deep.equal(after);
        const { kept = 0, tail = 0 } = patch.messages ?? {};
        for (let i = 0; i < kept; i += 1) expect(next.messages[i]).to.equal(held.messages[i]);
        for (let i = 1; i <= tail; i += 1) expect(next.messages.at(-i)).to.equal(held.messages.at(-i));
      }),
    );
  });

  it('[TAB-10] a new message in a long conversation travels alone, and so does a status', () => {
    const long = Array.from({ length: 5_000 }, (_, i) => messageRow(`m${i}`));
    const before = { ...EMPTY_VIEW, messages: long };
    const next = { ...before, messages: [...long, messageRow('new')] };
    expect(keysOf(diffViews(before, next)?.messages?.rows ?? [])).to.deep.equal(['new']);
    const read = { ...before, messages: long.with(2_500, messageRow('m2500', { status: 'read' })) };
    expect(keysOf(diffViews(before, read)?.messages?.rows ?? [])).to.deep.equal(['m2500']);
    expect(JSON.stringify(diffViews(before, read)).length).to.be.below(400);
  });

  it('[TAB-10] a view that comes whole keeps the rows that say the same', () => {
    const held = { ...EMPTY_VIEW, messages: [messageRow('a'), messageRow('b')] };
    const whole = { ...EMPTY_VIEW, messages: [messageRow('a'), messageRow('b', { status: 'read' }), messageRow('c')] };
    const adopted = adoptView(held, structuredClone(whole));
    expect(adopted).to.deep.equal(whole);
    expect(adopted.messages[0]).to.equal(held.messages[0]);
    expect(adopted.messages[1]).not.to.equal(held.messages[1]);
  });
});

describe('a tab that follows', () => {
  let browser: TabbedBrowser;
  beforeEach(() => {
    browser = new TabbedBrowser();
  });

  it('[TAB-1] shows the leader’s view and hands it what is asked, once', async () => {
    const leader = browser.lead({ ...EMPTY_VIEW, messages: [messageRow('before')] });
    await browser.settle();
    const tab = browser.follow();
    await browser.settle();
    expect(keysOf(tab.seat?.view().messages ?? [])).to.deep.equal(['before']);
    tab.seat?.run(said('mine'));
    expect(tab.seat?.view().messages.at(-1)).to.include({ key: 'mine', status: 'queued' });
    await browser.settle();
    expect(leader.done).to.deep.equal([said('mine')]);
    expect(tab.seat?.view().messages.at(-1)).to.include({ key: 'mine', status: 'sent' });
    expect(tab.seat?.view()).to.deep.equal(leader.view);
  });

  it('[TAB-2] says again to the next leader what the one before has not answered, and nothing else', async () => {
    const first = browser.lead();
    await browser.settle();
    const heir = browser.follow();
    const tab = browser.follow(false);
    await browser.settle();
    tab.seat?.run(said('answered'));
    await browser.settle();
    first.freeze();
    tab.seat?.run(said('unheard'));
    tab.seat?.run({ type: 'typed' });
    tab.seat?.run({ type: 'drafted', text: 'h' });
    tab.seat?.run({ type: 'drafted', text: 'hm' });
    await browser.settle();
    first.end();
    await browser.settle();
    expect(heir.done).to.deep.equal([said('unheard'), { type: 'drafted', text: 'hm' }]);
    expect(keysOf(tab.seat?.view().messages ?? [])).to.deep.equal(['answered', 'unheard']);
  });

  it('[INV-14] has codes read by the tab that holds the links, once, also where another leads meanwhile', async () => {
    const first = browser.lead();
    await browser.settle();
    const heir = browser.follow();
    const tab = browser.follow(false);
    await browser.settle();
    const reply = await tab.seat?.code({ type: 'invite' });
    expect(reply).to.deep.include({ ok: false, code: 'code_unknown' });
    expect(first.codes).to.deep.equal([{ type: 'invite' }]);
    first.freeze();
    const late = tab.seat?.code({ type: 'take', kind: 'answer', text: 'code' });
    await browser.settle();
    first.end();
    await browser.settle();
    expect(await late).to.deep.include({ ok: false });
    expect(heir.codes).to.deep.equal([{ type: 'take', kind: 'answer', text: 'code' }]);
  });

  it('[TAB-2] is heard once by a leader that begins while it speaks', async () => {
    const first = browser.lead();
    await browser.settle();
    const heir = browser.follow();
    const tab = browser.follow();
    await browser.settle();
    first.end();
    const drafts = Array.from({ length: 20 }, (_, i) => `c${i}`);
    for (const draft of drafts) {
      tab.seat?.run(said(draft));
      await Promise.resolve();
    }
    await browser.settle();
    expect(heir.done).to.deep.equal(drafts.map(said));
  });

  it('[TAB-2] that comes to lead says again what it has shown and a leader without storage took with it', async () => {
    const first = browser.lead({
      ...EMPTY_VIEW,
      messages: [messageRow('sent'), messageRow('q', { status: 'queued' })],
    });
    await browser.settle();
    const tab = browser.follow();
    await browser.settle();
    first.freeze();
    tab.seat?.run(said('unheard'));
    first.end();
    await browser.settle();
    expect(tab.done).to.deep.equal([said('q'), said('unheard')]);
  });

  it('[TAB-4] and is hidden lets the lock pass to the tab that is to lead, once', async () => {
    const first = browser.lead();
    await browser.settle();
    const hidden = browser.follow(false);
    await browser.settle();
    const shown = browser.follow();
    shown.setAwake(true);
    await browser.settle();
    first.setAwake(false);
    await browser.pass(999);
    expect(shown.leads()).to.equal(false);
    await browser.pass(1);
    expect(shown.leads()).to.equal(true);
    hidden.seat?.run(said('who leads'));
    await browser.settle();
    expect(shown.done).to.deep.equal([said('who leads')]);
    shown.end();
    await browser.settle();
    hidden.seat?.run(said('and now'));
    await browser.settle();
    expect(hidden.done).to.deep.equal([said('and now')]);
  });

  it('[TAB-5] takes the lead from one that gives no answer for 3 s, where it is looked at', async () => {
    const first = browser.lead();
    await browser.settle();
    const hidden = browser.follow(false);
    const shown = browser.follow();
    await browser.settle();
    first.freeze();
    hidden.seat?.run(said('from the hidden one'));
    shown.seat?.run(said('from the one looked at'));
    await browser.pass(2_999);
    expect(shown.done).to.deep.equal([]);
    await browser.pass(1);
    expect(shown.done).to.deep.equal([said('from the one looked at'), said('from the hidden one')]);
  });

  it('[TAB-4] [TAB-5] leaves the lead to one that has no storage: there is nothing to go on from', async () => {
    const leader = browser.lead({ ...EMPTY_VIEW, notices: ['storage-unavailable'] });
    await browser.settle();
    const tab = browser.follow();
    await browser.settle();
    leader.setAwake(false);
    await browser.pass(5_000);
    leader.freeze();
    tab.seat?.run(said('in vain'));
    await browser.pass(5_000);
    expect(tab.leads()).to.equal(false);
  });

  it('[TAB-6] counts as seen what any tab shows to a person, until that tab has ended', async () => {
    const leader = browser.lead();
    await browser.settle();
    leader.seat?.setVisible(false);
    const tab = browser.follow();
    await browser.settle();
    tab.seat?.setVisible(true);
    await browser.settle();
    expect(leader.sees).to.equal(true);
    await tab.seat?.close();
    await browser.settle();
    expect(leader.sees).to.equal(false);
  });
});
