/** Stages the files of an artifact beside the log and describes them in a record. */

import { createHash } from "node:crypto";
import { copyFileSync, createReadStream, linkSync, mkdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Artifact } from "../../../core/plugin.ts";
import type { ArtifactRecordSchema } from "../log/records_pb.ts";
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
 * Stages the files of an artifact in `folder` and describes them. Files are hard-linked; where the file
 * system has no links, they are copied. A link is safe because files such as checkpoints are replaced under
 * their name, never changed in place. The record names the staged files, not the originals: some of W&B's
 * clients delete what they have uploaded.
 *
 * @param run As in the run record.
 * @throws The system's error if a file cannot be read or staged.
 */
export async function stageArtifact(
  artifact: Artifact,
  folder: string,
  run: { runId: string; project: string; entity: string },
  metadata: Readonly<Record<string, number | string>>,
): Promise<ArtifactInit> {
  mkdirSync(folder, { recursive: true });
  const contents: ManifestEntry[] = [];
  for (const file of artifact.files) {
    const path = basename(file);
    const localPath = join(folder, path);
    try {
      linkSync(file, localPath);
    } catch {
      copyFileSync(file, localPath);
    }
    contents.push({
      path,
      localPath,
      digest: await md5Base64(localPath),
      size: BigInt(statSync(localPath).size),
    });
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
