import { posix } from 'node:path';
import type { Source } from './sources.ts';

/** An import that goes against the direction the folders allow. */
export interface Violation {
  readonly path: string;
  readonly specifier: string;
  readonly reason: string;
}

interface Area {
  /** Areas and single files it may import besides itself. */
  readonly may: readonly string[];
  readonly packages: 'none' | 'browser' | 'node' | 'any';
  /** Files it may take types from, and nothing that runs. */
  readonly typesOf?: readonly string[];
}

/** The longest prefix that fits a path is its area. `widget` itself is what stands at its root: the composition. */
const AREAS: Readonly<Record<string, Area>> = {
  protocol: { may: [], packages: 'none' },
  server: { may: ['protocol'], packages: 'node' },
  'widget/core': { may: ['protocol'], packages: 'none' },
  'widget/runtime': { may: ['protocol', 'widget/core'], packages: 'browser' },
  'widget/net': { may: ['protocol', 'widget/runtime'], packages: 'browser' },
  'widget/store': { may: ['protocol', 'widget/runtime'], packages: 'browser' },
  'widget/theme': { may: [], packages: 'browser' },
  'widget/i18n': { may: [], packages: 'browser' },
  'widget/ui': {
    may: ['protocol', 'widget/runtime', 'widget/theme', 'widget/i18n'],
    packages: 'browser',
    typesOf: ['widget/core/view.ts'],
  },
  widget: {
    may: [
      'protocol',
      'widget/core',
      'widget/runtime',
      'widget/net',
      'widget/store',
      'widget/theme',
      'widget/i18n',
      'widget/ui',
    ],
    packages: 'browser',
  },
  demo: { may: ['widget/index.ts'], packages: 'browser' },
  bench: { may: ['protocol', 'server', 'widget/core', 'scripts'], packages: 'any' },
  scripts: { may: ['protocol', 'server'], packages: 'any' },
  test: { may: ['protocol', 'server', 'widget', 'demo', 'bench', 'scripts'], packages: 'any' },
};

const IMPORT = /\b(?:import|export)\b(\s+type\b)?[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/** Every import that its folder does not allow. `dependencies` are the packages that are installed in production. */
export function findViolations(sources: readonly Source[], dependencies: ReadonlySet<string>): readonly Violation[] {
  return sources.flatMap(({ path, text }) =>
    [...text.replace(COMMENT, '').matchAll(IMPORT)].flatMap(([, type, from, bare]) => {
      const specifier = from ?? bare ?? '';
      const reason = specifier.startsWith('.')
        ? refuseFile(path, posix.join(posix.dirname(path), specifier), type !== undefined)
        : refusePackage(path, specifier, dependencies);
      return reason === undefined ? [] : [{ path, specifier, reason }];
    }),
  );
}

function refuseFile(path: string, target: string, typeOnly: boolean): string | undefined {
  const from = areaOf(path);
  const to = areaOf(target);
  if (from === undefined || to === from || target === 'package.json') return undefined;
  const { may, typesOf = [] } = AREAS[from] ?? { may: [] };
  if (
    may.some((allowed) => allowed === to || allowed === target || (from === 'test' && to?.startsWith(`${allowed}/`)))
  ) {
    return undefined;
  }
  if (typeOnly && typesOf.includes(target)) return undefined;
  return `${from} may not import ${to ?? target}`;
}

function refusePackage(path: string, specifier: string, dependencies: ReadonlySet<string>): string | undefined {
  const from = areaOf(path);
  const packages = from === undefined ? 'any' : AREAS[from]?.packages;
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  if (packages === 'none') return `${from} imports no package`;
  if (packages === 'browser' && specifier.startsWith('node:')) return `${from} runs in browsers`;
  if (packages === 'node' && !specifier.startsWith('node:') && !dependencies.has(name)) {
    return `${name} is not a production dependency`;
  }
  return undefined;
}

function areaOf(path: string): string | undefined {
  return Object.keys(AREAS)
    .filter((area) => path.startsWith(`${area}/`))
    .sort((a, b) => b.length - a.length)[0];
}
