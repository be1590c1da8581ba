import { type Frame, parseFrame } from '../../protocol/frames.ts';
import { parseJson } from '../../protocol/json.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { signalText } from '../../protocol/seal.ts';
import { fingerprintOf, parseSignal, type Signal } from '../../protocol/signals.ts';
import { RELINK, retryDelay } from '../core/retry.ts';
import type { LinkKeys, LinkWire, Platform } from './ports.ts';

/** The wire as links know it. */
export function linkWire(platform: Platform, keys: LinkKeys): LinkWire {
  return {
    keys,
    readFrame(text): Frame | undefined {
      const frame = parseFrame(parseJson(text));
      return frame.ok ? frame.value : undefined;
    },
    readSignal(value): Signal | undefined {
      const signal = parseSignal(value);
      return signal.ok ? signal.value : undefined;
    },
    retryDelay: (failures) => RELINK.first / 2 + retryDelay(RELINK, failures, platform.random()),
    messageBytes: LIMITS.linkMessageBytes,
    candidates: LIMITS.signalCandidates,
    alone: LIMITS.linkAlone,
    fingerprintOf,
    signalText,
  };
}
