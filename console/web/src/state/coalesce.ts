/** Many wishes to refresh become one call after another, and the last wish is always served by a later call. */

/** Wraps `run` so that it never overlaps itself; a wish during a run is kept for one more. */
export function coalesce(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again: Promise<void> | null = null;
  const begin = (): Promise<void> => {
    running = run().finally(() => {
      running = null;
    });
    return running;
  };
  return () => {
    if (!running) return begin();
    again ??= running
      .catch(() => undefined) // the failure belongs to whoever asked for that run
      .then(() => {
        again = null;
        return begin();
      });
    return again;
  };
}
