/** Stands for npm `err-code`: the same error, with a code. What is no error becomes one. */
export = (error: unknown, code: string): Error & { code: string } =>
  Object.assign(error instanceof Error ? error : new Error(String(error)), { code });
