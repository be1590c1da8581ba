/** What one client's person did and saw: kept beside the client, from what was asked of it and what it showed. */
export interface Account {
  readonly client: string;
  readonly room: string;
  /** Texts of messages; no two are the same. */
  readonly said: readonly string[];
  /** Those of them that were shown as sent, or further, and that the relay's log has by their details. */
  readonly acknowledged: readonly string[];
  /** At the end, in the order shown. */
  readonly shown: readonly string[];
  /** Texts that stood in two rows at any moment. */
  readonly twice: readonly string[];
}

/** One client and one message between which something is wrong. */
export interface Fault {
  readonly client: string;
  readonly text: string;
}

/** What the accounts of all clients say together. All is well where every list is empty. */
export interface Verdict {
  readonly said: number;
  /** Said by someone in the room, and not shown by this client. */
  readonly lost: readonly Fault[];
  /** Those of the lost that their authors were shown as sent. */
  readonly lostThoughSent: readonly Fault[];
  /** Shown twice by this client, at any moment or at the end. */
  readonly twice: readonly Fault[];
  /** Shown by this client and said by nobody in the room. */
  readonly unsaid: readonly Fault[];
  /** Said by this client and never shown to it as taken by the relay. */
  readonly unsent: readonly Fault[];
  /** Rooms in which two clients show the same messages in different orders. */
  readonly disordered: readonly string[];
}

/** Compares what all clients said with what each of them shows. */
export function judge(accounts: readonly Account[]): Verdict {
  const verdicts = [...groupByRoom(accounts)].map(([room, members]) => judgeRoom(room, members));
  return {
    said: verdicts.reduce((sum, { said }) => sum + said, 0),
    lost: verdicts.flatMap(({ lost }) => lost),
    lostThoughSent: verdicts.flatMap(({ lostThoughSent }) => lostThoughSent),
    twice: verdicts.flatMap(({ twice }) => twice),
    unsaid: verdicts.flatMap(({ unsaid }) => unsaid),
    unsent: verdicts.flatMap(({ unsent }) => unsent),
    disordered: verdicts.flatMap(({ disordered }) => disordered),
  };
}

/** Whether nothing is wrong. */
export function isClean({ lost, twice, unsaid, unsent, disordered }: Verdict): boolean {
  return [lost, twice, unsaid, unsent, disordered].every(({ length }) => length === 0);
}

function groupByRoom(accounts: readonly Account[]): ReadonlyMap<string, readonly Account[]> {
  const rooms = new Map<string, Account[]>();
  for (const account of accounts) {
    const members = rooms.get(account.room);
    if (members) members.push(account);
    else rooms.set(account.room, [account]);
  }
  return rooms;
}

function judgeRoom(room: string, members: readonly Account[]): Verdict {
  const said = new Set(members.flatMap((member) => member.said));
  const sent = new Set(members.flatMap(({ acknowledged }) => acknowledged));
  const lost = members.flatMap(({ client, shown }) => {
    const has = new Set(shown);
    return [...said].filter((text) => !has.has(text)).map((text) => ({ client, text }));
  });
  const faultsOf = (of: (member: Account) => Iterable<string>) =>
    members.flatMap((member) => [...of(member)].map((text) => ({ client: member.client, text })));
  return {
    said: said.size,
    lost,
    lostThoughSent: lost.filter(({ text }) => sent.has(text)),
    twice: faultsOf(({ shown, twice }) => new Set([...twice, ...repeated(shown)])),
    unsaid: faultsOf(({ shown }) => new Set(shown.filter((text) => !said.has(text)))),
    unsent: faultsOf((member) => member.said.filter((text) => !sent.has(text))),
    disordered: sameOrder(members.map(({ shown }) => shown)) ? [] : [room],
  };
}

function repeated(texts: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return texts.filter((text) => seen.size === seen.add(text).size);
}

/** Whether what any two have in common stands in the same order in both. */
function sameOrder(lists: readonly (readonly string[])[]): boolean {
  const longest = lists.reduce((a, b) => (b.length > a.length ? b : a), []);
  const place = new Map(longest.map((text, index) => [text, index]));
  return lists.every((texts) => {
    const places = texts.flatMap((text) => place.get(text) ?? []);
    return places.every((at, index) => index === 0 || at >= (places[index - 1] ?? 0));
  });
}

/** What is wrong, with a few examples of each kind. */
export function summary({ lost, lostThoughSent, twice, unsaid, unsent, disordered }: Verdict): string {
  const kinds = { lost, lostThoughSent, twice, unsaid, unsent, disordered };
  return Object.entries(kinds)
    .filter(([, faults]) => faults.length > 0)
    .map(([kind, faults]) => `${kind}: ${faults.length}, such as ${JSON.stringify(faults.slice(0, 3))}`)
    .join('\n');
}
