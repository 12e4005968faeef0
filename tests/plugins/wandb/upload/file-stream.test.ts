/** Tests the stream of rows, its heartbeats and its limits. */

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type AddressInfo, connect, createServer } from "node:net";
import { FileStream } from "../../../../plugins/wandb/upload/file-stream.ts";
import { HttpClient } from "../../../../plugins/wandb/upload/http-client.ts";
import { ServerApi } from "../../../../plugins/wandb/upload/server-api.ts";
import { Uploader } from "../../../../plugins/wandb/upload/uploader.ts";
import { until } from "../../../support/until.ts";
import { FAST, SampleLog, sampleFolder } from "../../../support/wandb-sample-run.ts";
import { type StandIn, startStandIn } from "../../../support/wandb-server/server.ts";

let server: StandIn;
let client: HttpClient;
beforeEach(async () => {
  server = await startStandIn();
  client = new HttpClient({ baseUrl: server.url, apiKey: server.apiKey, backoff: FAST.backoff });
});
afterEach(() => server.stop());

const NONE = { history: 0, events: 0, output: 0 };
const NULL = {
  id: null,
  groupName: null,
  displayName: null,
  notes: null,
  commit: null,
  config: null,
  host: null,
};
const MORE = { program: null, repo: null, jobType: null, sweep: null, tags: null };

const PATH = "/files/someone/p/r/file_stream";

async function open(first = NONE, held = NONE): Promise<FileStream> {
  const api = new ServerApi(client, FAST);
  await api.upsertRun({ ...NULL, ...MORE, name: "r", project: "p", entity: "someone" });
  return new FileStream(client, PATH, first, held, FAST.streamAnswer);
}

/** Lines of history per request. */
const sizes = () =>
  server.store.requests
    .filter(({ operation }) => operation === "file_stream")
    .map(({ json }) => {
      const { files } = json as { files?: Record<string, { content: string[] }> };
      return files?.["wandb-history.jsonl"]?.content.length ?? 0;
    });

describe("FileStream", () => {
  test("sends lines in requests below the server's limit, and the end with the last", async () => {
    const stream = await open();
    const long = JSON.stringify({ text: "é".repeat(1_500_000) }); // 3 MB in UTF-8
    for (let i = 0; i < 5; i++) stream.add("history", long);
    stream.add("events", "{}");
    await stream.finish(4);
    expect(sizes()).toEqual([2, 2, 1]);
    expect(server.store.run.exitCodes).toEqual([4]);
    expect(server.store.run.history).toHaveLength(5);
    expect(stream.hasNews).toBe(false);
    expect(stream.queuedBytes).toBe(0);
  });

  test("passes over lines that the server holds, wherever the log's first line is", async () => {
    const stream = await open({ ...NONE, history: 10 }, { ...NONE, history: 12 });
    for (let i = 10; i < 15; i++) stream.add("history", `{"i":${i}}`);
    server.store.run.lines["wandb-history.jsonl"] = Array.from({ length: 12 }, (_, i) => `{"i":${i}}`);
    await stream.finish(0);
    expect(server.store.run.history).toEqual(Array.from({ length: 15 }, (_, i) => ({ i })));
    expect(server.store.violations).toEqual([]);
  });

  test("keeps what a request could not deliver for the next", async () => {
    const stream = await open();
    stream.add("history", "{}");
    stream.announce("a.txt");
    server.store.run.files.set("a.txt", new Uint8Array());
    server.fault(() => ({ kind: "status", status: 400 }));
    await expect(stream.send()).rejects.toThrow("(400)");
    server.fault(null);
    await stream.send();
    expect(server.store.run.history).toHaveLength(1);
    expect(server.store.run.uploaded).toEqual(new Set(["a.txt"]));
  });

  test.each(["before", "during"])(
    "has time for a large request on a slow connection, if the run ends %s it",
    async (when) => {
      await open(); // makes the run
      using line = await slowLine(server.url, 500);
      const slow = new HttpClient({ baseUrl: line.url, apiKey: server.apiKey });
      const stream = new FileStream(slow, PATH, NONE, NONE, FAST.streamAnswer);
      stream.add("history", JSON.stringify({ text: "x".repeat(1_000_000) }));
      if (when === "before") slow.endWithin(300);
      const sent = stream.finish(0);
      if (when === "during") slow.endWithin(300);
      await sent;
      expect(server.store.run.history).toHaveLength(1);
    },
  );

  test("is a heartbeat when there is nothing to send", async () => {
    const stream = await open();
    await stream.send();
    expect(server.store.run.heartbeats).toBe(1);
  });
});

