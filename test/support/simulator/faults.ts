import type { Entry } from '../../../protocol/entry.ts';
import type { MessageView } from '../../../widget/core/view.ts';
import type { SimulatedClient } from './client.ts';
import type { Action } from './schedule.ts';
import type { World } from './world.ts';

const EMOJI = ['👍', '🎉', '😄'] as const;

/** Makes one action of a schedule happen. */
export function perform(world: World, action: Action): void {
  if ('who' in action) {
    const client = world.clients[action.who % world.clients.length];
    if (client) byClient(world, client, action);
  } else byWorld(world, action);
}

type ByClient = Extract<Action, { readonly who: number }>;

function byClient(world: World, client: SimulatedClient, action: ByClient): void {
  switch (action.do) {
    case 'say':
      for (let n = 0; n < action.count; n += 1) world.say(client);
      break;
    case 'answer':
      client.answers = action.count;
      break;
    case 'edit':
    case 'delete':
    case 'react':
      amend(world, client, action.do, action.pick);
      break;
    case 'type':
      client.dispatch({ type: 'typed' });
      break;
    case 'freeze':
      client.freeze(action.ms);
      break;
    case 'leave':
      client.leave();
      break;
    case 'enter':
      client.enter();
      break;
    case 'earlier':
      client.dispatch({ type: 'earlier' });
      break;
    case 'look':
      client.dispatch({ type: 'visible', visible: action.visible });
      break;
    case 'rename':
      client.rename(`Visitor ${client.index} at ${world.time.now}`);
      break;
    case 'cut-relay':
      client.connection?.break();
      break;
    case 'reconnect':
      client.reconnect();
      break;
    case 'crash':
      client.crash(action.ending);
      break;
    case 'restart':
      client.restart();
      client.connect();
      break;
    case 'storage-fails':
      client.disk.failing = true;
      break;
    case 'forge':
      forge(world, client, action.from, action.pick);
      break;
    case 'contradict':
      contradict(world, client, action.from, action.pick);
  }
}

function byWorld(world: World, action: Exclude<Action, ByClient>): void {
  switch (action.do) {
    case 'cut-links':
      world.breakLinks(action.chance);
      break;
    case 'block-links':
      world.linksAllowed = !action.blocked;
      break;
    case 'partition': {
      const inside = (who: number) => (action.side & (1 << who)) !== 0;
      world.partition((from, to) => inside(from) !== inside(to) && (!action.oneWay || inside(from)));
      break;
    }
    case 'mend':
      world.partition(undefined);
      break;
    case 'relay-restart':
      world.restartRelay();
      break;
    case 'relay-stop':
      world.stopRelay();
      break;
    case 'relay-start':
      world.relay.up = true;
      break;
    case 'refuse':
      world.relay.refusing = { code: action.code, chance: action.chance };
      break;
    case 'noise':
      world.noise.drop = action.drop;
      world.noise.duplicate = action.duplicate;
      world.ackLoss = action.ackLoss;
  }
}

/** Changes a row that the client shows: for edits and deletes one of its own, which is not gone. */
function amend(world: World, client: SimulatedClient, how: 'edit' | 'delete' | 'react', pick: number): void {
  if (!client.awake) return;
  const rows = client.view().messages.filter(({ mine, deleted }) => !deleted && (how === 'react' || mine));
  const row = rows[Math.floor(pick * rows.length)];
  if (!row) return;
  const n = world.watch.composed.length + 1;
  const draft = `draft ${n} of ${client.index}`;
  const content = contentOf(row, how, n);
  world.watch.compose(client, draft, content);
  client.compose(draft, content);
  world.watch.folded(draft, client.state);
}

function contentOf({ key, reactions }: MessageView, how: 'edit' | 'delete' | 'react', n: number) {
  if (how === 'edit') return { kind: 'edit', target: key, text: `edited by no ${n}` } as const;
  if (how === 'delete') return { kind: 'delete', target: key } as const;
  const emoji = EMOJI[n % EMOJI.length] ?? EMOJI[0];
  const on = !reactions.some((reaction) => reaction.emoji === emoji && reaction.mine);
  return { kind: 'reaction', target: key, emoji, on } as const;
}

/** Somebody on a path of this client's sends it what was never signed so, in a known replica's name. */
function forge(world: World, client: SimulatedClient, from: number, pick: number): void {
  const entry = world.signer.pick(pick);
  if (!entry || !client.alive) return;
  const via = pick < 0.5 ? 'relay' : (world.clients[from % world.clients.length]?.state.self ?? 'relay');
  for (const forged of forgeries(entry)) client.take(via, { v: 1, entry: forged });
}

/** Whoever has a replica's key, as its owner has, says another thing under a number that others hold already. */
function contradict(world: World, client: SimulatedClient, from: number, pick: number): void {
  const entry = world.signer.pick(pick);
  const via = world.clients[from % world.clients.length]?.state.self;
  if (!entry || !via || !client.awake || entry.replica === client.state.self) return;
  if (!client.state.log.order.some((held) => held.entry.id === entry.id)) return;
  const twin = world.signer.twinOf(entry);
  world.watch.contradicted(entry, twin);
  client.take(via, { v: 1, kind: 'entries', entries: [{ v: 1, entry: twin }], more: false });
}

function forgeries(entry: Entry): readonly Entry[] {
  const id = `${entry.id.slice(0, 30)}${'f'.repeat(13)}` as Entry['id'];
  return [
    { ...entry, payload: JSON.stringify({ text: 'altered' }) },
    { ...entry, seq: entry.seq + 1 },
    { ...entry, id, seq: entry.seq + 1, payload: JSON.stringify({ text: 'forged' }) },
    { ...entry, clock: [entry.clock[0] + 1, 0] },
    { ...entry, sig: `${entry.sig.slice(0, 85)}x` },
  ];
}
