/** What `body` throws (Errno constants are no Errors), or null. */
export function thrown(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  return null;
}
