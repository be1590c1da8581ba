import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { Order } from '../../../server/bayeux/order.ts';
import type { Publication } from '../../../server/rooms/publication.ts';

/** A promise that a test settles. */
function later(): { readonly promise: Promise<void>; readonly settle: () => void } {
  let settle = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}

describe('the order of a session', () => {
  const happened: string[] = [];
  const publish = (
    order: Order,
    name: string,
    follows: boolean,
    { ready, answer }: Partial<Record<'ready' | 'answer', Promise<void>>> = {},
  ) => {
    const publication: Publication = { ready, follows, finish: () => ({ ok: true, value: {} }) };
    const begin = () => {
      happened.push(`${name} begins`);
      return publication;
    };
    const finish = async () => {
      happened.push(`${name} is finished`);
      await answer;
    };
    return order.publish(begin, finish).then(() => happened.push(`${name} is answered`));
  };
  const rest = () => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    happened.length = 0;
  });

  it('[RED-19] what follows is finished before those ahead are answered, and answered after them', async () => {
    const order = new Order();
    const [signed, first, second] = [later(), later(), later()];
    const all = [
      publish(order, 'a', true, { ready: signed.promise, answer: first.promise }),
      publish(order, 'b', true, { answer: second.promise }),
    ];
    await rest();
    expect(happened).to.deep.equal(['a begins', 'b begins']);
    signed.settle();
    await rest();
    expect(happened.slice(2)).to.deep.equal(['a is finished', 'b is finished']);
    second.settle();
    await rest();
    expect(happened.slice(4)).to.deep.equal([]);
    first.settle();
    await Promise.all(all);
    expect(happened.slice(4)).to.deep.equal(['a is answered', 'b is answered']);
  });

  it('[RED-19] what does not follow, and what is acted on whole, waits for the answers to those ahead', async () => {
    const order = new Order();
    const answer = later();
    const act = async (name: string) => void happened.push(name);
    const all = [
      publish(order, 'a', true, { answer: answer.promise }),
      publish(order, 'b', false),
      order.apart(() => act('apart')),
      order.whole(() => act('whole')),
      publish(order, 'c', true),
    ];
    await rest();
    expect(happened).to.deep.equal(['a begins', 'b begins', 'a is finished']);
    answer.settle();
    await Promise.all(all);
    const [a, b, apart, whole, c] = ['a is answered', 'b is finished', 'apart', 'whole', 'c begins'].map((what) =>
      happened.indexOf(what),
    );
    expect([a, b, whole, c]).to.deep.equal([...[a, b, whole, c]].sort((x = 0, y = 0) => x - y));
    expect(apart).to.be.greaterThan(b ?? 0);
  });

  it('[RED-19] what fails is told to whoever asked, and those behind it go on', async () => {
    const order = new Order();
    const broken = order.publish(
      () => ({ ready: undefined, follows: true, finish: () => ({ ok: true, value: {} }) }),
      () => Promise.reject(new Error('a bug')),
    );
    const after = publish(order, 'b', true);
    expect(await broken.catch((error: Error) => error.message)).to.equal('a bug');
    await after;
    expect(happened).to.include('b is answered');
  });

  it('keeps nothing of what was said once it is answered', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const order = new Order();
    /** Away from here, so that this test's own variables do not keep it. */
    const say = async () => {
      const answer = {};
      const publication: Publication = { ready: undefined, follows: false, finish: () => ({ ok: true, value: {} }) };
      await order.whole(async () => answer);
      const said = [new WeakRef<object>(answer), new WeakRef<object>(publication)];
      await order.publish(
        () => publication,
        async () => answer,
      );
      return said;
    };
    const said = await say();
    await rest(); // until the end of the turn a WeakRef keeps what it was made of
    collect();
    expect(said.map((ref) => ref.deref())).to.deep.equal([undefined, undefined]);
  });
});
