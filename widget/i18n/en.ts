/** The sentences of the panel's first look. `{name}` is filled in; of plural forms `{n}` chooses one. */
export const en = {
  panel: 'Chat: {room}',
  close: 'Close chat',
  menu: 'Menu',
  online: { other: '{n} online' },

  pathConnecting: 'Connecting',
  pathWaiting: 'Waiting',
  pathDirect: 'Direct',
  pathMixed: 'Mixed',
  pathRelayed: 'Relayed',
  pathOffline: 'Offline',
  pathConnectingMeaning: 'Looking for the best way to reach everyone.',
  pathWaitingMeaning: 'You are the only one here for now.',
  pathDirectMeaning: 'You are connected directly to everyone here.',
  pathMixedMeaning: 'You are connected directly to some people, and to the others through the relay.',
  pathRelayedMeaning: 'Messages travel through this site’s relay.',
  pathOfflineMeaning: 'There is no connection. Messages are sent when it is back.',

  joinTitle: 'Join {room}',
  joinLead: 'Choose the name others will see.',
  yourName: 'Your name',
  join: 'Join',

  loading: 'Loading the conversation',
  log: 'Messages',
  earlier: 'Earlier messages are missing here.',
  newMessages: 'New messages',
  newCount: { one: '{n} new', other: '{n} new' },
  latest: 'Jump to the latest message',
  said: '{name}: {text}',
  saidByMe: 'You: {text}',

  queued: 'Queued',
  sent: 'Sent',
  delivered: 'Delivered',

  typing: { one: '{names} is typing', other: '{names} are typing' },
  typingMany: 'Several people are typing',

  message: 'Message',
  send: 'Send',
  charactersLeft: { one: '{n} character left', other: '{n} characters left' },
} as const;
