/** Asks a server as a browser does: some requests at once. */

/** Browsers keep so many connections to one server. */
const AT_ONCE = 6;

/** Calls `ask` for all of `items`, in their order. */
export async function inTurn<T>(items: readonly T[], ask: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await ask(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
