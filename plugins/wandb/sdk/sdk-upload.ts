/**
 * `transport: sdk`: rows travel through `@wandb/sdk` while the run goes on; when it is over, the run's log is uploaded
 * directly, because the SDK neither knows what it lost nor sends anything but rows.
 */

import { PACE } from "../upload/pace.ts";
import { startUpload, type Upload, type UploadOptions, uploadTask } from "../upload/start-upload.ts";
import { UploadWorker } from "../upload/upload-worker.ts";

export function startSdkUpload(options: UploadOptions): Upload {
  const { print } = options;
  const { sdkFinish, patience } = { ...PACE, ...options.pace };
  // The SDK runs in a thread of its own: what it throws where nobody can catch it ends that thread and nothing else.
  const worker = new UploadWorker(new URL("./worker.ts", import.meta.url), uploadTask(options), print);
  return {
    async finish(exitCode) {
      const sdk = await worker.finish(exitCode, sdkFinish + patience);
      if (!sdk.complete) print(`W&B: @wandb/sdk: ${sdk.reason}; uploading from the run's log instead`);
      return startUpload({ ...options, rewrite: true }).finish(exitCode);
    },
  };
}
