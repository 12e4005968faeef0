/** The entry of the upload's worker thread: runs an `Uploader`. Only start-upload.ts starts it. */

import { parentPort } from "node:worker_threads";
import type { FromWorker, ToWorker } from "./upload-worker.ts";
import { Uploader } from "./uploader.ts";

const port = parentPort;
if (!port) throw new Error("worker.ts runs as a worker; start-upload.ts starts it");

let uploader: Uploader | null = null;
const say = (message: FromWorker) => port.postMessage(message);

port.on("message", async (message: ToWorker) => {
  if (message.type === "finish") return uploader?.finish(message.exitCode);
  uploader = new Uploader({ ...message.task, print: (text) => say({ type: "print", text }) });
  const alive = setInterval(() => say({ type: "alive" }), 5_000);
  const outcome = await uploader.run();
  clearInterval(alive);
  say({ type: "outcome", outcome });
});
