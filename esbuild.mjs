// The one command that builds: `node esbuild.mjs [server] [widget] [demo] [--watch]`. It runs scripts/build as TypeScript.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./scripts/build/main.ts');
await main(process.argv.slice(2));
