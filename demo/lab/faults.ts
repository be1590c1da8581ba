import { failPeers } from './peers.ts';
import { failRequests } from './requests.ts';
import { failSockets } from './sockets.ts';

/** What is broken for one visitor. */
export interface Faults {
  /** No direct links: those open are closed, new ones find no way. */
  readonly direct: boolean;
  /** The relay can't be reached. */
  readonly relay: boolean;
  /** Both, and the browser says that it is offline. */
  readonly offline: boolean;
}

export const NO_FAULTS: Faults = { direct: false, relay: false, offline: false };

/** Puts switches in this frame's way to the network; must run before the widget's script does. */
export function installFaults(): (faults: Faults) => void {
  const setPeers = failPeers();
  const setSockets = failSockets(isRelay);
  const setRequests = failRequests(isRelay);
  let isOffline = false;
  Object.defineProperty(navigator, 'onLine', { get: () => !isOffline });
  return (faults) => {
    setPeers(faults.direct || faults.offline);
    setSockets(faults.relay || faults.offline);
    setRequests(faults.relay || faults.offline);
    if (isOffline === faults.offline) return;
    isOffline = faults.offline;
    window.dispatchEvent(new Event(isOffline ? 'offline' : 'online'));
  };
}

function isRelay(url: string | URL): boolean {
  return new URL(url, location.href).pathname.endsWith('/bayeux');
}
