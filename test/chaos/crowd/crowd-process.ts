import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Answer, Calls } from './calls.ts';

/** A part of the crowd that runs in a process of its own. */
export interface CrowdProcess {
  readonly pid: number;
  call<Name extends keyof Calls>(name: Name, ask: Calls[Name]['ask']): Promise<Calls[Name]['answer']>;
  end(): Promise<void>;
}

/** @param file the bundle of main.ts */
export function startCrowdProcess(file: string): CrowdProcess {
  const child = fork(file, { stdio: 'inherit', execArgv: [] });
  const waiting = new Map<number, { resolve(answer: Answer['answer']): void; reject(error: Error): void }>();
  let last = 0;
  child.on('message', ({ id, answer }: Answer) => {
    waiting.get(id)?.resolve(answer);
    waiting.delete(id);
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`a process of the crowd ended with ${code}`));
  });
  return {
    pid: child.pid ?? 0,
    call: (name, ask) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve: resolve as (answer: Answer['answer']) => void, reject });
        child.send({ id: last, call: name, ...ask });
      }),
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.disconnect(); // it exits by itself, and so writes its profile if it has one
      await exit;
    },
  };
}
