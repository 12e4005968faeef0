/**
 * `transport: sdk`: while the run is going on, its rows travel through `@wandb/sdk`. When it is over, the
 * log is uploaded directly, because the SDK does not know which rows it lost, and sends nothing but rows.
 */

import { PACE } from "../upload/pace.ts";
import { startUpload, type Upload, type UploadOptions, uploadTask } from "../upload/start-upload.ts";
import { UploadWorker } from "../upload/upload-worker.ts";

/** Starts the upload and returns at once, like `startUpload`. */
export function startSdkUpload(options: UploadOptions): Upload {
  const { print } = options;
  const { sdkFinish, patience } = { ...PACE, ...options.pace };
  // The SDK throws some errors where nobody can catch them. In a thread of its own they end that thread
  // alone.
  const worker = new UploadWorker(new URL("./worker.ts", import.meta.url), uploadTask(options), print);
  return {
    async finish(exitCode, isWhole = true) {
      const sdk = await worker.finish(exitCode, sdkFinish + patience);
      if (!sdk.complete) print(`W&B: @wandb/sdk: ${sdk.reason}; uploading from the run's log instead`);
      return startUpload({ ...options, rewrite: true }).finish(exitCode, isWhole);
    },
  };
}
