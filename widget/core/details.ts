import { hasSeq } from '../../protocol/have.ts';
import { draftOf } from './bodies.ts';
import { ACK_MEMBERS, authorOf, keepsHistory, presentOthers } from './paths.ts';
import type { State } from './state.ts';
import type { MessageDetails, ReceiptView } from './view.ts';

/** Who has a message, since when and by which path; undefined for a key that is not in this copy. */
export function detailsOf(state: State, key: string): MessageDetails | undefined {
  const logged = state.log.order.find(
    (other) => other.entry.id === key || (other.entry.replica === state.self && draftOf(other) === key),
  );
  const item = state.outbox.find(({ draft }) => draft === key);
  if (!logged && !item) return undefined;
  const seq = logged?.entry.seq ?? 0;
  const mine = !logged || logged.entry.replica === state.self;
  if (!mine) return { key, arrived: state.facts.get(logged.entry.id), relayed: true, receipts: [], readers: undefined };
  const receipts = receiptsOf(state, seq);
  const sampled = state.count > ACK_MEMBERS;
  return {
    key,
    arrived: undefined,
    relayed:
      item?.phase === 'ready'
        ? item.relayed
        : item?.phase === 'asked'
          ? item.id !== undefined
          : item === undefined && keepsHistory(state),
    receipts,
    readers: sampled ? Math.round((receipts.filter(({ read }) => read).length * state.count) / ACK_MEMBERS) : undefined,
  };
}

function receiptsOf(state: State, seq: number): readonly ReceiptView[] {
  const replicas = new Set([...state.receipts.keys(), ...(state.count > ACK_MEMBERS ? [] : presentOthers(state))]);
  const present = new Set(presentOthers(state));
  return [...replicas].flatMap((replica) => {
    const receipt = state.receipts.get(replica);
    const held = hasSeq(receipt?.held, seq);
    if (!held && !present.has(replica)) return [];
    return [
      {
        ...authorOf(state, replica),
        held,
        read: held && (receipt?.read ?? 0) >= seq,
        ...state.facts.get(`${replica} ${seq}`),
      },
    ];
  });
}
