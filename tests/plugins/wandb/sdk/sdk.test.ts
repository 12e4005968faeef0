/** Tests the transport through @wandb/sdk, also where the SDK fails. */

import { describe, expect, test } from "bun:test";
import { ApiKey } from "../../../../plugins/wandb/access/api-key.ts";
import { startSdkUpload } from "../../../../plugins/wandb/sdk/sdk-upload.ts";
import type { Pace } from "../../../../plugins/wandb/upload/pace.ts";
import { sharedFolder } from "../../../support/temporary-folder.ts";
import { until } from "../../../support/until.ts";
import {
  FAST,
  SampleLog,
  START,
  sampleFolder,
  sampleRows,
  writeSample,
} from "../../../support/wandb-sample-run.ts";
import { type StandIn, startStandIn } from "../../../support/wandb-server/server.ts";
import type { StoredRequest } from "../../../support/wandb-server/store.ts";

const FOLDERS = sharedFolder("upload");

/** Time limits short enough for a test to run into them, each for the one test that does. */
const INIT_GIVES_UP = { sdkInit: 3_000 };
const FINISH_GIVES_UP = { sdkFinish: 2_500 };
const UPLOAD_GIVES_UP = { patience: 1_500, firstContact: 1_000 };

/**
 * A server, a run's folder, and a training that waits in the middle for the SDK, which takes seconds for
 * everything.
 */
class Scene {
  readonly server: StandIn;
  readonly folder = sampleFolder(FOLDERS.emptyFolder());

  constructor(server: StandIn) {
    this.server = server;
  }

  async train(middle: () => boolean, pace: Partial<Pace> = {}) {
    const log = new SampleLog(this.folder, { startTime: START + 100 });
    const printed: string[] = [];
    const { url: baseUrl, apiKey } = this.server;
    const upload = startSdkUpload({
      settings: { baseUrl, apiKey: new ApiKey(apiKey), entity: null, project: "", resume: null },
      runFolder: this.folder,
      logPath: log.path,
      print: (text) => printed.push(text),
      pace: { ...FAST, ...pace },
    });
    for (let step = 7; step <= 9; step++) log.step(step);
    await until(middle);
    for (let step = 10; step <= 12; step++) log.step(step);
    log.end(0);
    const outcome = await upload.finish(0);
    return { outcome, printed: printed.join("\n") };
  }

  get sentBySdk() {
    return this.server.store.requests.filter(isOfSdk);
  }

  get rowsBySdk() {
    return this.sentBySdk.filter(({ operation }) => operation === "file_stream");
  }
}

const isOfSdk = ({ headers }: StoredRequest) =>
  Boolean(headers["user-agent"]?.includes("Internal JS Client"));

/** At the same time as the others: most of each is waiting. */
function scene(name: string, play: (scene: Scene) => Promise<void>): void {
  test.concurrent(name, async () => {
    const server = await startStandIn();
    try {
      await play(new Scene(server));
    } finally {
      await server.stop();
    }
  }, 120_000);
}

