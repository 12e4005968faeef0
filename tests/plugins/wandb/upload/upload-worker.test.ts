/** Tests how long the training thread waits for the thread that uploads. */

import { expect, spyOn, test } from "bun:test";
import { pathToFileURL } from "node:url";
import { UploadWorker, type WorkerTask } from "../../../../plugins/wandb/upload/upload-worker.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** Answers a while after it was told to finish. */
const SLOW = `
import { parentPort } from "node:worker_threads";
const outcome = { complete: true, url: null, reason: null };
parentPort.on("message", ({ type }) => {
  if (type === "finish") setTimeout(() => parentPort.postMessage({ type: "outcome", outcome }), 500);
});
`;

test("a worker does not count as lost because the whole machine slept", async () => {
  using folder = temporaryFolder("worker");
  const entry = pathToFileURL(folder.write("worker.ts", SLOW));
  const worker = new UploadWorker(entry, {} as WorkerTask, () => {});
  const finished = worker.finish(0, 600_000);
  const woken = performance.now() + 3_600_000;
  using _ = spyOn(performance, "now").mockImplementation(() => woken);
  expect(await finished).toEqual({ complete: true, url: null, reason: null });
});

test("a worker that does not answer in time is given up", async () => {
  using folder = temporaryFolder("worker");
  const entry = pathToFileURL(folder.write("worker.ts", "setInterval(() => {}, 1000);\n"));
  const outcome = await new UploadWorker(entry, {} as WorkerTask, () => {}).finish(0, 300);
  expect(outcome).toMatchObject({ complete: false, reason: "the upload worker does not answer" });
});
