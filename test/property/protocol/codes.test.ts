import { expect } from 'chai';
import fc from 'fast-check';
import { bytesToText, textToBytes } from '../../../protocol/base64.ts';
import { crc32 } from '../../../protocol/code-bytes.ts';
import { readCode } from '../../../protocol/codes.ts';
import { readDescription, writeDescription } from '../../../protocol/descriptions.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import { parseSignal } from '../../../protocol/signals.ts';
import { CHROMIUM_OFFER, CodeMaker } from '../../support/codes.ts';

const room = 'lobby' as RoomName;
const MUTANTS = 100_000;

/** What a mutant's checksum must be for the parser to look further. */
function withChecksum(bytes: readonly number[]): string {
  const sum = crc32(bytes);
  return bytesToText([...bytes, sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255]);
}

describe('codes that somebody has altered', () => {
  it(`[INV-4] ${MUTANTS} mutants are refused with a code or read whole, none throws, in bounded time`, function () {
    this.timeout(120_000);
    const description = readDescription(CHROMIUM_OFFER);
    if (!description.ok) throw new Error(description.message);
    const fields = { session: 'AAECAwQFBgcICQoLDA0ODw', until: 1_800_000_000_000, description: description.value };
    const maker = new CodeMaker();
    const text = maker.code(room, { kind: 'invitation', ...fields });
    const bytes = textToBytes(text)?.slice(0, -4) ?? [];
    const seen = new Map<string, number>();
    let slowest = 0;
    const look = (mutant: string) => {
      const began = process.cpuUsage();
      const code = readCode(mutant);
      slowest = Math.max(slowest, process.cpuUsage(began).user / 1000);
      const outcome = code.ok ? 'read' : code.code;
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      if (!code.ok) return;
      // What is read is a description of data alone, whatever stood there.
      const sdp = writeDescription('offer', code.value.description);
      expect(parseSignal({ type: 'offer', sdp }).ok).to.equal(true);
      expect(readDescription(sdp)).to.deep.equal({ ok: true, value: code.value.description });
      expect(sdp.split('\r\n')).to.have.length(15 + code.value.description.reaches.length);
    };
    const edits = fc.array(fc.tuple(fc.nat(bytes.length), fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 2)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(edits, fc.boolean(), (changes, mends) => {
        const mutant = [...bytes];
        for (const [at, value, cut] of changes) mutant.splice(at, cut, value);
        look(mends ? withChecksum(mutant) : bytesToText([...mutant, 1, 2, 3, 4]));
      }),
      { numRuns: MUTANTS - 10_000 },
    );
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), look), { numRuns: 10_000 });
    expect([...seen.keys()]).to.include.members(['code_altered', 'read']);
    expect(slowest).to.be.lessThan(100);
  });
});
