/** Stands for npm `queue-microtask`: every browser that has WebRTC has it built in. */
export = (task: () => void): void => queueMicrotask(task);
