import { Writable } from 'node:stream';
import { expect } from 'chai';
import { createLogger } from '../../../server/observe/log.ts';

describe('logs', () => {
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
