/** Tests uploads to a server that fails in every way it can. */

import { describe, expect, test } from "bun:test";
import type { Pace } from "../../../../plugins/wandb/upload/pace.ts";
import { Uploader, type UploadOutcome } from "../../../../plugins/wandb/upload/uploader.ts";
import { sharedFolder } from "../../../support/temporary-folder.ts";
import { until } from "../../../support/until.ts";
import {
  FAST,
  SampleLog,
  type SampleOptions,
  sampleFolder,
  sampleRows,
} from "../../../support/wandb-sample-run.ts";
import {
  type Fault,
  type FaultRule,
  type StandIn,
  startStandIn,
} from "../../../support/wandb-server/server.ts";

const FOLDERS = sharedFolder("upload");

interface Trained {
  readonly outcome: UploadOutcome;
  readonly printed: string[];
}

interface TrainOptions extends SampleOptions {
  readonly key?: string;
  readonly url?: string;
  readonly pace?: Partial<Pace>;
  /** Called, and awaited, after row 10. */
  readonly middle?: (printed: readonly string[]) => unknown;
}

/** Writes 20 rows, 3 ms apart, while they are uploaded. */
async function train(server: StandIn, options: TrainOptions = {}): Promise<Trained> {
  const printed: string[] = [];
  const log = new SampleLog(sampleFolder(FOLDERS.emptyFolder()), options);
  const uploader = new Uploader({
    baseUrl: options.url ?? server.url,
    apiKey: options.key ?? server.apiKey,
    entity: null,
    project: null,
    resume: null,
    logs: [log.path],
    live: true,
    pace: { ...FAST, ...options.pace },
    print: (text) => printed.push(text),
  });
  const outcome = uploader.run();
  for (let step = 1; step <= 20; step++) {
    log.step(step);
    if (step === 10) await options.middle?.(printed);
    await Bun.sleep(3);
  }
  log.end(0);
  uploader.finish(0);
  return { outcome: await outcome, printed };
}

/** A test with a server of its own, at the same time as the others: most of each is waiting. */
function trial(name: string, run: (server: StandIn) => Promise<void>): void {
  test.concurrent(name, async () => {
    const server = await startStandIn();
    try {
      await run(server);
    } finally {
      await server.stop();
    }
  }, 120_000);
}

/** All of the run is there, each row once and in its place. */
function expectWhole({ store }: StandIn): void {
  expect(store.violations).toEqual([]);
  expect(store.run.history).toEqual(sampleRows(1, 20));
  expect(store.run.events.map((event) => event["system.cpu"])).toEqual(
    sampleRows(1, 20).map((_, i) => (i + 1) / 2),
  );
  expect(store.run.summary["train/loss"]).toBe(1 / 20);
  // A last request without an answer is sent again: on a slow machine that may be any of the faults.
  expect(new Set(store.run.exitCodes)).toEqual(new Set([0]));
  expect(store.run.files.keys().toArray().sort()).toEqual([
    "config.yaml",
    "media/images/sheet_1.png",
    "wandb-metadata.json",
    "wandb-summary.json",
  ]);
  expect(store.run.uploaded.size).toBe(4);
  expect(store.run.config.late).toEqual({ value: true });
  // Where the answer to its creation was lost, an artifact may be begun twice; it is committed once.
  expect(store.artifacts.filter(({ state }) => state === "COMMITTED")).toHaveLength(1);
}

/**
 * Time limits short enough for a test to run into them: for one answer, and for a server that does not come
 * back.
 */
const IMPATIENT = { graphqlAnswer: 400, streamAnswer: 400, fileAnswer: 400 };
const GIVES_UP = { patience: 1_500, firstContact: 1_000 };

const first =
  (count: number, fault: Fault): FaultRule =>
  (_operation, nth) =>
    nth <= count ? fault : null;

describe("Uploader: the run is whole on the server", () => {
  trial("without faults, and says where", async (server) => {
    const { outcome, printed } = await train(server);
    expectWhole(server);
    const url = `${server.url}/someone/tables/runs/abcd1234`;
    expect(outcome).toEqual({ complete: true, url, reason: null });
    expect(printed).toEqual([url]);
  });

  const passing: [string, Fault, RegExp][] = [
    ["500 twice", { kind: "status", status: 500 }, /answer 500.*trying again/],
    ["502 with a proxy's page", { kind: "status", status: 502, body: "<html>" }, /answer 502; trying/],
    ["the connection reset", { kind: "reset" }, /connection lost; trying again/],
    ["an answer lost after the request was taken", { kind: "lost" }, /connection lost; trying again/],
    ["an answer cut off half-way", { kind: "half" }, /(connection lost|not JSON); trying again/],
    ["no answer at all", { kind: "hang" }, /no answer in time; trying again/],
  ];
  for (const [name, fault, message] of passing) {
    trial(`after every operation met with ${name}`, async (server) => {
      server.fault(first(fault.kind === "hang" ? 1 : 2, fault));
      const pace = fault.kind === "hang" ? IMPATIENT : {};
      const { outcome, printed } = await train(server, { pace });
      expect(outcome.complete).toBe(true);
      expectWhole(server);
      expect(printed.join("\n")).toMatch(message);
      expect(printed.join("\n")).toContain("answers again");
    });
  }

  trial("after 429, asking again no sooner than Retry-After says", async (server) => {
    server.fault((operation, nth) =>
      operation === "file_stream" && nth === 1 ? { kind: "status", status: 429, retryAfter: "1" } : null,
    );
    const { outcome } = await train(server);
    expect(outcome.complete).toBe(true);
    expectWhole(server);
    const [refused, again] = server.store.requests.filter(({ operation }) => operation === "file_stream");
    expect(again!.at - refused!.at).toBeGreaterThanOrEqual(990);
  });

  trial("after faults at random places, in any order", async (server) => {
    const kinds: Fault[] = [
      { kind: "reset" },
      { kind: "lost" },
      { kind: "half" },
      { kind: "status", status: 503 },
    ];
    server.fault((operation, nth) => ((nth * 7 + operation.length) % 3 === 0 ? kinds[nth % 4]! : null));
    const { outcome } = await train(server);
    expect(outcome.complete).toBe(true);
    expectWhole(server);
  });

  trial("after an outage in the middle of the run", async (server) => {
    let up: Promise<void> | undefined;
    const { outcome, printed } = await train(server, {
      middle: async (soFar) => {
        await server.down();
        up = until(() => soFar.some((text) => text.includes("trying again"))).then(() => server.up());
      },
    });
    await up;
    expect(outcome.complete).toBe(true);
    expectWhole(server);
    expect(printed.join("\n")).toMatch(/connection (refused|lost); trying again, nothing is lost/);
  });
});

