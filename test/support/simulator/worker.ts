import { run } from './run.ts';
import { scheduleOf } from './schedule.ts';

/**
 * Runs schedules in a process of its own: `worker <first seed> <step> <runs> <failures to stop at>`. Says each failing
 * seed at once, and at the end how many it ran, as lines of JSON.
 */
const [first = 0, step = 1, runs = 0, most = 1] = process.argv.slice(2).map(Number);

const parent = process.ppid;
let failures = 0;
let done = 0;
// Whoever started it may have been killed.
while (done < runs && failures < most && process.ppid === parent) {
  const seed = first + done * step;
  done += 1;
  const wrong = run(scheduleOf(seed));
  if (wrong.length === 0) continue;
  failures += 1;
  say({ seed, at: done, wrong });
}
say({ done });

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
