/**
 * Stands for npm `err-code`: an error with a code. What is no error becomes one, and so does a DOMException (an
 * RTCError among them), whose own `code` can't be written.
 */
export default (error: unknown, code: string): Error & { code: string } =>
  Object.assign(isPlainError(error) ? error : new Error(String(error), { cause: error }), { code });

function isPlainError(error: unknown): error is Error {
  return error instanceof Error && !(typeof DOMException === 'function' && error instanceof DOMException);
}
