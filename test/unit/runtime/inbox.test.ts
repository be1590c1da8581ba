import { expect } from 'chai';
import type { EntryFrame } from '../../../protocol/frames.ts';
import { guestId } from '../../../protocol/ids.ts';
import { Inbox } from '../../../widget/runtime/inbox.ts';
import { message, replica } from '../../support/core-driver.ts';

function recordingInbox(isGenuine: (frame: EntryFrame) => Promise<boolean>) {
  const author = { user: guestId(replica('bob')), name: 'Bob' };
  const log: string[] = [];
  const inbox = new Inbox('relay', {
    flooded: () => undefined,
    check: async (frame) => ((await isGenuine(frame)) ? author : 'forged'),
    dropped: (_via, count, forged) => log.push(`dropped ${count}, forged ${forged}`),
    entries: (_via, frames) => log.push(`entries ${frames.map(({ entry }) => entry.seq).join()}`),
    control: (_via, frame) =>
      log.push(frame.kind === 'entries' ? `page ${frame.entries.map(({ entry }) => entry.seq).join()}` : frame.kind),
  });
  return { inbox, log };
}

const turns = async () => {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
};

describe('what one path brings', () => {
  it('[SIG-3] is handed on without the entries that their author has not signed, on pages, too', async () => {
    const { inbox, log } = recordingInbox(async ({ entry }) => entry.seq !== 2);
    for (const seq of [1, 2, 3]) inbox.push(message('bob', seq));
    inbox.push({ v: 1, kind: 'entries', entries: [1, 2, 3].map((seq) => message('bob', seq)), more: false });
    await turns();
    expect(log).to.deep.equal(['dropped 1, forged 1', 'entries 1,3', 'dropped 1, forged 1', 'page 1,3']);
  });

  it('[SIG-4] is checked 50 entries at a time, however many come together', async () => {
    let [running, most] = [0, 0];
    const { inbox, log } = recordingInbox(async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return true;
    });
    const entries = Array.from({ length: 200 }, (_, n) => message('bob', n + 1));
    inbox.push({ v: 1, kind: 'entries', entries, more: false });
    await new Promise<void>((resolve) => inbox.run(resolve));
    expect(log).to.deep.equal([`page ${entries.map(({ entry }) => entry.seq).join()}`]);
    expect(most).to.equal(50);
  });

  it('[CORE-2] keeps its order, however long checking takes', async () => {
    const release: (() => void)[] = [];
    const { inbox, log } = recordingInbox(() => new Promise((resolve) => release.push(() => resolve(true))));
    inbox.push(message('bob', 1));
    inbox.push({ v: 1, kind: 'typing', replica: replica('bob'), on: false });
    inbox.run(() => void log.push('act'));
    inbox.push(message('bob', 2));
    await turns();
    expect(log).to.deep.equal([]);
    for (const check of release.splice(0)) check();
    await turns();
    for (const check of release.splice(0)) check();
    await turns();
    expect(log).to.deep.equal(['entries 1', 'typing', 'act', 'entries 2']);
  });
});
