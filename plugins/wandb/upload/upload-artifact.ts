/** Uploads an artifact: registers a version, puts its files and its manifest, and commits it. */

import { basename } from "node:path";
import {
  artifactFileTargets,
  commitArtifact,
  createArtifact,
  createArtifactManifest,
} from "./artifact-api.ts";
import type { Bucket, ServerApi } from "./server-api.ts";
import { LostFileError, md5Of } from "./upload-files.ts";
import { PART_SIZES, type PartSizes, partsOf, putParts } from "./upload-parts.ts";

/** An artifact as its record in the log describes it. */
export interface LoggedArtifact {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  /** The MD5 of the manifest as text, in hex. */
  readonly digest: string;
  /** A JSON object, or empty. */
  readonly metadata: string;
  readonly aliases: readonly string[];
  readonly clientId: string;
  readonly sequenceClientId: string;
  readonly entries: readonly ArtifactEntry[];
}

interface ArtifactEntry {
  /** The path inside the artifact, with `/`. */
  readonly path: string;
  /** The MD5 of the content, in base64. */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
  /** The file on this machine. */
  readonly localPath: string;
}

/** For how many files the server is asked at once. W&B's client begins with the same number. */
const BATCH = 25;
const POLICY = "wandb-storage-policy-v1";

/**
 * Uploads an artifact, unless the server holds a committed version of the same content.
 *
 * @throws {LostFileError} If a file is gone or was changed; nothing was registered then.
 * @throws {ServerError}
 */
export async function uploadArtifact(
  api: ServerApi,
  bucket: Bucket,
  runId: string,
  artifact: LoggedArtifact,
  sizes = PART_SIZES,
): Promise<void> {
  for (const { localPath, size, digest } of artifact.entries) {
    const file = Bun.file(localPath);
    const isSame = file.size === size && (await file.exists()) && (await md5Of(file, "base64")) === digest;
    // Checked before anything is registered: half an artifact is worse than none.
    if (!isSame) throw new LostFileError(`${basename(localPath)} of it is gone or was changed`);
  }
  const { id, state, latest } = await createArtifact(api, {
    entityName: bucket.entity,
    projectName: bucket.project,
    artifactTypeName: artifact.type,
    artifactCollectionName: artifact.name,
    runName: runId,
    digest: artifact.digest,
    digestAlgorithm: "MANIFEST_MD5",
    description: artifact.description || null,
    aliases: artifact.aliases.map((alias) => ({ artifactCollectionName: artifact.name, alias })),
    metadata: artifact.metadata || null,
    enableDigestDeduplication: true,
    clientID: artifact.clientId || null,
    sequenceClientID: artifact.sequenceClientId || null,
  });
  if (state === "COMMITTED") return;

  const fields = {
    artifactID: id,
    base: latest,
    digest: "",
    entity: bucket.entity,
    project: bucket.project,
    run: runId,
  };
  const { id: manifestId } = await createArtifactManifest(api, fields, false);
  await putFiles(api, artifact.entries, { artifactID: id, artifactManifestID: manifestId }, sizes);

  const manifest = new TextEncoder().encode(manifestJson(artifact, id));
  const digest = await md5Of(manifest, "base64");
  const { target } = await createArtifactManifest(api, { ...fields, digest }, true);
  await api.put(target, () => manifest, manifest.length);
  await commitArtifact(api, id);
}

async function putFiles(
  api: ServerApi,
  entries: readonly ArtifactEntry[],
  ids: { artifactID: string; artifactManifestID: string },
  sizes: PartSizes,
): Promise<void> {
  for (let at = 0; at < entries.length; at += BATCH) {
    const batch = entries.slice(at, at + BATCH);
    const parts = await Promise.all(batch.map(({ localPath, size }) => partsOf(localPath, size, sizes)));
    const files = batch.map(({ path, digest }, i) => ({
      ...ids,
      name: path,
      md5: digest,
      ...(parts[i] && { uploadPartsInput: parts[i] }),
    }));
    const targets = await artifactFileTargets(api, files);
    for (const [i, { localPath, size }] of batch.entries()) {
      const target = targets[i]!;
      const own = parts[i];
      if (own && target.parts)
        await putParts(api, { path: localPath, size, parts: own }, target.parts, sizes);
      else await api.put(target, () => Bun.file(localPath), size);
    }
  }
}

/** The manifest as it is uploaded: without the paths that the files have on this machine. */
function manifestJson(artifact: LoggedArtifact, artifactId: string): string {
  const contents = Object.fromEntries(
    artifact.entries.map(({ path, digest, size }) => [path, { digest, size, birthArtifactID: artifactId }]),
  );
  return JSON.stringify({
    version: 1,
    storagePolicy: POLICY,
    storagePolicyConfig: { storageLayout: "V2" },
    contents,
  });
}
