/**
 * A relay in front of the stand-in server. It does to connections what an HTTP server cannot do: resets one,
 * cuts an answer in half, refuses new ones. The server asks for it with a header of its response.
 */

import { connect, createServer, type Server, type Socket } from "node:net";

/** On a response: what to do instead of passing it on. */
export const CUT_HEADER = "x-stand-in-cut";

export class Gate {
  readonly #upstreamPort: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  constructor(upstreamPort: number) {
    this.#upstreamPort = upstreamPort;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens, on the same port as before if it has listened before. */
  async open(): Promise<void> {
    const server = createServer((client) => this.#relay(client));
    this.#server = server;
    await new Promise<void>((done, fail) => {
      server.once("error", fail);
      server.listen(this.#port, "127.0.0.1", done);
    });
    this.#port = (server.address() as { port: number }).port;
  }

  /** Drops every connection and refuses new ones. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = new Promise<void>((done) => void server.close(() => done()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #relay(client: Socket): void {
    const upstream = connect(this.#upstreamPort, "127.0.0.1");
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => socket.destroy()); // the other end is gone, which is what tests want
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on("data", (chunk: Buffer) => {
      const head = chunk.toString("latin1").toLowerCase();
      if (head.includes(`${CUT_HEADER}: reset`)) client.resetAndDestroy();
      else if (head.includes(`${CUT_HEADER}: half`)) {
        client.write(chunk.subarray(0, Math.floor(chunk.length * 0.9)), () => client.destroy());
      } else client.write(chunk);
    });
  }
}
