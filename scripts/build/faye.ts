import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import { asModule } from './as-module.ts';
import { ROOT } from './paths.ts';

/** A statement that only logs: faye's logger is never switched on in the widget. */
const LOGGING = /\b(?:this|self)\.(?:debug|info)\((?:[^()]|\([^()]*\))*\);/g;
/** What the logger would call a class. */
const CLASS_NAME = /className: '[^']*',/g;
/** Methods that neither the widget nor what it keeps of faye calls. */
const UNUSED = [
  ...['addWebsocketExtension', 'disable', 'setHeader', 'endpointFor'],
  ...[
    'isMeta',
    'isService',
    'isSubscribable',
    'removeExtension',
    'timeout',
    'unsubscribe',
    'cancel',
    'errback',
    'removeAllTimeouts',
  ],
];
const METHODS = new RegExp(`^  (?:${UNUSED.join('|')}): function\\([^)]*\\) \\{\\n[\\s\\S]*?^  \\},?\\n`, 'gm');

/** The goodbye as the page ends, which is the relay path's. */
const BEFORE_UNLOAD = /^ {4}if \(browser\.Event [\s\S]*?^ {4}\}\n/m;
/** Patterns of Bayeux that only its server and its error reader match against. */
const UNUSED_GRAMMAR = /^ {2}(?:ERROR|VERSION): .*\n/gm;

/** What faye's files require and the widget replaces, by the name they ask for. */
const REPLACED: Readonly<Record<string, string>> = {
  '../transport': 'shims/faye-transport',
  '../mixins/logging': 'shims/faye-nothing',
  '../util/array': 'shims/faye-util',
  '../util/browser': 'shims/faye-nothing',
  '../util/event_emitter': 'shims/faye-event-emitter',
  '../util/uri': 'shims/faye-util',
  '../util/validate_options': 'shims/faye-nothing',
  './error': 'shims/faye-error',
};

/**
 * Gives faye's browser client our transports (widget/net/transports.ts) in place of its own, and leaves out what the
 * widget never reaches: log statements with their texts, the reading of error texts, listeners on `beforeunload`.
 */
export const slimFaye: Plugin = {
  name: 'slim-faye',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ importer, path }) => {
      const name = importer.includes('/faye/src/') && Object.hasOwn(REPLACED, path) ? REPLACED[path] : undefined;
      return name === undefined ? undefined : { path: `${ROOT}widget/net/${name}.ts` };
    });
    build.onLoad({ filter: /\/node_modules\/faye\/src\/.*\.js$/ }, async ({ path }) => ({
      contents: asModule(slim(await readFile(path, 'utf8')), path),
      loader: 'js',
    }));
  },
};

function slim(source: string): string {
  return [LOGGING, CLASS_NAME, METHODS, BEFORE_UNLOAD, UNUSED_GRAMMAR].reduce(
    (code, unused) => code.replace(unused, ''),
    source,
  );
}
