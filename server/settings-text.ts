import { flagOf, SCHEMA, SETTINGS } from './settings.ts';

/** The settings as a Markdown table: the one in docs/operating.md. */
export function settingsTable(): string {
  const rows = described().map(({ env, flag, shown, meaning }) => {
    const preset = shown === '' ? 'none' : `\`${shown}\``;
    return `| \`${env}\` | \`${flag}\` | ${preset} | ${meaning} |`;
  });
  return ['| variable | flag | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** What `natter --help` prints. */
export function helpText(): string {
  const rows = described();
  const width = Math.max(...rows.map(({ flag }) => flag.length));
  const lines = rows.map(({ env, flag, shown, meaning }) => {
    const preset = shown === '' ? '' : ` (${shown})`;
    return `  ${flag.padEnd(width)}  ${meaning.replaceAll('`', '')}${preset}\n  ${' '.repeat(width)}  ${env}`;
  });
  return [
    'Usage: natter [--port 8000] [--history=0] …',
    '       natter token --user ada …              (a token for a visitor; natter token --help)',
    '',
    'Runs a Natter relay. Each setting is a flag or an environment variable; the flag wins.',
    '',
    ...lines,
    '',
    '  --help, --version',
  ].join('\n');
}

function described() {
  return SETTINGS.map((key) => ({ flag: flagOf(key), ...SCHEMA[key] }));
}
