import { expect } from 'chai';
import { addedBy, BUDGETS, type Outputs, overBudget, staticClosure } from '../../../scripts/build/budgets.ts';

describe('size budgets', () => {
  it('[BUILD-1] counts what loads together: static imports and theirs, not what is imported later', () => {
    const outputs: Outputs = {
      panel: output(['import-statement shared', 'dynamic-import links']),
      shared: output(['import-statement base']),
      base: output([]),
      links: output(['import-statement base', 'import-statement peer']),
      peer: output([]),
    };
    const opened = staticClosure(outputs, 'panel');
    expect([...opened]).to.deep.equal(['panel', 'shared', 'base']);
    expect(addedBy(outputs, 'links', opened)).to.deep.equal(['links', 'peer']);
  });

  it('[BUILD-2] names each part that is over its budget, and none at it', () => {
    expect(BUDGETS).to.deep.equal({
      loader: 3_000,
      panel: 23_000,
      room: 38_400,
      extras: 14_500,
      actions: 6_000,
      moderation: 3_200,
      tabs: 3_000,
      webrtc: 10_000,
      encryption: 10_000,
    });
    expect(overBudget(BUDGETS)).to.deep.equal([]);
    expect(overBudget({ ...BUDGETS, panel: 23_001 })).to.deep.equal(['panel is 23001 bytes, over its budget of 23000']);
  });
});

function output(imports: readonly string[]): Outputs[string] {
  return {
    bytes: 1,
    inputs: {},
    exports: [],
    imports: imports.map((line) => {
      const [kind, path = ''] = line.split(' ');
      return { path, kind: kind === 'dynamic-import' ? 'dynamic-import' : 'import-statement' };
    }),
  };
}
