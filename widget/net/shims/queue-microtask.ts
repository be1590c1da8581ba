/** Stands for npm `queue-microtask`: every browser that has WebRTC has it built in. */
export default (task: () => void): void => queueMicrotask(task);
