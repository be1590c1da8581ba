import { expect } from 'chai';

/** By name, as a dependent imports it: through `exports` of package.json, from dist. */
const importBuilt = (name: string): Promise<Record<string, unknown>> => import(name);

describe('the package', () => {
  it('[PKG-1] gives a relay from `natter`, and the widget from `natter/widget` where there is no DOM', async () => {
    expect(await importBuilt('natter'))
      .to.have.property('createRelay')
      .that.is.a('function');
    expect(await importBuilt('natter/widget'))
      .to.have.property('mount')
      .that.is.a('function');
  });
});
