import { tickClock } from '../../protocol/clock.ts';
import type { EntryHeader } from '../../protocol/entry.ts';
import type { EntryId } from '../../protocol/ids.ts';
import { payloadOf } from '../../protocol/payloads.ts';
import { parsePlain } from '../../protocol/plain.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import type { Certificates, Issued } from '../trust/certificates.ts';
import { sealOf, signSeal } from '../trust/seal.ts';
import type { Appending } from './appending.ts';
import { isToBeEncrypted } from './encrypted.ts';
import { isInDoubt, type Outcome, type Publication, settled } from './publication.ts';
import type { Chain, Drafts, Membership } from './room.ts';

export interface HostedEntriesPorts {
  readonly certificates: Certificates;
  readonly settings: { readonly history: number; readonly encryptedRooms: readonly string[] | undefined };
  readonly now: () => number;
}

/** What has no draft has never been said before. */
const NEW = { type: 'new' } as const;
/** Drafts of a hosted replica that are remembered where there is no log. */
const DRAFTS = 200;
/** ms before its end at which the certificate of a hosted replica is renewed. */
const RENEWED_BEFORE = 60_000;

/** Makes the entries of members without a key. */
export class HostedEntries {
  private readonly ports: HostedEntriesPorts;
  private readonly appending: Appending;

  constructor(ports: HostedEntriesPorts, appending: Appending) {
    this.ports = ports;
    this.appending = appending;
  }

  /** Makes the next entry of a member without a key; of a draft that it has one of already, none. */
  make(membership: Membership, chain: Chain, said: unknown): Publication {
    const { room } = membership;
    if (isToBeEncrypted(room, 'message', this.ports.settings.encryptedRooms))
      return settled(refuse('encryption_required', 'this room takes encrypted entries alone'));
    const parsed = parsePlain(said);
    if (!parsed.ok) return settled(parsed);
    const { body, draft } = parsed.value;
    const { host } = chain;
    const { replica } = host;
    const certificate = this.renewed(membership, chain);
    if (!certificate.ok) return settled(certificate);
    membership.certificate = certificate.value;
    const { text: cert } = certificate.value;
    const payload = payloadOf(body);
    const { kind } = body;
    const clock = tickClock(room.clock, this.ports.now());
    const { prev } = chain;
    const header: EntryHeader = { replica, seq: chain.seq + 1, prev, clock, kind };
    const seal = sealOf(room.name, header, payload);
    const { id } = seal;
    const link: Chain = { host: chain.host, seq: header.seq, prev: id };
    membership.chain = link;
    room.clock = clock;
    const { user, name, role } = membership.member;
    const author = role === undefined ? { user, name } : { user, name, role };
    let sig = '';
    const ready = signSeal(seal, host.privateKey()).then((signature) => {
      sig = signature;
    });
    const finish = () => {
      // No spread: it costs several µs, and more when the entry is written as JSON.
      const entry = { id, replica, seq: header.seq, prev, clock, kind, payload, cert, sig };
      const twin = draft === undefined ? undefined : membership.drafts.get(draft);
      const find = () => (draft === undefined ? NEW : room.log.find(entry, draft));
      const append = () => this.appending.append(membership, entry, author, draft);
      const taken = twin
        ? accept({ natter: { id: twin } })
        : this.appending.unlessBroken(membership, { entry, author, find }, append);
      const mended = (outcome: Result<Outcome>) => {
        if (outcome.ok && draft !== undefined && this.ports.settings.history === 0) note(membership.drafts, draft, id);
        return mend(link, chain, outcome);
      };
      return taken instanceof Promise ? taken.then(mended) : mended(taken);
    };
    // Without a log the note of a draft is all that tells its second coming: it waits for the first one's answer.
    return { ready, follows: draft === undefined || this.ports.settings.history > 0, finish };
  }

  /** The certificate of a hosted replica, renewed before it ends. */
  private renewed({ room, visitor, certificate, member }: Membership, { host }: Chain): Result<Issued> {
    if (certificate.until - RENEWED_BEFORE > this.ports.now()) return accept(certificate);
    return this.ports.certificates.issue(room.name, { person: visitor.person, key: host.key, name: member.name });
  }
}

/**
 * What the log did not take is no link of the chain: it becomes what was before it, also for links that were hung on it
 * meanwhile and are not taken either. Where the log may have taken it all the same, or has another entry of this number
 * (which came there from the session before), its number is not used again.
 */
function mend(link: Chain, before: Chain, outcome: Result<Outcome>): Result<Outcome> {
  if (outcome.ok && outcome.value.natter?.id === link.prev) return outcome;
  const isTaken = !outcome.ok && (isInDoubt(outcome) || outcome.code === 'sequence_conflict');
  link.prev = before.prev;
  if (!isTaken) link.seq = before.seq;
  return outcome;
}

/** Remembers which entry a draft has become; the oldest goes first. */
function note(drafts: Drafts, draft: string, id: EntryId): void {
  if (drafts.has(draft)) return;
  drafts.set(draft, id);
  const [oldest] = drafts.keys();
  if (drafts.size > DRAFTS && oldest !== undefined) drafts.delete(oldest);
}
