import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** The names that a file requires: many in one statement, or one in each. */
const REQUIRES = /^(?:var|const)((?:\s[\w{} ]+=\s*require\('[^']+'\),)*\s[\w{} ]+=\s*require\('[^']+'\));?/gm;
const REQUIRE = /([\w{} ]+)=\s*require\(('[^']+')\),?/g;

/** A CommonJS file as an ES module: nothing to wrap or to look up at run time, and one scope for the minifier. */
export function asModule(source: string, path: string): string {
  const code = source
    .replace(REQUIRES, (_, list: string) => list.replace(REQUIRE, 'import $1 from $2;'))
    .replace('module.exports =', 'export default');
  if (/\brequire\(|\bmodule\.exports\b/.test(code)) throw new Error(`${path} is not written as expected`);
  return code;
}

/** Bundles simple-peer as the ES module that it is not. */
export const simplePeerAsModule: Plugin = {
  name: 'simple-peer-as-module',
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/]simple-peer[\\/]index\.js$/ }, async ({ path }) => {
      const source = (await readFile(path, 'utf8'))
        .replace(
          "const debug = require('debug')('simple-peer')",
          "const createDebug = require('debug')\nconst debug = createDebug()",
        )
        .replace("const stream = require('readable-stream')", "import * as stream from 'readable-stream'");
      return { contents: asModule(source, path), loader: 'js' };
    });
  },
};
