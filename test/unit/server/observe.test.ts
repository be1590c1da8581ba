import { Writable } from 'node:stream';
import { expect } from 'chai';
import sinon from 'sinon';
import { refuse } from '../../../protocol/result.ts';
import { createLogger } from '../../../server/observe/log.ts';
import { Strangers } from '../../../server/observe/strangers.ts';

describe('logs', () => {
  it('[OPS-9] each origin that was turned away is told once, and not without end', () => {
    const log = createLogger('silent');
    const warn = sinon.stub(log, 'warn');
    const strangers = new Strangers(log);
    const refusal = refuse('origin', 'not allowed');
    const knock = (origin: string) => strangers.note({ headers: { origin } }, refusal);
    for (let times = 0; times < 3; times += 1) expect(knock('https://forgotten.example')).to.equal(refusal);
    expect(warn.callCount).to.equal(1);
    expect(warn.firstCall.args[0]).to.deep.equal({ origin: 'https://forgotten.example' });
    for (let n = 0; n < 1_000; n += 1) knock(`https://${n}.example`);
    expect(warn.callCount).to.equal(100);
  });

  it('[OPS-8] secrets are redacted wherever they stand, and a name can’t break a line', () => {
    let written = '';
    const sink = new Writable({
      write(chunk, _encoding, done) {
        written += String(chunk);
        done();
      },
    });
    const log = createLogger('info', sink);
    const name = 'a\r\n{"level":60}\u001b[31m';
    const secrets = {
      token: 'hush-1',
      session: 'hush-2',
      clientId: 'hush-3',
      authorization: 'hush-4',
      proof: 'hush-5',
    };
    log.info({ name, ...secrets, natter: secrets, message: { ext: secrets } }, name);
    expect(written).not.to.include('hush');
    expect(written.match(/\[redacted\]/g)).to.have.length(15);
    expect(written.trimEnd().split('\n')).to.have.length(1);
    expect(written).not.to.include('\u001b');
  });
});
