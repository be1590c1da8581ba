import { expect } from 'chai';
import type { UserId } from '../../../protocol/ids.ts';
import type { Effect } from '../../../widget/core/effects.ts';
import { CoreDriver, joinReply, member, message, replica, START } from '../../support/core-driver.ts';

describe('who is here and how', () => {
  it('[PATH-1] the path is Connecting for 3 s, then Offline, then what the room is', () => {
    const driver = new CoreDriver();
    driver.put({ type: 'named', name: 'Me' });
    const path = () => driver.view().path;
    expect(path()).to.equal('connecting');
    driver.wait(2_999);
    expect(path()).to.equal('connecting');
    driver.wait(1);
    expect(path()).to.equal('offline');
    driver.put({ type: 'relay-joined', reply: joinReply([member('me')]), now: START });
    expect(path()).to.equal('waiting');
    driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'join', member: member('bob') } });
    driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'join', member: member('cyd') } });
    expect(path()).to.equal('relayed');
    driver.link('bob');
    expect(path()).to.equal('mixed');
    driver.link('cyd');
    expect(path()).to.equal('direct');
    driver.put({ type: 'relay-down' });
    expect(path(), 'linked members go on without the relay').to.equal('direct');
  });

  it('[TOK-19] a login’s name, as the relay tells it, is what this client shows as its own; a guest’s stays the guest’s', () => {
    const driver = new CoreDriver();
    driver.put({ type: 'named', name: 'Me' });
    driver.put({ type: 'relay-joined', reply: joinReply([member('me')]), now: START });
    expect(driver.view().self?.name).to.equal('Me');
    const self = { ...member('me'), user: 'ada' as UserId, name: 'Ada L.' };
    driver.put({ type: 'relay-joined', reply: joinReply([self]), now: START });
    expect(driver.view().self?.name).to.equal('Ada L.');
    expect(driver.view().members[0]).to.deep.include({ self: true, user: 'ada', name: 'Ada L.' });
  });

  it('[PATH-1] a link counts from its hello on', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.put({ type: 'link-opened', replica: replica('bob') });
    expect(driver.view().path).to.equal('relayed');
    driver.link('bob');
    expect(driver.view().path).to.equal('direct');
  });

  it('[MESH-1] links are wanted up to 8 members, closed at 9 and reopened at 6', () => {
    const driver = CoreDriver.inRoom([]);
    const join = (n: number) =>
      driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'join', member: member(`p${n}`) } });
    const leave = (n: number) =>
      driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'leave', replica: replica(`p${n}`) } });
    let mesh: readonly Effect[] = [];
    for (let n = 1; n <= 7; n += 1) mesh = join(n);
    expect(meshOf(mesh)).to.deep.include({ open: true });
    expect(meshOf(mesh)?.replicas).to.have.length(7);
    expect(meshOf(join(8)), 'the ninth').to.deep.include({ open: false, replicas: [] });
    expect(meshOf(leave(8)), 'back at 8').to.equal(undefined);
    expect(meshOf(leave(7)), 'at 7').to.equal(undefined);
    expect(meshOf(leave(6)), 'at 6').to.deep.include({ open: true });
  });

  it('[MESH-1] links are wanted only with those who can open them', () => {
    const driver = new CoreDriver();
    driver.put({ type: 'named', name: 'Me' });
    const effects = driver.put({
      type: 'relay-joined',
      reply: joinReply([member('me'), member('bob'), member('bot', false)]),
      now: START,
    });
    expect(meshOf(effects)?.replicas).to.deep.equal([replica('bob')]);
  });

  it('[TYPE-1] typing is announced at once, every 3 s while it goes on, and its end 4 s after the last key', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.put({ type: 'typed' });
    expect(driver.sent()).to.deep.equal(['relay presence typing']);
    driver.wait(2_999);
    driver.put({ type: 'typed' });
    expect(driver.sent()).to.deep.equal([]);
    driver.wait(1);
    driver.put({ type: 'typed' });
    expect(driver.sent()).to.deep.equal(['relay presence typing']);
    driver.wait(3_999);
    expect(driver.sent()).to.deep.equal([]);
    driver.wait(1);
    expect(driver.sent()).to.deep.equal(['relay presence typing']);
    expect(driver.state.myTyping).to.equal(undefined);
  });

  it('[TYPE-1] typing of others is believed for 6 s, or until their message comes', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    const typing = () =>
      driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'typing', replica: replica('bob'), on: true } });
    const names = () => driver.view().typing.map(({ name }) => name);
    typing();
    expect(names()).to.deep.equal(['bob']);
    driver.wait(5_999);
    expect(names()).to.deep.equal(['bob']);
    driver.wait(1);
    expect(names()).to.deep.equal([]);
    typing();
    driver.put({ type: 'entries', via: 'relay', frames: [message('bob', 1)] });
    expect(names()).to.deep.equal([]);
  });

  it('[PRES-6] in a room of which only some are listed, the count falls with those who are not', () => {
    const driver = CoreDriver.inRoom([member('bob')], { count: 150 });
    for (let n = 0; n < 148; n += 1) {
      driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'leave', replica: replica(`unlisted-${n}`) } });
    }
    expect(driver.view().count).to.equal(2);
  });

  it('[PRES-1] members come and go as the relay says, and stay while a link to them lives', () => {
    const driver = CoreDriver.inRoom([member('bob')]);
    driver.link('bob');
    driver.put({ type: 'control', via: 'relay', frame: { v: 1, kind: 'leave', replica: replica('bob') } });
    expect(driver.view().members.map(({ name }) => name)).to.deep.equal(['Me', 'bob']);
    driver.put({ type: 'link-closed', replica: replica('bob') });
    expect(driver.view().members.map(({ name }) => name)).to.deep.equal(['Me']);
  });
});

function meshOf(effects: readonly Effect[]): Extract<Effect, { type: 'mesh' }> | undefined {
  return effects.find((effect) => effect.type === 'mesh');
}
