import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's folder, with its closing slash. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The exact version under whose path the widget's files never change. */
export const VERSION = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).version;

export const SERVER_OUT = `${ROOT}dist/server`;
export const PUBLIC_OUT = `${ROOT}dist/public`;
export const EXACT_OUT = `${PUBLIC_OUT}/v${VERSION}`;
/** `/v1/`: the floating path that follows all versions which keep its promises. */
export const FLOATING_OUT = `${PUBLIC_OUT}/v1`;
export const DEMO_OUT = `${ROOT}dist/demo`;
