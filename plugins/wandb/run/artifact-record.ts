/** Artifacts: files staged beside the log, digested, and described in a record. */

import { createHash } from "node:crypto";
import { copyFileSync, createReadStream, linkSync, mkdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Artifact } from "../../../core/plugin.ts";
import type { ArtifactRecordSchema } from "../log/records_pb.ts";
import { randomId } from "./random-id.ts";

type ArtifactInit = MessageInitShape<typeof ArtifactRecordSchema>;

/** A file of an artifact as its manifest has it. */
export interface ManifestEntry {
  readonly path: string;
  /** base64 of the content's MD5. */
  readonly digest: string;
  readonly size: bigint;
  readonly localPath: string;
}

/**
 * Stages an artifact's files below `folder` and describes them. A file is hard-linked where that works and copied
 * elsewhere: those who write such files (checkpoints) replace them under their name and never change them in place. The
 * originals are never in the record, because some of W&B's clients delete what they have uploaded.
 *
 * @param run Project, entity and id, as in the run record.
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

/** Hex MD5 of the manifest's text form: a version line, then `path:digest` of every file in byte order of the paths. */
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
