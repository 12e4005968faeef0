/** The entry of the SDK's worker thread: runs an `SdkFollower`. Only sdk-upload.ts starts it. */

import { parentPort } from "node:worker_threads";
import type { FromWorker, ToWorker } from "../upload/upload-worker.ts";
import { SdkFollower } from "./sdk-follower.ts";

const port = parentPort;
if (!port) throw new Error("worker.ts runs as a worker; sdk-upload.ts starts it");

let follower: SdkFollower | null = null;
const say = (message: FromWorker) => port.postMessage(message);

port.on("message", async (message: ToWorker) => {
  if (message.type === "finish") return follower?.finish(message.exitCode);
  follower = new SdkFollower({ ...message.task, print: (text) => say({ type: "print", text }) });
  const alive = setInterval(() => say({ type: "alive" }), 5_000);
  const outcome = await follower.run();
  clearInterval(alive);
  say({ type: "outcome", outcome });
});
