import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };

/** The project's folder, with its closing slash. */
export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));

/** The exact version under whose path the widget's files never change. */
export const VERSION: string = manifest.version;

export const SERVER_OUT: string = `${ROOT}dist/server`;
export const PUBLIC_OUT: string = `${ROOT}dist/public`;
export const EXACT_OUT: string = `${PUBLIC_OUT}/v${VERSION}`;
/** `/v1/`: the floating path that follows all versions which keep its promises. */
export const FLOATING_OUT: string = `${PUBLIC_OUT}/v1`;
export const DEMO_OUT: string = `${ROOT}dist/demo`;
