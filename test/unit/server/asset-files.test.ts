import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { loadAssets } from '../../../server/http/asset-files.ts';

describe('asset files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'natter-assets-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('[ASSET-2] are found by their path, without dot files and what stands in dot folders', () => {
    for (const name of ['v1', '.git', 'v1/.hidden']) mkdirSync(join(folder, name));
    for (const file of ['index.html', 'v1/a.js', '.env', '.git/config', 'v1/.hidden/b.js', 'v1/.c.js']) {
      writeFileSync(join(folder, file), 'a'.repeat(1000));
    }
    const assets = loadAssets(folder);
    expect([...assets.keys()].sort()).to.deep.equal(['/index.html', '/v1/a.js']);
    const asset = assets.get('/v1/a.js');
    expect(asset?.type).to.equal('.js');
    expect(gunzipSync(asset?.gzip ?? '').toString()).to.equal('a'.repeat(1000));
  });

  it('[ASSET-1] are sent as they are where gzip gains nothing', () => {
    writeFileSync(join(folder, 'x.png'), 'ab');
    expect(loadAssets(folder).get('/x.png')?.gzip).to.equal(undefined);
    expect(loadAssets(join(folder, 'not-built')).size).to.equal(0);
  });
});
