import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import { ROOT } from './paths.ts';

/** A statement that only logs: faye's logger is never switched on in the widget. */
const LOGGING = /\b(?:this|self)\.(?:debug|info)\((?:[^()]|\([^()]*\))*\);/g;
/** The widget says goodbye itself, on `pagehide`. */
const BEFORE_UNLOAD = /browser\.Event && global\.onbeforeunload !== undefined/g;

/**
 * Gives faye's browser client our transports (widget/net/transports.ts) in place of its own, and leaves out what the
 * widget never reaches: log statements with their texts, and listeners on `beforeunload`.
 */
export const slimFaye: Plugin = {
  name: 'slim-faye',
  setup(build) {
    build.onResolve({ filter: /^\.\.\/transport$/ }, ({ importer }) =>
      importer.includes('/faye/src/') ? { path: `${ROOT}widget/net/transports.ts` } : undefined,
    );
    build.onLoad({ filter: /\/node_modules\/faye\/src\/.*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(LOGGING, '').replace(BEFORE_UNLOAD, 'false'),
      loader: 'js',
    }));
  },
};
