/** The line on which a page hears the events of its server, for as long as the page is open. */

/** Before a line that the browser has given up is opened anew, ms. */
const PAUSE = 2000;

/**
 * Listens until the page is closed. A browser tries again by itself after some failures alone; after others,
 * such as the refusal of a server that was started anew with another token, it gives the line up for good.
 * This one is then opened again until it holds: once the new address is open in another tab, the server
 * knows this page too.
 *
 * @param names The events that are heard.
 * @param onEvent Gets the name of an event and its data as JSON.
 * @param onLine The line holds, or is gone and is tried again.
 */
export function listenForEvents<Name extends string>(
  address: string,
  names: readonly Name[],
  onEvent: (name: Name, data: string) => void,
  onLine: (isUp: boolean) => void,
): void {
  const events = new EventSource(address);
  events.onopen = () => onLine(true);
  events.onerror = () => {
    onLine(false);
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listenForEvents(address, names, onEvent, onLine), PAUSE);
  };
  for (const name of names) events.addEventListener(name, ({ data }) => onEvent(name, data));
}
