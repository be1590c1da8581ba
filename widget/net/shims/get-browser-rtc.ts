interface BrowserRtc {
  readonly RTCPeerConnection: typeof RTCPeerConnection;
  readonly RTCSessionDescription: typeof RTCSessionDescription;
  readonly RTCIceCandidate: typeof RTCIceCandidate;
}

/** Stands for npm `get-browser-rtc`: the browser's WebRTC without prefixes, read at each call; null without it. */
function getBrowserRtc(): BrowserRtc | null {
  const { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate } = globalThis;
  return RTCPeerConnection ? { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate } : null;
}

export default getBrowserRtc;