describe("Uploader", () => {
  const upload = (log: string, print: (text: string) => void = () => {}) =>
    new Uploader({
      baseUrl: server.url,
      apiKey: server.apiKey,
      entity: null,
      project: null,
      resume: null,
      logs: [log],
      live: true,
      pace: FAST,
      print,
    });

  test("sends heartbeats while the training is silent, and while a file takes long", async () => {
    const log = new SampleLog(sampleFolder());
    const uploader = upload(log.path);
    const outcome = uploader.run();
    await until(() => server.store.runs.size > 0 && server.store.run.heartbeats >= 2);
    log.end(0);
    let begun = false;
    const held = Promise.withResolvers<void>();
    server.fault((operation, nth) => {
      if (operation !== "PUT" || nth > 1) return null;
      begun = true;
      return { kind: "late", after: held.promise };
    });
    uploader.finish(0);
    await until(() => begun);
    const before = server.store.run.heartbeats;
    await until(() => server.store.run.heartbeats > before + 2);
    held.resolve();
    expect((await outcome).complete).toBe(true);
  });

  test("leaves out a row beyond the server's limit, says so, and numbers the others without a gap", async () => {
    const log = new SampleLog(sampleFolder());
    log.step(1);
    const item = [{ nestedKey: ["big"], valueJson: JSON.stringify("x".repeat(10_400_000)) }];
    log.add({ case: "history", value: { item, step: { num: 2n } } });
    log.step(3);
    log.end(0);
    const printed: string[] = [];
    const uploader = upload(log.path, (text) => printed.push(text));
    uploader.finish(0);
    expect((await uploader.run()).complete).toBe(true);
    expect(server.store.run.history.map(({ _step }) => _step)).toEqual([1, 3]);
    expect(printed.join()).toMatch(
      /a row of 104\d+ bytes is over W&B's limit of 10383360; it stays in the log/,
    );
    expect(server.store.violations).toEqual([]);
  });

  test("tells once that Stop was pressed on the run's page", async () => {
    let answers = 0;
    const stopper = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        const { pathname, search } = new URL(request.url);
        const { method, headers } = request;
        const body = await request.arrayBuffer();
        if (pathname.endsWith("file_stream")) {
          answers++;
          return Response.json({ stopped: true });
        }
        return fetch(server.url + pathname + search, { method, headers, body });
      },
    });
    const log = new SampleLog(sampleFolder());
    for (let step = 1; step <= 3; step++) log.step(step);
    const printed: string[] = [];
    const task = {
      baseUrl: stopper.url.origin,
      apiKey: server.apiKey,
      entity: null,
      project: null,
      resume: null,
    };
    const print = (text: string) => printed.push(text);
    const uploader = new Uploader({ ...task, logs: [log.path], live: true, pace: FAST, print });
    const outcome = uploader.run();
    await until(() => answers >= 3);
    log.end(0);
    uploader.finish(0);
    await outcome;
    expect(printed.filter((text) => text.includes("Stop was pressed"))).toHaveLength(1);
    await stopper.stop(true);
  });
});

/** A connection to a server that carries so many bytes per ms to it. */
async function slowLine(url: string, bytesPerMs: number): Promise<Disposable & { readonly url: string }> {
  const { port } = new URL(url);
  const line = createServer((near) => {
    const far = connect(Number(port), "127.0.0.1");
    far.pipe(near);
    near.on("data", (bytes) => {
      far.write(bytes);
      near.pause();
      setTimeout(() => near.resume(), bytes.length / bytesPerMs);
    });
    near.on("close", () => far.destroy());
    for (const end of [near, far]) end.on("error", () => near.destroy());
  });
  await new Promise<void>((resolve) => line.listen(0, "127.0.0.1", resolve));
  const { port: own } = line.address() as AddressInfo;
  return { url: `http://127.0.0.1:${own}`, [Symbol.dispose]: () => void line.close() };
}