describe("Uploader: the run ends normally and the outcome names the cause", () => {
  trial("when the server is down for the whole run", async (server) => {
    await server.down();
    const { outcome } = await train(server, { pace: GIVES_UP });
    expect(outcome.complete).toBe(false);
    // Lost, where another program of this machine got the port for a moment; no answer in time, where the
    // machine stood still in the last attempt.
    expect(outcome.reason).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+ cannot be reached: (connection (refused|lost)|no answer in time)$/,
    );
  });

  trial("when nothing is ever answered", async (server) => {
    server.fault(() => ({ kind: "hang" }));
    const { outcome } = await train(server, { pace: { ...IMPATIENT, ...GIVES_UP } });
    expect(outcome.reason).toContain("no answer in time");
  });

  trial("when the last request of a long run is never answered: after its patience", async (server) => {
    server.fault((operation) => (operation === "file_stream" ? { kind: "hang" } : null));
    const asked = () => until(() => server.store.count("file_stream") > 0);
    // The answer itself may take longer than any test.
    const { outcome } = await train(server, { pace: GIVES_UP, middle: asked });
    expect(outcome.reason).toContain("no answer in time");
  });

  trial("when the key is wrong: at once, once, without trying again, and without the key", async (server) => {
    const key = "wrongwrongwrongwrongwrongwrongwrongwrong";
    const { outcome, printed } = await train(server, { key });
    expect(outcome.reason).toContain("refuses the API key (401). Set WANDB_API_KEY");
    expect(printed).toHaveLength(1);
    expect(printed.join() + outcome.reason).not.toContain(key);
    expect(server.store.requests).toHaveLength(1);
  });

  trial("when the server repeats the key in its answer: without the key", async (server) => {
    const body = `bad key ${server.apiKey} (${Buffer.from(`api:${server.apiKey}`).toString("base64")})`;
    server.fault(() => ({ kind: "status", status: 400, body }));
    const { outcome, printed } = await train(server);
    expect(outcome.reason).toContain("(400): bad key … (…)");
    expect(printed.join()).not.toContain(server.apiKey);
  });

  trial("when the entity is unknown: with the key's own", async (server) => {
    const { outcome } = await train(server, { entity: "nobody" });
    expect(outcome.reason).toContain("entity nobody not found");
    expect(outcome.reason).toContain("The key's are someone, team: set plugins.wandb.entity");
  });

  trial("when the base URL is some web page", async (server) => {
    const page = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response("<html>Hello</html>"),
    });
    const { outcome } = await train(server, { url: page.url.origin });
    expect(outcome.reason).toContain("it is not a W&B server. Set plugins.wandb.base_url");
    await page.stop(true);
  });

  trial("when the base URL is a server of something else", async (server) => {
    server.fault(() => ({ kind: "status", status: 404, body: "no such page" }));
    const { outcome } = await train(server);
    expect(outcome.reason).toContain("answers with 404: it is not a W&B server. Set plugins.wandb.base_url");
    expect(server.store.requests).toHaveLength(1);
  });

  trial("when the base URL redirects: the key does not follow", async (server) => {
    let followed = 0;
    const other = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => Response.json({ n: ++followed }),
    });
    const page = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => Response.redirect(other.url.href),
    });
    const { outcome } = await train(server, { url: page.url.origin });
    expect(outcome.reason).toContain("Set plugins.wandb.base_url to the server itself");
    expect(followed).toBe(0);
    await Promise.all([page.stop(true), other.stop(true)]);
  });

  trial("when the server turns the rows down for good", async (server) => {
    server.fault((operation) => (operation === "file_stream" ? { kind: "status", status: 404 } : null));
    const { outcome, printed } = await train(server, {
      middle: (soFar) => until(() => soFar.length >= 2),
    });
    expect(outcome.reason).toContain("(404)");
    expect(printed.at(-1)).toContain("The run's log goes on in its folder");
    expect(server.store.count("file_stream")).toBe(1);
  });

  trial(
    "when only the file storage is down: the rows are there, the outcome names the files",
    async (server) => {
      server.fault((operation) => (operation === "PUT" ? { kind: "status", status: 403 } : null));
      const { outcome } = await train(server);
      expect(outcome.complete).toBe(false);
      expect(outcome.reason).toContain("config.yaml: ");
      expect(outcome.reason).toContain("artifact sample_architecture: ");
      expect(server.store.run.history).toEqual(sampleRows(1, 20));
      expect(server.store.run.exitCodes).toEqual([0]);
      expect(server.store.artifacts.map(({ state }) => state)).not.toContain("COMMITTED");
    },
  );
});
