/**
 * The part of W&B's GraphQL API that clients use to create runs and to store files and artifacts, as far as
 * the queries of the released Python client (0.30, 0.31) and of `@wandb/sdk` 0.5.1 show it. Every query that
 * arrives is validated against it, so a misspelt field or a wrong variable type fails here as it would
 * there.
 */
export const SCHEMA = /* GraphQL */ `
  scalar JSONString
  scalar Int64
  scalar DateTime

  type Query {
    viewer: User
    serverInfo: ServerInfo
    model(name: String, entityName: String): Project
    project(name: String, entityName: String): Project
    entity(name: String): Entity
  }

  type Mutation {
    upsertBucket(input: UpsertBucketInput!): UpsertBucketPayload
    createRunFiles(input: CreateRunFilesInput!): CreateRunFilesPayload
    createArtifact(input: CreateArtifactInput!): CreateArtifactPayload
    createArtifactManifest(input: CreateArtifactManifestInput!): CreateArtifactManifestPayload
    createArtifactFiles(input: CreateArtifactFilesInput!): CreateArtifactFilesPayload
    commitArtifact(input: CommitArtifactInput!): CommitArtifactPayload
    completeMultipartUploadArtifact(input: CompleteMultipartUploadArtifactInput!): CompleteMultipartUploadArtifactPayload
    upsertSweep(input: UpsertSweepInput!): UpsertSweepPayload
    createAgent(input: CreateAgentInput!): CreateAgentPayload
    agentHeartbeat(input: AgentHeartbeatInput!): AgentHeartbeatPayload
  }

  type User { id: ID! entity: String username: String email: String flags: JSONString teams: EntityConnection }
  type EntityConnection { edges: [EntityEdge!]! }
  type EntityEdge { node: Entity }
  type Entity { id: ID! name: String! xxhashDigestsEnabled: Boolean }
  type ServerInfo { features: [Feature!]! }
  type Feature { name: String! isEnabled: Boolean! }

  type Project {
    id: ID!
    name: String!
    entity: Entity!
    bucket(name: String!, missingOk: Boolean): Run
    run(name: String!): Run
    artifactType(name: String!): ArtifactType
    sweep(sweepName: String!): Sweep
  }
  type ArtifactType { artifactCollection(name: String!): ArtifactCollection }
  interface ArtifactCollection { id: ID! }
  type ArtifactSequence implements ArtifactCollection {
    id: ID!
    digestAlgorithm: String
    latestArtifact: Artifact
  }

  type Run {
    id: ID!
    name: String!
    displayName: String
    description: String
    config: JSONString
    wandbConfig(keys: [String!]): JSONString
    sweepName: String
    project: Project
    tags: [String!]
    notes: String
    summaryMetrics: JSONString
    historyLineCount: Int
    eventsLineCount: Int
    logLineCount: Int
    historyTail: JSONString
    eventsTail: JSONString
  }
  input UpsertBucketInput {
    id: String name: String modelName: String entityName: String groupName: String description: String
    displayName: String notes: String commit: String config: JSONString host: String debug: Boolean
    jobProgram: String jobRepo: String jobType: String state: String sweep: String tags: [String!]
    summaryMetrics: JSONString
  }
  type UpsertBucketPayload { bucket: Run inserted: Boolean }

  input CreateRunFilesInput { entityName: String! projectName: String! runName: String! files: [String!]! }
  type CreateRunFilesPayload { runID: ID! uploadHeaders: [String!]! files: [RunFile!]! }
  type RunFile { name: String! uploadUrl: String }

  enum ArtifactDigestAlgorithm { MANIFEST_MD5 MANIFEST_XXH3 }
  input ArtifactAliasInput { artifactCollectionName: String! alias: String! }
  input ArtifactTagInput { tagName: String! tagCategoryName: String }
  input CreateArtifactInput {
    entityName: String! projectName: String! runName: String artifactTypeName: String! artifactCollectionName: String
    artifactCollectionNames: [String!] digest: String! digestAlgorithm: ArtifactDigestAlgorithm description: String
    aliases: [ArtifactAliasInput!] tags: [ArtifactTagInput!] metadata: JSONString ttlDurationSeconds: Int64
    historyStep: Int64 enableDigestDeduplication: Boolean distributedID: String clientID: ID sequenceClientID: ID
    storageRegion: String labels: JSONString clientMutationId: String
  }
  type CreateArtifactPayload { artifact: Artifact! }
  enum ArtifactState { PENDING COMMITTED DELETED }
  type Artifact { id: ID! state: ArtifactState! digest: String artifactSequence: ArtifactSequence! }

  enum ArtifactManifestType { FULL PATCH INCREMENTAL }
  input CreateArtifactManifestInput {
    artifactID: ID! baseArtifactID: ID name: String! digest: String! entityName: String! projectName: String!
    runName: String! type: ArtifactManifestType
  }
  type CreateArtifactManifestPayload { artifactManifest: ArtifactManifest! }
  type ArtifactManifest { id: ID! file: File! }
  type File { id: ID! name: String uploadUrl: String uploadHeaders: [String!]! storagePath: String artifact: Artifact
    uploadMultipartUrls: UploadMultipartUrls }
  type UploadMultipartUrls { uploadID: ID! uploadUrlParts: [UploadUrlPart!]! }
  type UploadUrlPart { partNumber: Int64! uploadUrl: String! }

  enum ArtifactStorageLayout { V1 V2 }
  input UploadPartsInput { partNumber: Int64! hexMD5: String! }
  input ArtifactFileInput {
    artifactID: ID! name: String! md5: String xxh3: String mimetype: String artifactManifestID: ID
    uploadPartsInput: [UploadPartsInput!]
  }
  input CreateArtifactFilesInput {
    artifactFiles: [ArtifactFileInput!]! storageLayout: ArtifactStorageLayout cloudRegionID: ID
    clientMutationId: String
  }
  type CreateArtifactFilesPayload { files: FileConnection! }
  type FileConnection { edges: [FileEdge!]! }
  type FileEdge { node: File }

  type Sweep {
    id: ID! name: String! method: String! state: String! description: String config: String! createdAt: DateTime
    heartbeatAt: DateTime updatedAt: DateTime earlyStopJobRunning: Boolean bestLoss: Float controller: JSONString
    scheduler: JSONString project: Project runs: SweepRunConnection!
  }
  type SweepRunConnection { edges: [SweepRunEdge!]! }
  type SweepRunEdge { node: SweepRun! }
  type SweepRun {
    name: String! state: String config: JSONString exitcode: Int heartbeatAt: DateTime shouldStop: Boolean
    failed: Boolean stopped: Boolean running: Boolean summaryMetrics: JSONString
    sampledHistory(specs: [JSONString!]!): [JSONString]
  }
  input UpsertSweepInput {
    id: ID config: String description: String entityName: String projectName: String controller: JSONString
    scheduler: JSONString state: String priorRunsFilters: JSONString displayName: String
    launchScheduler: JSONString templateVariableValues: JSONString
  }
  type UpsertSweepPayload { sweep: Sweep! configValidationWarnings: [String!] }
  input CreateAgentInput { host: String! projectName: String entityName: String sweep: String! }
  type CreateAgentPayload { agent: Agent! }
  type Agent { id: ID! }
  input AgentHeartbeatInput { id: ID! metrics: JSONString runState: JSONString }
  type AgentHeartbeatPayload { agent: Agent commands: JSONString! }

  enum CompleteMultipartAction { Complete Abort }
  input CompleteMultipartUploadArtifactInput {
    completeMultipartAction: CompleteMultipartAction! completedParts: [UploadPartsInput!]! artifactID: ID!
    storagePath: String! uploadID: String!
  }
  type CompleteMultipartUploadArtifactPayload { digest: String }

  input CommitArtifactInput { artifactID: ID! }
  type CommitArtifactPayload { artifact: Artifact! }
`;
