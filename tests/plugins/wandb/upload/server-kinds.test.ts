/** Uploads to servers that are set up in other ways than W&B's own: the client copes with each of them. */

import { afterEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifestDigest } from "../../../../plugins/wandb/run/artifact-record.ts";
import { HttpClient } from "../../../../plugins/wandb/upload/http-client.ts";
import { ServerApi } from "../../../../plugins/wandb/upload/server-api.ts";
import { uploadArtifact } from "../../../../plugins/wandb/upload/upload-artifact.ts";
import { Uploader } from "../../../../plugins/wandb/upload/uploader.ts";
import { sharedFolder } from "../../../support/temporary-folder.ts";
import {
  FAST,
  RUN_ID,
  START,
  sampleFolder,
  sampleRows,
  writeSample,
} from "../../../support/wandb-sample-run.ts";
import { type StandIn, type StandInOptions, startStandIn } from "../../../support/wandb-server/server.ts";
import { StoredRun } from "../../../support/wandb-server/store.ts";

let server: StandIn;
afterEach(() => server.stop());

type Resume = "allow" | "must" | "never" | null;

async function upload(logs: readonly string[], resume: Resume = null) {
  const uploader = new Uploader({
    baseUrl: server.url,
    apiKey: server.apiKey,
    entity: null,
    project: null,
    resume,
    logs,
    live: false,
    pace: FAST,
    print: () => {},
  });
  return uploader.run();
}

describe.each<[string, StandInOptions]>([
  ["with a storage of its own, whose addresses have no host", { ownStorage: true }],
  ["that compresses its answers", { gzip: true }],
  ["that grants four requests in a tenth of a second", { rateLimit: { requests: 4, seconds: 0.1 } }],
])("a server %s", (_what, options) => {
  test("gets rows, files and artifacts", async () => {
    server = await startStandIn(options);
    const outcome = await upload([writeSample(sampleFolder())]);
    expect(outcome).toMatchObject({ complete: true, reason: null });
    const { run, artifacts, violations } = server.store;
    expect(run.history).toEqual(sampleRows(1, 10));
    expect(run.text("config.yaml")).toContain("lr");
    expect(artifacts.map(({ state, files }) => [state, [...files.keys()]])).toEqual([
      ["COMMITTED", ["model_arch.txt"]],
    ]);
    expect(violations).toEqual([]);
  });
});

test("a client waits where no request is left, instead of being refused again and again", async () => {
  server = await startStandIn({ rateLimit: { requests: 3, seconds: 0.2 } });
  const client = new HttpClient({ baseUrl: server.url, apiKey: server.apiKey });
  const api = new ServerApi(client, FAST);
  for (let i = 0; i < 8; i++) await api.viewer();
  expect(server.store.count("Viewer")).toBe(8);
});

describe("a run that a sweep has made on the server ahead", () => {
  test.each<[Resume]>([[null], ["allow"], ["must"], ["never"]])(
    "is taken with WANDB_RESUME %p",
    async (resume) => {
      server = await startStandIn();
      const bucket = new StoredRun(RUN_ID, "someone", "tables");
      bucket.config = { lr: { value: 0.5 } };
      bucket.fields = { displayName: "eager-sweep-7", sweep: "sweep123" };
      server.store.runs.set(`someone/tables/${RUN_ID}`, bucket);
      const outcome = await upload([writeSample(sampleFolder())], resume);
      expect(outcome.complete).toBe(true);
      expect(server.store.run.history).toEqual(sampleRows(1, 10));
      expect(server.store.run.config.lr).toEqual({ value: 0.5 });
      expect(server.store.run.fields.sweep).toBe("sweep123");
    },
  );
});

test("samples of the load go on behind those of the first process when a run is resumed", async () => {
  server = await startStandIn();
  const folder = sampleFolder();
  const first = writeSample(folder, { steps: [1, 6], exitCode: null });
  await upload([first]);
  const before = server.store.run.events.length;
  const second = writeSample(folder, { steps: [7, 12], startTime: START + 100, resumed: true });
  expect((await upload([first, second])).complete).toBe(true);
  const { events } = server.store.run;
  expect(events).toHaveLength(before + 6);
  expect(events.map(({ "system.cpu": cpu }) => cpu)).toEqual(
    Array.from({ length: 12 }, (_, i) => (i + 1) / 2),
  );
  expect(server.store.violations).toEqual([]);
});

describe("a large file of an artifact", () => {
  const path = join(sharedFolder("parts").path, "weights.pt");
  const bytes = Buffer.from(Array.from({ length: 2500 }, (_, i) => i % 251));
  writeFileSync(path, bytes);
  const digest = createHash("md5").update(bytes).digest("base64");
  const entries = [{ path: "weights.pt", digest, size: bytes.length, localPath: path }];
  const artifact = {
    name: "model",
    type: "model",
    description: "",
    digest: manifestDigest(entries),
    metadata: "",
    aliases: ["latest"],
    clientId: "c".repeat(128),
    sequenceClientId: "s".repeat(128),
    entries,
  };
  const bucket = { id: "", displayName: "", entity: "someone", project: "tables" };

  async function put(threshold: number) {
    server = await startStandIn();
    const api = new ServerApi(new HttpClient({ baseUrl: server.url, apiKey: server.apiKey }), FAST);
    await uploadArtifact(api, bucket, RUN_ID, artifact, { threshold, part: 1000 });
    return server.store.requests
      .filter(({ operation }) => operation === "PUT")
      .map(({ body }) => body.length);
  }

  test("goes in parts, and the server puts them together", async () => {
    expect((await put(2000)).slice(0, 3)).toEqual([1000, 1000, 500]);
    expect(server.store.artifacts[0]!.files.get("weights.pt")).toEqual(bytes);
    expect(server.store.artifacts[0]!.state).toBe("COMMITTED");
    expect(server.store.violations).toEqual([]);
  });

  test("goes at once below the limit", async () => {
    expect((await put(3000)).slice(0, 1)).toEqual([2500]);
    expect(server.store.artifacts[0]!.state).toBe("COMMITTED");
  });
});
