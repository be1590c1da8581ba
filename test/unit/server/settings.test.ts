import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { createRelay } from '../../../server/relay.ts';
import { DEFAULTS, flagOf, SCHEMA, SETTINGS, type Settings } from '../../../server/settings.ts';
import { parseSettings } from '../../../server/settings-command.ts';
import { NO_LIMITS } from '../../../server/settings-limits.ts';
import { helpText, settingsTable } from '../../../server/settings-text.ts';

function settingsOf(env: Readonly<Record<string, string>>, ...argv: readonly string[]): Settings {
  const command = parseSettings(env, argv);
  if (command.type !== 'run') throw new Error(JSON.stringify(command));
  return command.settings;
}

function refusalOf(env: Readonly<Record<string, string>>, ...argv: readonly string[]): string {
  const command = parseSettings(env, argv);
  if (command.type !== 'refused') throw new Error('not refused');
  return command.message;
}

describe('settings', () => {
  it('[SET-1] the flag wins over the environment, and that over the default', () => {
    expect(settingsOf({})).to.deep.equal(DEFAULTS);
    expect(settingsOf({ PATH: '/bin', HOME: '/' })).to.deep.equal(DEFAULTS);
    expect(settingsOf({ PORT: '9000', NATTER_HISTORY: '' })).to.deep.equal({ ...DEFAULTS, port: 9000 });
    expect(settingsOf({ PORT: '9000' }, '--port', '9001', '--history=0')).to.deep.equal({
      ...DEFAULTS,
      port: 9001,
      history: 0,
    });
    expect(settingsOf({ NATTER_HISTORY: '5' }, '--port=1').history).to.equal(5);
  });

  it('[SET-1] every setting has a flag and a variable of its own, and its written default is its default', () => {
    expect(SETTINGS.map((key) => flagOf(key))).to.include.members([
      '--port',
      '--history-age',
      '--admin-token',
      '--public-url',
    ]);
    expect(new Set(SETTINGS.map(flagOf)).size).to.equal(SETTINGS.length);
    for (const key of SETTINGS) {
      const { env, shown } = SCHEMA[key];
      if (shown === '') expect(DEFAULTS[key]).to.equal(undefined);
      else expect(settingsOf({ [env]: shown })[key], env).to.deep.equal(DEFAULTS[key]);
    }
  });

  it('[SET-2] what Kubernetes tells of a Service of our name is no setting, and no misspelt one', () => {
    const service = {
      NATTER_SERVICE_HOST: '10.0.0.1',
      NATTER_SERVICE_PORT: '8000',
      NATTER_SERVICE_PORT_HTTP: '8000',
      NATTER_PORT: 'tcp://10.0.0.1:8000',
      NATTER_PORT_8000_TCP: 'tcp://10.0.0.1:8000',
      NATTER_PORT_8000_TCP_PROTO: 'tcp',
      NATTER_PORT_8000_TCP_PORT: '8000',
      NATTER_PORT_8000_TCP_ADDR: '10.0.0.1',
      NATTER_CHAT_PORT: 'tcp://10.0.0.2:80',
    };
    expect(settingsOf(service)).to.deep.equal(DEFAULTS);
    expect(refusalOf({ NATTER_PORT: '9000' })).to.equal('unknown setting NATTER_PORT');
  });

  it('[SET-2] what is unknown, without value or does not fit is refused in one line that names it', () => {
    expect(refusalOf({ NATTER_HISTROY: '1' })).to.equal('unknown setting NATTER_HISTROY');
    expect(refusalOf({}, '--histroy=1')).to.equal('unknown option --histroy');
    expect(refusalOf({}, 'serve')).to.equal('unknown option serve');
    expect(refusalOf({}, '--port')).to.equal('--port needs a value');
    expect(refusalOf({ PORT: 'x\n' })).to.equal('PORT must be a whole number from 0 to 65535, not "x\\n"');
    const bad: Readonly<Record<string, readonly string[]>> = {
      HOST: [' '],
      PORT: ['-1', '65536', '1.5', '0x10', '1e3'],
      NATTER_PUBLIC_URL: [
        'example.com',
        'ftp://example.com',
        'https://example.com/chat',
        'https://u:p@example.com',
        'https://x?y',
      ],
      NATTER_TLS_CERT: [' '],
      NATTER_TLS_KEY: [' '],
      NATTER_ORIGINS: [
        '*',
        'example.com',
        'https://example.com/',
        'null',
        'https://a.com,,',
        'https://A.com',
        'ws://a.com',
      ],
      NATTER_GUESTS: ['yes', 'ON', 'toString'],
      NATTER_ENCRYPTED_ROOMS: [' ', 'vault,', 'a,,b'],
      NATTER_HISTORY: ['-1', 'all', '1000001'],
      NATTER_HISTORY_AGE: ['7', '7 days', '-1d', 'd', '1.5h', '1toString'],
      NATTER_HISTORY_BYTES: ['4', '4MB', '4mib'],
      NATTER_MEMORY: ['1TiB', ''.padEnd(12, '9')],
      NATTER_MESH: ['33', 'x'],
      NATTER_ENGINE: ['faye', 'Redis'],
      REDIS_URL: ['localhost:6379', 'http://localhost', '/run/redis.sock'],
      NATTER_RELAY_KEY: ['short'],
      NATTER_DATA: [' '],
      NATTER_TOKEN_KEY: [' '],
      NATTER_TOKEN_ALG: ['none', 'RS256', 'hs256', 'toString'],
      NATTER_TOKEN_AUDIENCE: [''.padEnd(3)],
      NATTER_ICE: ['{}', '[{}]', 'stun:x', '[{"urls":"https://x"}]'],
      NATTER_TURN_URLS: ['turn.example.com', 'stun:a', 'turn:a b', 'turn:a,', 'https://a', 'turn:a?transport=sctp'],
      NATTER_TURN_SECRET: ['short'],
      NATTER_TRUST_PROXY: ['true', '9'],
      NATTER_ADMIN_TOKEN: ['short'],
      NATTER_DEMO: ['true', '1'],
      NATTER_LOG: ['verbose'],
      ...Object.fromEntries(
        SETTINGS.filter((key) => key.startsWith('limit')).map((key) => [
          SCHEMA[key].env,
          ['-1', '10/d', '0/s', '10+5', 'x'],
        ]),
      ),
    };
    for (const [env, values] of Object.entries(bad)) {
      for (const value of values)
        expect(refusalOf({ [env]: value }), `${env}=${value}`).to.match(new RegExp(`^${env} must .+`));
    }
    expect(Object.keys(bad)).to.have.members(SETTINGS.map((key) => SCHEMA[key].env));
  });

  it('[SET-2] Redis needs its address', () => {
    expect(refusalOf({ NATTER_ENGINE: 'redis' })).to.equal('NATTER_ENGINE redis needs REDIS_URL');
    const make = () => createRelay({ engine: 'faye-redis', log: 'silent' });
    expect(make).to.throw(TypeError, 'NATTER_ENGINE faye-redis needs REDIS_URL');
  });

  it('[SEC-1] a certificate and its key need each other', () => {
    expect(refusalOf({ NATTER_TLS_CERT: 'a.pem' })).to.equal('NATTER_TLS_CERT and NATTER_TLS_KEY need each other');
    expect(refusalOf({}, '--tls-key=a.key')).to.equal('NATTER_TLS_CERT and NATTER_TLS_KEY need each other');
    expect(() => createRelay({ tlsCert: 'a.pem', log: 'silent' })).to.throw(TypeError, 'need each other');
    expect(settingsOf({ NATTER_TLS_CERT: 'a.pem', NATTER_TLS_KEY: 'a.key' })).to.include({ tlsCert: 'a.pem' });
  });

  it('[SET-2] TURN servers and their secret need each other', () => {
    const refusal = 'NATTER_TURN_URLS and NATTER_TURN_SECRET need each other';
    expect(refusalOf({ NATTER_TURN_URLS: 'turn:a' })).to.equal(refusal);
    expect(refusalOf({ NATTER_TURN_SECRET: 'x'.repeat(16) })).to.equal(refusal);
  });

  it('[SET-2] the value of a secret is not repeated', () => {
    expect(refusalOf({ NATTER_ADMIN_TOKEN: 'hunter2' })).not.to.contain('hunter2');
    expect(refusalOf({}, '--admin-token=hunter2')).not.to.contain('hunter2');
  });

  it('[SET-3] times and sizes have units', () => {
    const age = (text: string) => settingsOf({ NATTER_HISTORY_AGE: text }).historyAge;
    expect([age('90s'), age('5m'), age('12h'), age('7d'), age('250ms')]).to.deep.equal([
      90e3, 300e3, 432e5, 6048e5, 250,
    ]);
    const size = (text: string) => settingsOf({ NATTER_MEMORY: text }).memory;
    expect([size('1B'), size('512KiB'), size('4MiB'), size('1 GiB')]).to.deep.equal([
      1, 524_288, 4_194_304, 1_073_741_824,
    ]);
  });

  it('[LIM-3] rates have a burst, or are off', () => {
    const rate = (text: string) => settingsOf({ NATTER_LIMIT_MESSAGES: text }).limitMessages;
    expect(rate('10/s+600')).to.deep.equal({ perSecond: 10, burst: 600 });
    expect(rate('30/m+5')).to.deep.equal({ perSecond: 0.5, burst: 5 });
    expect(rate('7200/h')).to.deep.equal({ perSecond: 2, burst: 7200 });
    expect([rate('off'), rate('0')]).to.deep.equal(['off', 'off']);
    expect(settingsOf({ NATTER_LIMIT_ROOM_MEMBERS: '0' }).limitRoomMembers).to.equal(0);
    expect(Object.keys(NO_LIMITS)).to.have.members(SETTINGS.filter((key) => key.startsWith('limit')));
  });

  it('[SET-1] lists and addresses are read into what they mean', () => {
    expect(settingsOf({ NATTER_ORIGINS: 'https://a.com, loopback,http://b.com:81' }).origins).to.deep.equal([
      'https://a.com',
      'loopback',
      'http://b.com:81',
    ]);
    expect(settingsOf({ NATTER_PUBLIC_URL: 'https://chat.example.com/' }).publicUrl).to.equal(
      'https://chat.example.com',
    );
    expect(settingsOf({ NATTER_ICE: '[{"urls":"stun:a"}]' }).ice).to.deep.equal([{ urls: 'stun:a' }]);
    const turn = settingsOf({
      NATTER_TURN_URLS: 'turn:a.example:3478?transport=udp, turns:[2001:db8::1]:5349',
      NATTER_TURN_SECRET: 'x'.repeat(16),
    });
    expect(turn.turnUrls).to.deep.equal(['turn:a.example:3478?transport=udp', 'turns:[2001:db8::1]:5349']);
    expect(settingsOf({ NATTER_ENCRYPTED_ROOMS: 'vault, secret-*' }).encryptedRooms).to.deep.equal([
      'vault',
      'secret-*',
    ]);
    expect(settingsOf({ NATTER_DEMO: 'off' }).demo).to.equal(false);
    expect(settingsOf({ PORT: '65535' }).port).to.equal(65_535);
    expect(settingsOf({ NATTER_ADMIN_TOKEN: 'x'.repeat(16) }).adminToken).to.equal('x'.repeat(16));
  });

  it('[SET-4] the docs and --help list the settings there are', () => {
    expect(readFileSync('docs/operating.md', 'utf8')).to.contain(settingsTable());
    for (const key of SETTINGS) {
      expect(helpText()).to.contain(flagOf(key)).and.to.contain(SCHEMA[key].env);
    }
  });

  it('[CLI-4] --help and --version come before anything else but what stands before them', () => {
    expect(parseSettings({}, ['--help'])).to.deep.equal({ type: 'help' });
    expect(parseSettings({}, ['--port', '1', '-v'])).to.deep.equal({ type: 'version' });
  });
});
