/** A connection to a server on which a test writes what no client would: half a request, or byte by byte. */

import { connect } from "node:net";

export interface RawConnection extends Disposable {
  write(text: string | Uint8Array): void;
  /** What the server sends until it closes the connection, or until it has this text. */
  answer(until?: string): Promise<string>;
  /** Ends the connection at once, as a client that is killed does. */
  drop(): void;
}

export async function rawConnection(address: string): Promise<RawConnection> {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port) });
  let text = "";
  let isOver = false;
  let wake = () => {};
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    wake();
  });
  for (const event of ["close", "error"] as const) {
    socket.on(event, () => {
      isOver = true;
      wake();
    });
  }
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  return {
    write: (bytes) => void socket.write(bytes),
    async answer(until) {
      while (!isOver && (until === undefined || !text.includes(until))) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return text;
    },
    drop: () => void socket.resetAndDestroy(),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** The start of a request that sends a workbook. */
export function postHead(address: string, length: number): string {
  const { host } = new URL(address);
  return `POST /tables HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${length}\r\n\r\n`;
}
