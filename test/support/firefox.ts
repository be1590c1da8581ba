import puppeteer, { type Browser, type LaunchOptions } from 'puppeteer-core';

/** Debian's path; FIREFOX names another. */
export const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

const PREFERENCES = {
  // Candidates must not hide behind mDNS names that nothing here resolves.
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'network.proxy.type': 0,
  'app.update.disabledForTesting': true,
  'datareporting.policy.dataSubmissionEnabled': false,
};

/** A Firefox process of its own with a fresh profile. Open pages with `newPage({ type: 'window' })`: hidden tabs are throttled. */
export function launchFirefox({ extraPrefsFirefox, ...options }: LaunchOptions = {}): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    headless: true,
    ...options,
    extraPrefsFirefox: { ...PREFERENCES, ...extraPrefsFirefox },
  });
}
