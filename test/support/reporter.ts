import Mocha from 'mocha';

/** mocha's own report, and of tests that are tried twice why the first time failed: each of them is to be looked into. */
// biome-ignore lint/style/noDefaultExport: mocha takes a reporter by its module’s default
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { EVENT_TEST_RETRY, EVENT_RUN_END } = Mocha.Runner.constants;
    const retried: string[] = [];
    runner.on(EVENT_TEST_RETRY, (test, error) => {
      retried.push(test.fullTitle());
      process.stdout.write(`${`tried again: ${test.fullTitle()}\n${error.stack ?? error.message}`}\n`);
    });
    runner.on(EVENT_RUN_END, () => {
      if (retried.length > 0) process.stdout.write(`${['tried again:', ...retried].join('\n  ')}\n`);
    });
  }
}
