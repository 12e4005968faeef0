/** Stages the files of an artifact beside the log and describes them in a record. */

import { createHash } from "node:crypto";
import { constants, createReadStream, mkdirSync, rmSync, statSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Artifact } from "../../../core/plugin.ts";
import type { ArtifactRecordSchema } from "../log/records_pb.ts";
import { manifestPaths } from "./manifest-paths.ts";
import { randomId } from "./random-id.ts";

type ArtifactInit = MessageInitShape<typeof ArtifactRecordSchema>;

/** A file in the manifest of an artifact. */
export interface ManifestEntry {
  readonly path: string;
  /** base64 of the content's MD5. */
  readonly digest: string;
  readonly size: bigint;
  readonly localPath: string;
}

/**
 * Copies the files of an artifact into `folder` and describes the copies. They are copies even where the file
 * system has links: a plugin may write on in its file, and a version of an artifact stays what it was. File
 * systems that can share the blocks of two files do so. The record names the copies, because some of W&B's
 * clients delete what they have uploaded.
 *
 * @param run As in the run record.
 * @throws The system's error if a file cannot be read or copied. Then the folder is gone again.
 */
export async function stageArtifact(
  artifact: Artifact,
  folder: string,
  run: { runId: string; project: string; entity: string },
  metadata: Readonly<Record<string, number | string>>,
): Promise<ArtifactInit> {
  let contents: ManifestEntry[];
  try {
    contents = await copiesOf(artifact.files, folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  contents.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  return {
    ...run,
    type: artifact.type,
    name: artifact.name,
    digest: manifestDigest(contents),
    metadata: JSON.stringify(metadata),
    aliases: [...new Set(["latest", ...artifact.aliases])],
    finalize: true,
    clientId: randomId(128),
    sequenceClientId: randomId(128),
    manifest: {
      version: 1,
      storagePolicy: "wandb-storage-policy-v1",
      storagePolicyConfig: [{ key: "storageLayout", valueJson: '"V2"' }],
      contents,
    },
  };
}

async function copiesOf(files: readonly string[], folder: string): Promise<ManifestEntry[]> {
  const contents: ManifestEntry[] = [];
  for (const [file, path] of manifestPaths(files)) {
    const localPath = join(folder, ...path.split("/"));
    mkdirSync(dirname(localPath), { recursive: true });
    await copyFile(file, localPath, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    contents.push({
      path,
      localPath,
      digest: await md5Base64(localPath),
      size: BigInt(statSync(localPath).size),
    });
  }
  return contents;
}

/**
 * The hex MD5 of the manifest as text: a version line, then a line `path:digest` for every file, in the
 * given order.
 */
export function manifestDigest(entries: readonly Pick<ManifestEntry, "path" | "digest">[]): string {
  const lines = entries.map(({ path, digest }) => `${path}:${digest}\n`);
  return createHash("md5")
    .update(`wandb-artifact-manifest-v1\n${lines.join("")}`)
    .digest("hex");
}

async function md5Base64(path: string): Promise<string> {
  const hash = createHash("md5");
  await pipeline(createReadStream(path), hash);
  return hash.digest("base64");
}
