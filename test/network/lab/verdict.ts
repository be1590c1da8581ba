import { expect } from 'chai';
import type { Result, Scenario } from './scenario.ts';

/** What design and issue promise, ms. */
const LINK_DEAD_WITHIN = 8_000;
const SOCKET_DEAD_WITHIN = 10_000;
/** A path must be cut for this long for its end to be found out. */
const LONG = 12_000;

/** Whether the link, and with `cutsRelay` a socket, must have been given up. */
export function isLongCut({ fault, network }: Scenario): boolean {
  return (fault?.lasts ?? 0) >= LONG && !network?.quality;
}

/** Fails where a run broke a promise, with what the widgets did. */
export function expectKept(scenario: Scenario, result: Result): void {
  const { lost, twice, sameOrder, linkDead, socketDead, fellBack, pairs, tale } = result;
  expect({ lost, twice, sameOrder }, tale).to.deep.equal({ lost: 0, twice: 0, sameOrder: true });
  if (isLongCut(scenario)) {
    expect(linkDead, `link given up after\n${tale}`).to.be.lessThan(LINK_DEAD_WITHIN);
    expect(fellBack, `chip changed after\n${tale}`).to.be.lessThan(LINK_DEAD_WITHIN + 500);
    if (scenario.cutsRelay) expect(socketDead, `socket given up after\n${tale}`).to.be.lessThan(SOCKET_DEAD_WITHIN);
  }
  if (!scenario.candidates) return;
  expect(pairs, tale).to.have.length(2);
  for (const { local, remote } of pairs) expect([local, remote], tale).to.include(scenario.candidates);
}
