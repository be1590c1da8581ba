import { expect } from 'chai';
import { findViolations } from '../../../scripts/import-rules.ts';
import { compareSpec } from '../../../scripts/spec-rules.ts';
import { compareThreats } from '../../../scripts/threat-rows.ts';

const [IT, DESCRIBE] = ['it', 'describe'];

function reasons(path: string, text: string): readonly string[] {
  return findViolations([{ path, text }], new Set(['ws', '@scope/dep'])).map(({ reason }) => reason);
}

describe('the check of import directions', () => {
  it('[TOOL-1] finds what goes against them', () => {
    const against: readonly (readonly [path: string, text: string])[] = [
      ['protocol/a.ts', "import { x } from '../server/x.ts';"],
      ['protocol/a.ts', "import { readFileSync } from 'node:fs';"],
      ['protocol/a.ts', "import type { WebSocket } from 'ws';"],
      ['server/a.ts', "import type { View } from '../widget/core/view.ts';"],
      ['server/a.ts', "import { expect } from 'chai';"],
      ['server/rooms/a.ts', "export * from '../../demo/x.ts';"],
      ['widget/index.ts', "import { relay } from '../server/relay.ts';"],
      ['widget/net/a.ts', "import fs from 'node:fs';"],
      ['widget/core/a.ts', "import { signal } from '@preact/signals';"],
      ['widget/core/a.ts', "import {\n  type Room,\n} from '../runtime/room.ts';"],
      ['widget/net/a.ts', "import { step } from '../core/step.ts';"],
      ['widget/store/a.ts', "const x = await import('../net/relay.ts');"],
      ['widget/ui/a.tsx', "import { step } from '../core/step.ts';"],
      ['widget/ui/a.tsx', "import { status } from '../core/view.ts';"],
      ['demo/a.ts', "import '../widget/element.ts';"],
      ['bench/a.ts', "import { x } from '../test/support/x.ts';"],
      ['server/a.ts', "import { x } from '../test/support/x.ts';"],
    ];
    for (const [path, text] of against) expect(reasons(path, text), `${path}: ${text}`).to.have.length(1);
  });

  it('[TOOL-1] lets pass what goes along with them', () => {
    const along: readonly (readonly [path: string, text: string])[] = [
      ['protocol/a.ts', "import { x } from './x.ts';"],
      [
        'server/a.ts',
        "import { x } from '../protocol/x.ts';\nimport 'node:fs';\nimport 'ws';\nimport '@scope/dep/sub';",
      ],
      ['widget/net/a.ts', "import type { Port } from '../runtime/ports.ts';\nimport Peer from 'simple-peer';"],
      ['widget/ui/a.tsx', "import type { RoomView } from '../core/view.ts';\nimport './b.tsx';"],
      ['widget/index.ts', "import { x } from './core/x.ts';\nconst y = import('./ui/panel.tsx');"],
      ['demo/lab.ts', "import { mount } from '../widget/index.ts';"],
      ['test/unit/a.test.ts', "import { x } from '../../widget/core/x.ts';\nimport { expect } from 'chai';"],
      ['server/a.ts', "// import { x } from '../widget/x.ts'\n/* import '../demo/x.ts' */\nconst text = 'from';"],
    ];
    for (const [path, text] of along) expect(reasons(path, text), `${path}: ${text}`).to.deep.equal([]);
  });
});

describe('the check of the spec', () => {
  const spec = '# Rules\n- [A-1] One.\n- **[A-2]** Two, see [A-1].\n- [B-1] Three.\n- [A-1] Again.\n';
  const test = {
    path: 'test/a.test.ts',
    // Put together, so that the check does not read these as titles of this file.
    text: [`${IT}('[A-1] [C-9] works', () => {}); // [B-1]`, `${DESCRIBE}("[A-2] more", () => {});`].join('\n'),
  };

  it('[TOOL-2] finds rules without test, doubled rules and citations of none', () => {
    expect(compareSpec(spec, [test])).to.deep.equal({
      rules: 3,
      unproven: ['B-1'],
      unknown: ['C-9 in test/a.test.ts'],
      doubled: ['A-1'],
    });
  });
});

describe('the check of the table of attacks', () => {
  const rows = (...cells: readonly string[]) =>
    cells.map((cell, n) => `| ${n + 1} | an attack | refused | ${cell} |`).join('\n');
  const tests = [{ path: 'test/a.test.ts', text: [`${IT}('[A-1] row 1: x', f);`, `${IT}('row 3: y', f);`].join('\n') }];

  it('[SEC-14] finds rows without a test, tests that do not name their row, and titles that no row names', () => {
    const compare = (...cells: readonly string[]) => compareThreats(rows(...cells), tests);
    expect(compare('`test/a.test.ts`', '*not there yet*', '`test/a.test.ts`')).to.deep.equal({
      rows: 3,
      open: [2],
      faults: [],
    });
    expect(compare('`test/a.test.ts`', 'somewhere', '`test/a.test.ts`').faults).to.deep.equal(['row 2 names no test']);
    expect(compare('`test/a.test.ts`', '`test/a.test.ts`', '`test/a.test.ts`').faults).to.deep.equal([
      'row 2: no title in test/a.test.ts names it',
    ]);
    expect(compare('`test/a.test.ts`').faults).to.deep.equal(['row 3 does not name test/a.test.ts']);
    expect(compareThreats('| 2 | a | b | *not there yet* |', []).faults).to.deep.equal(['row 2 stands where 1 should']);
  });
});
