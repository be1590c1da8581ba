import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { listFiles } from './sources.ts';

const FOLDERS = ['protocol', 'server', 'widget', 'demo', 'test', 'bench', 'scripts'];

/** Each folder has the globals it may use: no DOM on the server, neither DOM nor Node in widget/core. */
const projects = listFiles(FOLDERS).filter((path) => path.endsWith('/tsconfig.json'));
const failed = projects.map(dirname).filter((folder) => {
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder], {
    stdio: 'inherit',
  });
  return status !== 0;
});
console.log(failed.length > 0 ? `types fail in ${failed.join(', ')}` : `types hold in ${projects.length} projects`);
process.exitCode = failed.length > 0 ? 1 : 0;
