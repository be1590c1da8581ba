/** What a second tab needs: fetched when there is one. */
export { follow } from './follower.ts';
export { host } from './host.ts';
export { tabChannel } from './messages.ts';
