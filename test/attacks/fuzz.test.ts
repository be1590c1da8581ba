import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { isRefusalCode } from '../../protocol/refusals.ts';
import { createLogger } from '../../server/observe/log.ts';
import { code, type Message, RawClient, type RunningRelay, startRelay } from '../integration/relay/bayeux-client.ts';
import { Replica } from '../integration/relay/replica.ts';
import { shapedCertificate } from '../support/certificate.ts';

const text = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '', '\ud800', '\u0000'));
const junk = fc.oneof(fc.jsonValue({ maxDepth: 4 }), text);
const names = fc.constantFrom(
  ...['/rooms/lobby', '/rooms/lobby/presence', '/rooms/lobby/replicas/AAAAAAAAAAAAAAAAAAAAAA', '/rooms/~c3~a9'],
  ...['/meta/subscribe', '/meta/unsubscribe', '/meta/handshake', '/meta/foo', '/service/x', '/**', '/rooms/*', ''],
);
const channels = fc.oneof({ weight: 8, arbitrary: names }, { weight: 1, arbitrary: junk });
const base64url = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'ABEIMQUYcgkosw048'), minLength: length, maxLength: length });
const certificate = new Replica().certified('lobby').certificates.get('lobby');
const payloads = fc.oneof(
  fc.record({ text: fc.oneof(text, junk) }),
  fc.record({
    v: fc.constant(1),
    kind: fc.constantFrom('typing', 'signal', 'ack', 'fetch', 'join', 'crowd', 'hello', 'entries', 'proof', 'new'),
    on: junk,
    ranges: junk,
    from: fc.oneof(fc.constant(undefined), junk),
    below: fc.oneof(fc.constant([1, 0]), junk),
    author: fc.oneof(fc.constant({ user: 'u', name: 'n' }), junk),
    have: fc.oneof(fc.constant({}), junk),
    entries: fc.oneof(fc.array(junk, { maxLength: 3 }), junk),
    more: fc.boolean(),
  }),
  fc.record({
    v: fc.constant(1),
    entry: fc.dictionary(fc.constantFrom('id', 'replica', 'seq', 'clock', 'payload', 'cert', 'sig'), junk),
  }),
  // Entries of the right shape: what is signed, and with what, is anybody's.
  fc.record({
    v: fc.constant(1),
    author: fc.oneof(fc.constant(undefined), fc.record({ user: text, name: text })),
    entry: fc.record({
      ...{ id: base64url(43), replica: base64url(22), seq: fc.integer({ min: 1, max: 9 }), prev: fc.constant(null) },
      ...{ clock: fc.tuple(fc.nat(), fc.nat(9)), kind: fc.constantFrom('message', 'void', 'poll') },
      ...{
        payload: fc.oneof(fc.json(), fc.constant('{"text":"x"}')),
        cert: fc.oneof(base64url(87), fc.constant(shapedCertificate()), fc.constant(certificate)),
        sig: base64url(86),
      },
    }),
  }),
  junk,
);

describe('fuzzing', () => {
  let running: RunningRelay;
  let client: RawClient;
  const log = createLogger('silent');
  const error = sinon.stub(log, 'error');

  before(async () => {
    running = await startRelay({ logger: log });
  });

  after(async () => {
    client.close();
    await running.relay.close();
  });

  it('[GATE-5] any messages at all: each answered once, by success or by a code, and nothing is thrown', async function () {
    this.timeout(60_000);
    client = await RawClient.connect(running.url);
    const message = fc.record(
      {
        channel: channels,
        clientId: fc.oneof({ weight: 8, arbitrary: fc.constant(client.clientId) }, { weight: 1, arbitrary: junk }),
        id: fc.oneof({ weight: 8, arbitrary: fc.uuid() }, { weight: 1, arbitrary: junk }),
        subscription: fc.oneof(channels, fc.array(channels, { maxLength: 4 })),
        data: payloads,
        ext: fc.oneof(
          fc.constant(undefined),
          fc.record({ natter: fc.oneof(fc.record({ name: junk, key: junk, have: junk }), junk) }),
          junk,
        ),
        version: fc.oneof(fc.constant('1.0'), junk),
        supportedConnectionTypes: fc.oneof(fc.constant(['websocket']), junk),
        advice: junk,
      },
      { requiredKeys: ['channel'] },
    );
    const batch = fc.array(fc.oneof({ weight: 9, arbitrary: message }, { weight: 1, arbitrary: junk }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(batch, async (messages) => {
        const before = client.frames.length;
        client.send(messages);
        const answers = () =>
          client.frames
            .slice(before)
            .flatMap((frame) => JSON.parse(frame) as readonly Message[])
            .filter(({ successful }) => successful !== undefined);
        const isWhole = () => ['malformed', 'too_deep'].includes(String(code(answers()[0])));
        await client.until(() => answers().length === messages.length || isWhole(), 3_000, 'the answers');
        for (const answer of answers()) {
          expect(answer.channel).to.be.a('string');
          expect(answer.successful === true || isRefusalCode(code(answer)), JSON.stringify(answer)).to.equal(true);
        }
      }),
    );
    expect(error.args).to.deep.equal([]);
    expect(Reflect.get({}, 'polluted')).to.equal(undefined);
    expect((await client.subscribe('/rooms/lobby')).successful).to.equal(true);
  });
});