describe("transport sdk", () => {
  scene("sends rows through @wandb/sdk, and the log has the last word", async (scene) => {
    const { outcome, printed } = await scene.train(() => scene.rowsBySdk.length > 0);
    expect(outcome.complete).toBe(true);
    expect(scene.rowsBySdk.length).toBeGreaterThanOrEqual(2);
    const first = scene.rowsBySdk[0]!.json as { files: Record<string, { content: string[] }> };
    const row = JSON.parse(first.files["wandb-history.jsonl"]!.content[0]!);
    expect(row).toMatchObject({ _step: 7, "train/loss": 1 / 7 });
    expect(scene.server.store.run.history).toEqual(sampleRows(7, 12));
    expect(scene.server.store.run.events).toHaveLength(6);
    expect(scene.server.store.run.exitCodes.at(-1)).toBe(0);
    expect(scene.server.store.run.config.training).toEqual({ value: { lr: 0.0001, epochs: 3 } });
    expect(scene.server.store.artifacts).toHaveLength(1);
    expect(printed).not.toContain("@wandb/sdk");
  });

  scene("does not overwrite the rows of the process before", async (scene) => {
    writeSample(scene.folder, { steps: [1, 6], exitCode: null });
    const { outcome } = await scene.train(() => scene.rowsBySdk.length > 0);
    expect(outcome.complete).toBe(true);
    const offsets = scene.rowsBySdk.map(
      ({ json }) =>
        (json as { files?: Record<string, { offset: number }> }).files?.["wandb-history.jsonl"]?.offset,
    );
    expect(offsets[0]).toBe(6);
    expect(scene.server.store.run.history).toEqual(sampleRows(1, 12));
  });

  scene("uploads from the log what the SDK lost without a word", async (scene) => {
    scene.server.fault((operation, _nth, request) =>
      operation === "file_stream" && isOfSdk(request) ? { kind: "status", status: 500 } : null,
    );
    const { outcome } = await scene.train(() => scene.rowsBySdk.length > 0);
    expect(outcome.complete).toBe(true);
    expect(scene.server.store.run.history).toEqual(sampleRows(7, 12));
  });

  scene("ends though the SDK's finish() never does", async (scene) => {
    scene.server.fault((operation, _nth, request) =>
      operation === "file_stream" && isOfSdk(request) ? { kind: "hang" } : null,
    );
    const { outcome, printed } = await scene.train(() => scene.rowsBySdk.length > 0, FINISH_GIVES_UP);
    expect(printed).toContain(
      "@wandb/sdk: finish() did not end within 2.5 s; uploading from the run's log instead",
    );
    expect(outcome.complete).toBe(true);
    expect(scene.server.store.run.history).toEqual(sampleRows(7, 12));
  });

  scene("ends though the SDK's init() never does", async (scene) => {
    scene.server.fault((operation, nth) => (operation === "Viewer" && nth === 2 ? { kind: "hang" } : null));
    const { outcome, printed } = await scene.train(
      () => scene.server.store.count("Viewer") === 2,
      INIT_GIVES_UP,
    );
    expect(printed).toContain("@wandb/sdk: init() did not end within 3 s");
    expect(outcome.complete).toBe(true);
  });

  scene("survives errors that the SDK throws outside of any call", async (scene) => {
    scene.server.fault((operation, nth) =>
      operation === "UpsertBucket" && nth === 2 ? { kind: "status", status: 400 } : null,
    );
    const { outcome, printed } = await scene.train(() => scene.server.store.count("UpsertBucket") === 2);
    expect(printed).toContain("@wandb/sdk: ");
    expect(outcome.complete).toBe(true);
    expect(scene.server.store.run.history).toEqual(sampleRows(7, 12));
  });

  scene("turns a wrong key into one message, without the SDK", async (scene) => {
    scene.server.fault(() => ({ kind: "status", status: 401 }));
    const { outcome, printed } = await scene.train(() => scene.server.store.requests.length > 0);
    expect(outcome.reason).toContain("refuses the API key (401)");
    expect(scene.sentBySdk).toEqual([]);
    expect(printed).not.toContain(scene.server.apiKey);
  });

  scene("ends when the server is down for the whole run", async (scene) => {
    await scene.server.down();
    const { outcome, printed } = await scene.train(() => true, UPLOAD_GIVES_UP);
    expect(outcome.complete).toBe(false);
    expect(printed).toContain("bun run sync");
  });

  scene("leaves this process's signal handlers and console alone", async (scene) => {
    const listeners = () => ["SIGINT", "SIGTERM", "beforeExit"].map((name) => process.listenerCount(name));
    const before = listeners();
    const { log } = console;
    await scene.train(() => scene.rowsBySdk.length > 0);
    expect(listeners()).toEqual(before);
    expect(console.log).toBe(log);
  });
});
