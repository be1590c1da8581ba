import { missingForNetworks } from './namespaces.ts';

/**
 * Network tests need Linux and root. In CI that is a failure with the command that would do; elsewhere the suite is
 * skipped, and says why.
 */
export function needsNetworks(): void {
  before(function () {
    const missing = missingForNetworks();
    if (missing === undefined) return;
    if (process.env.CI) throw new Error(missing);
    process.stdout.write(`    skipped: ${missing}\n`);
    this.skip();
  });
}
