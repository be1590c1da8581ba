import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { runCommand } from '../../support/relay-process.ts';
import { makePair, SECRET } from '../../support/tokens.ts';
import { code, RawClient, type RunningRelay, startRelay } from '../relay/bayeux-client.ts';
import { joinExt, Replica, readJoin } from '../relay/replica.ts';

const NAME = 'Ada “A” Łovelace';

/** How each language of docs/login.md is run: what follows its example to print a token, and the command. */
const LANGUAGES = {
  node: {
    file: 'example.mjs',
    end: `console.log(await chatToken({ id: 'ada', name: ${JSON.stringify(NAME)} }));`,
    command: process.execPath,
  },
  php: { file: 'example.php', end: `echo chat_token('ada', '${NAME}');`, command: 'php' },
  python: { file: 'example.py', end: `print(chat_token("ada", "${NAME}"))`, command: 'python3' },
  ruby: { file: 'example.rb', end: `puts chat_token("ada", "${NAME}")`, command: 'ruby' },
} as const;

describe('tokens made elsewhere', () => {
  let running: RunningRelay;
  const folder = mkdtempSync(join(tmpdir(), 'natter-tokens-'));

  afterEach(() => running.relay.close());
  after(() => rmSync(folder, { recursive: true }));

  /** Enters the room with a token; the member that others see. */
  const enter = async (token: string, room = 'lobby') => {
    const client = await RawClient.open(running.url);
    const reply = await client.handshake({ token });
    if (code(reply) !== undefined) return code(reply);
    client.shows = true;
    const joined = await client.subscribe(`/rooms/${room}`, joinExt(client, new Replica(), room));
    client.close();
    return code(joined) ?? readJoin(joined).self;
  };

  for (const [language, { file, end, command }] of Object.entries(LANGUAGES)) {
    it(`[TOK-17] the example of docs/login.md in ${language} makes one that the relay takes`, async function () {
      running = await startRelay({ tokenKey: SECRET, guests: 'off' });
      // CI has them all.
      if (!process.env.CI && spawnSync(command, ['--version']).error) {
        process.stdout.write(`      skipped: ${command} is not installed\n`);
        return this.skip();
      }
      const docs = readFileSync('docs/login.md', 'utf8');
      const [, example = ''] =
        new RegExp(`<!-- example: ${language} -->\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(docs) ?? [];
      expect(example).to.not.equal('');
      const path = join(folder, file);
      writeFileSync(path, `${example.replace("'natter'", `'${resolve('dist/server/index.js')}'`)}\n${end}\n`);
      const run = spawnSync(command, [path], { env: { ...process.env, NATTER_TOKEN_KEY: SECRET }, encoding: 'utf8' });
      expect([run.status, run.stderr]).to.deep.equal([0, '']);
      const token = run.stdout.trim();
      expect(await enter(token)).to.deep.include({ user: 'ada', name: NAME });
      expect(await enter(token, 'team-7')).to.deep.include({ user: 'ada' });
      expect(await enter(token, 'attic')).to.equal('room_forbidden');
    });
  }

  it('[TOK-17] natter token prints one that the relay takes, by secret, file and environment', async () => {
    const { privatePem, publicPem } = await makePair('Ed25519');
    running = await startRelay({ tokenKey: publicPem, tokenAudience: 'chat', guests: 'off' });
    const file = join(folder, 'key.pem');
    writeFileSync(file, privatePem);
    const flags = ['token', '--user', 'ada', '--name=Ada L.', '--rooms', 'lobby, team-*', '--role', 'moderator'];
    const env = { NATTER_TOKEN_KEY: `file:${file}`, NATTER_TOKEN_AUDIENCE: 'chat' };
    const made = await runCommand([...flags, '--expires', '90s', '--session', 's1'], env);
    expect([made.code, made.stderr]).to.deep.equal([0, '']);
    expect(await enter(made.stdout.trim())).to.deep.include({ user: 'ada', name: 'Ada L.' });
    expect(await enter(made.stdout.trim(), 'attic')).to.equal('room_forbidden');
    const bad: readonly (readonly [RegExp, readonly string[], NodeJS.ProcessEnv?])[] = [
      [/--user is needed/, ['token']],
      [/NATTER_TOKEN_KEY or --key is needed/, ['token', '--user', 'a'], { NATTER_TOKEN_KEY: '' }],
      [/unknown option --usr/, ['token', '--usr', 'a']],
      [/--user needs a value/, ['token', '--user']],
      [/begin with g- are those of guests/, ['token', '--user', 'g-a']],
      [/--role must be one of member, moderator/, ['token', '--user', 'a', '--role', 'owner']],
      [/--expires must be a time/, ['token', '--user', 'a', '--expires', '7']],
      [/from 1 s to 30 days/, ['token', '--user', 'a', '--expires', '31d']],
      [/the key is a key for EdDSA, not for ES256/, ['token', '--user', 'a', '--alg', 'ES256']],
      [/the key must be a secret of 32 bytes/, ['token', '--user', 'a', '--key', 'short']],
    ];
    for (const [line, argv, changes = {}] of bad) {
      const refused = await runCommand(argv, { ...env, ...changes });
      expect([refused.code, refused.stdout], argv.join(' ')).to.deep.equal([1, '']);
      expect(refused.stderr)
        .to.match(line)
        .and.to.match(/^natter: [^\n]+\n$/);
    }
    const help = await runCommand(['token', '--help']);
    expect([help.code, help.stdout])
      .to.deep.equal([0, help.stdout])
      .and.to.satisfy(() => help.stdout.includes('--expires'));
    const relay = await runCommand(['--token-key', 'short']);
    expect([relay.code, relay.stderr]).to.deep.equal([
      ...[1, 'natter: NATTER_TOKEN_KEY must be a secret of 32 bytes or more; see natter --help\n'],
    ]);
  }).timeout(60_000);
});
