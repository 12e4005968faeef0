/**
 * Writes the network as a tree of modules with shapes and parameter counts to `model_arch.txt`, and gives
 * the file to the run.
 */

import { join } from "node:path";
import { artifactName, definePlugin, RUN_FILES, writeFileAtomic } from "../../core/plugin.ts";

export default definePlugin({
  name: "architecture",
  options: {},
  setup(run) {
    return {
      onRunStart({ architecture, totalParameters, trainableParameters }) {
        const path = join(run.folder, RUN_FILES.architecture);
        const counts = [
          `parameters  ${totalParameters.toLocaleString("en-US")}`,
          `trainable   ${trainableParameters.toLocaleString("en-US")}`,
        ];
        writeFileAtomic(path, `${run.name}\n\n${architecture.trimEnd()}\n\n${counts.join("\n")}\n`);
        run.logArtifact({
          name: artifactName(`${run.name}_architecture`),
          type: "model_architecture",
          files: [path],
          aliases: ["latest"],
        });
      },
    };
  },
});
