import type { BuildOptions } from 'esbuild';
import { simplePeerAsModule } from './as-module.ts';
import { slimFaye } from './faye.ts';
import { ROOT } from './paths.ts';
import { denseStyles, plainRefusals } from './shrink.ts';

const shim = (name: string): string => `${ROOT}widget/net/shims/${name}.ts`;

/**
 * simple-peer's dependencies, replaced by the little it uses of them: 6 kB instead of 28 (gzip). Each name is
 * an esbuild `alias`; the replacements are in widget/net/shims.
 */
export const SIMPLE_PEER_SHIMS: Readonly<Record<string, string>> = {
  buffer: shim('buffer'),
  debug: shim('debug'),
  'err-code': shim('err-code'),
  events: shim('events'),
  'get-browser-rtc': shim('get-browser-rtc'),
  'queue-microtask': shim('queue-microtask'),
  randombytes: shim('randombytes'),
  'readable-stream': shim('readable-stream'),
};

/** How every file for browsers is built; also for tests that bundle a part of the widget. */
export const BROWSER_OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"' },
  mainFields: ['browser', 'module', 'main'],
  alias: SIMPLE_PEER_SHIMS,
  plugins: [slimFaye, simplePeerAsModule, plainRefusals, denseStyles],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
} satisfies BuildOptions;
