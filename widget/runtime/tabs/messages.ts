import type { Result } from '../../../protocol/result.ts';
import type { MessageDetails, RoomView } from '../../core/view.ts';
import type { CodeReply, CodeRequest } from '../ports.ts';
import type { Command } from './seat.ts';
import type { ViewPatch } from './view-patch.ts';

/**
 * What the tabs of one browser profile, relay and room say to each other. The channel's name holds the widget's version,
 * so both sides are of one build, and only pages of one origin hear it.
 */
export type TabMessage = FollowerMessage | LeaderMessage;

/** `tab` names the follower. */
export type FollowerMessage =
  /** At its start, at each change, and in answer to `whole` of another leader. `holds`: whose view it has. */
  | {
      readonly type: 'here';
      readonly tab: string;
      /** The page is visible, so it may lead; and a person can see the messages in it. */
      readonly awake: boolean;
      readonly sees: boolean;
      readonly holds: string | undefined;
    }
  /** Counted from 1 in each tab. Once it holds a leader's view, a tab says first what the one before has not done. */
  | { readonly type: 'run'; readonly tab: string; readonly count: number; readonly command: Command }
  /** Asks for a message's details. */
  | { readonly type: 'ask'; readonly tab: string; readonly count: number; readonly key: string }
  /** Asks for what only the tab with the links can do. */
  | { readonly type: 'code'; readonly tab: string; readonly count: number; readonly request: CodeRequest }
  | { readonly type: 'gone'; readonly tab: string };

/** `leader` names one time of leading; `version` counts its views. */
export type LeaderMessage =
  | {
      readonly type: 'whole';
      readonly leader: string;
      readonly version: number;
      readonly view: RoomView;
      readonly draft: string;
    }
  | { readonly type: 'patch'; readonly leader: string; readonly version: number; readonly patch: ViewPatch }
  | { readonly type: 'drafted'; readonly text: string }
  /** The leader has done all commands of this tab up to `count`; with 0 it just answers. */
  | { readonly type: 'done'; readonly tab: string; readonly count: number }
  | {
      readonly type: 'told';
      readonly tab: string;
      readonly count: number;
      readonly details: MessageDetails | undefined;
    }
  | { readonly type: 'coded'; readonly tab: string; readonly count: number; readonly reply: Result<CodeReply> }
  /** The leader is about to let go of the lock, for this tab to take it. */
  | { readonly type: 'yield'; readonly to: string };

/** A BroadcastChannel, or what stands for it in tests. */
export interface TabChannel {
  post(message: TabMessage): void;
  /** One listener; it replaces the one before. */
  listen(listener: (message: TabMessage) => void): void;
  close(): void;
}

export function tabChannel(name: string): TabChannel {
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    listen(listener) {
      // The cast: same origin and same build, see above; no other code has a say here.
      channel.onmessage = ({ data }) => listener(data as TabMessage);
    },
    close: () => channel.close(),
  };
}
