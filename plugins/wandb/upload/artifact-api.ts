/** The GraphQL operations of W&B's server for artifacts, with the server's names of fields. */

import { type FileTarget, headersOf, type ServerApi } from "./server-api.ts";

export interface ManifestFields {
  readonly artifactID: string;
  /** The id of the version before this one; null for the first. */
  readonly base: string | null;
  /** The MD5 of the manifest's JSON in base64; empty while there is no manifest. */
  readonly digest: string;
  readonly entity: string;
  readonly project: string;
  readonly run: string;
}

/**
 * Registers a version of an artifact. The state `COMMITTED` means that the server has a version of the same
 * content.
 */
export async function createArtifact(api: ServerApi, input: Record<string, unknown>) {
  const { createArtifact } = await api.ask<{ createArtifact: { artifact: RawArtifact } }>(
    "CreateArtifact",
    `mutation CreateArtifact($input: CreateArtifactInput!) {
      createArtifact(input: $input) { artifact { id state artifactSequence { latestArtifact { id } } } }
    }`,
    { input },
  );
  const { id, state, artifactSequence } = createArtifact.artifact;
  return { id, state, latest: artifactSequence.latestArtifact?.id ?? null };
}

/** Registers the manifest. With `upload`, the server gives the address to which its JSON goes. */
export async function createArtifactManifest(api: ServerApi, manifest: ManifestFields, upload: boolean) {
  const { createArtifactManifest } = await api.ask<{
    createArtifactManifest: { artifactManifest: { id: string; file: RawFile } };
  }>(
    "CreateArtifactManifest",
    `mutation CreateArtifactManifest($artifactID: ID!, $base: ID, $digest: String!, $entity: String!,
        $project: String!, $run: String!, $type: ArtifactManifestType!, $upload: Boolean!) {
      createArtifactManifest(input: {artifactID: $artifactID, baseArtifactID: $base, name: "wandb_manifest.json",
          digest: $digest, entityName: $entity, projectName: $project, runName: $run, type: $type}) {
        artifactManifest { id
          file { id uploadUrl @include(if: $upload) uploadHeaders @include(if: $upload) } }
      }
    }`,
    { ...manifest, type: "FULL", upload },
  );
  const { id, file } = createArtifactManifest.artifactManifest;
  const target: FileTarget = {
    name: "wandb_manifest.json",
    url: file.uploadUrl ?? null,
    headers: headersOf(file.uploadHeaders ?? []),
  };
  return { id, target };
}

/** Where the parts of a file have to be put. */
export interface PartsTarget {
  readonly artifactId: string;
  readonly storagePath: string;
  readonly uploadId: string;
  /** From the number of a part to its address. */
  readonly urls: ReadonlyMap<number, string>;
  /** For every part. */
  readonly headers: Record<string, string>;
}

/** A file of an artifact that is to be uploaded. `uploadPartsInput`: its parts, if it goes in parts. */
export interface ArtifactFileFields {
  readonly artifactID: string;
  readonly artifactManifestID: string;
  readonly name: string;
  readonly md5: string;
  readonly uploadPartsInput?: readonly { readonly partNumber: number; readonly hexMD5: string }[];
}

/**
 * Asks where to put files of an artifact. The targets are in the order of the files. `parts` is null for a
 * file that is put at once: a small one, or one on a server whose storage knows no parts.
 */
export async function artifactFileTargets(
  api: ServerApi,
  files: readonly ArtifactFileFields[],
): Promise<(FileTarget & { readonly parts: PartsTarget | null })[]> {
  const { createArtifactFiles } = await api.ask<{
    createArtifactFiles: { files: { edges: { node: RawFile }[] } };
  }>(
    "CreateArtifactFiles",
    `mutation CreateArtifactFiles($input: CreateArtifactFilesInput!) {
      createArtifactFiles(input: $input) { files { edges { node { storagePath uploadUrl uploadHeaders
        uploadMultipartUrls { uploadID uploadUrlParts { partNumber uploadUrl } } } } } }
    }`,
    { input: { artifactFiles: files, storageLayout: "V2" } },
  );
  return createArtifactFiles.files.edges.map(({ node }, i) => {
    const { artifactID, name } = files[i]!;
    const headers = headersOf(node.uploadHeaders ?? []);
    const many = node.uploadMultipartUrls;
    const parts = many && {
      artifactId: artifactID,
      storagePath: node.storagePath ?? name,
      uploadId: many.uploadID,
      urls: new Map(many.uploadUrlParts.map((part) => [Number(part.partNumber), part.uploadUrl])),
      headers,
    };
    return { name, url: node.uploadUrl ?? null, headers, parts: parts ?? null };
  });
}

/** Tells the server that all parts of a file are there. @throws {ServerError} */
export async function completeParts(
  api: ServerApi,
  { artifactId, storagePath, uploadId }: PartsTarget,
  parts: readonly { readonly partNumber: number; readonly hexMD5: string }[],
): Promise<void> {
  await api.ask(
    "CompleteMultipartUploadArtifact",
    `mutation CompleteMultipartUploadArtifact($action: CompleteMultipartAction!, $parts: [UploadPartsInput!]!,
        $artifactID: ID!, $storagePath: String!, $uploadID: String!) {
      completeMultipartUploadArtifact(input: {completeMultipartAction: $action, completedParts: $parts,
          artifactID: $artifactID, storagePath: $storagePath, uploadID: $uploadID}) { digest }
    }`,
    { action: "Complete", parts, artifactID: artifactId, storagePath, uploadID: uploadId },
  );
}

/** Completes a version: from now on, W&B shows it. */
export async function commitArtifact(api: ServerApi, artifactId: string): Promise<void> {
  await api.ask(
    "CommitArtifact",
    `mutation CommitArtifact($artifactID: ID!) {
      commitArtifact(input: {artifactID: $artifactID}) { artifact { id } }
    }`,
    { artifactID: artifactId },
  );
}

interface RawArtifact {
  id: string;
  state: "PENDING" | "COMMITTED" | "DELETED";
  artifactSequence: { latestArtifact: { id: string } | null };
}
interface RawFile {
  storagePath?: string | null;
  uploadUrl?: string | null;
  uploadHeaders?: string[];
  uploadMultipartUrls?: {
    uploadID: string;
    uploadUrlParts: { partNumber: number | string; uploadUrl: string }[];
  } | null;
}
