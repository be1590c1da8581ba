/** The sentences of the panel's first look. `{name}` is filled in; of plural forms `{n}` chooses one. */
export const en = {
  panel: 'Chat: {room}',
  close: 'Close chat',

  connecting: 'Connecting',
  waiting: 'Waiting',
  direct: 'Direct',
  mixed: 'Mixed',
  relayed: 'Relayed',
  offline: 'Offline',

  joinTitle: 'Join {room}',
  joinLead: 'Choose the name others will see.',
  yourName: 'Your name',
  join: 'Join',

  loading: 'Loading the conversation',
  log: 'Messages',
  newMessages: 'New messages',

  message: 'Message',
  send: 'Send',
} as const;
