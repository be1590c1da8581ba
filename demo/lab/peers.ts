/** Replaces RTCPeerConnection by one that can be cut off; the result switches it. */
export function failPeers(): (isFailing: boolean) => void {
  const Native = globalThis.RTCPeerConnection;
  if (!Native) return () => undefined;
  const open = new Set<RTCPeerConnection>();
  let isFailing = false;

  globalThis.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      // Candidates of TURN servers alone, and no such server: it looks for a way and finds none.
      super(isFailing ? { ...configuration, iceServers: [], iceTransportPolicy: 'relay' } : configuration);
      open.add(this);
    }

    override close(): void {
      open.delete(this);
      super.close();
    }
  };

  return (failing) => {
    isFailing = failing;
    if (!failing) return;
    for (const connection of [...open]) {
      connection.close();
      // A connection closed from within its own page fires nothing; one that the network closes does.
      connection.dispatchEvent(new Event('iceconnectionstatechange'));
    }
  };
}
