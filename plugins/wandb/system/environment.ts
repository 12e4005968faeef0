/** Where a run runs: the record from which W&B makes wandb-metadata.json. */

import { readFileSync } from "node:fs";
import { availableParallelism, cpus, hostname, machine, release, totalmem, type, userInfo } from "node:os";
import { isAbsolute, parse, relative } from "node:path";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { EnvironmentRecordSchema } from "../log/records_pb.ts";
import { timestamp } from "../log/timestamp.ts";
import { diskUse } from "./machine-load.ts";
import type { Gpu } from "./nvidia-smi.ts";

type EnvironmentInit = MessageInitShape<typeof EnvironmentRecordSchema>;

export interface EnvironmentSources {
  /** ms since 1970. */
  readonly startedAt: number;
  /** The run's folder: the disk that holds it is described. */
  readonly folder: string;
  /** As in `process.argv`: executable, program, arguments. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly writerId: string;
  readonly gpus: readonly Gpu[];
}

/**
 * The record: host, user, system, program with its arguments, processors, memory, disk, GPUs, version of the
 * code.
 */
export function environmentRecord(sources: EnvironmentSources): EnvironmentInit {
  const { startedAt, folder, argv, env, writerId, gpus } = sources;
  const [executable = process.execPath, program = "", ...args] = argv;
  const root = process.cwd();
  const codePath = relative(root, program);
  const isInside = codePath !== "" && !codePath.startsWith("..") && !isAbsolute(codePath);
  const mount = parse(folder).root || "/";
  const disk = diskUse(folder);
  const logical = cpus().length || availableParallelism();
  const physical = physicalCores() ?? logical;
  return {
    os: `${type()}-${release()}-${machine()}`,
    // W&B has no other field for the interpreter and its version.
    python: `Bun ${Bun.version}`,
    startedAt: timestamp(startedAt),
    args,
    program,
    ...(isInside ? { codePath, codePathLocal: codePath } : {}),
    ...(isTrue(env.WANDB_DISABLE_GIT) ? {} : { git: gitState(root) }),
    root,
    host: env.WANDB_HOST || hostname(),
    username: env.WANDB_USERNAME || userName(),
    executable,
    cpuCount: physical,
    cpuCountLogical: logical,
    cpu: { count: physical, countLogical: logical },
    memory: { total: BigInt(totalmem()) },
    ...(disk ? { disk: { [mount]: { total: BigInt(disk.total), used: BigInt(disk.used) } } } : {}),
    ...(gpus.length > 0
      ? {
          gpuType: gpus[0]!.name,
          gpuCount: gpus.length,
          gpuNvidia: gpus.map(({ name, memoryTotal, uuid }) => ({
            name,
            uuid,
            memoryTotal: BigInt(memoryTotal),
          })),
        }
      : {}),
    writerId,
  };
}

/** Remote and commit of the code; undefined outside a repository or without git. */
export function gitState(folder: string): { remoteUrl: string; commit: string } | undefined {
  const commit = git(folder, "rev-parse", "HEAD");
  if (commit === "") return undefined;
  return { commit, remoteUrl: withoutCredentials(git(folder, "config", "--get", "remote.origin.url")) };
}

/**
 * `https://user:token@host/x.git` → `https://host/x.git`. The form `git@host:x.git` holds no secret and
 * stays.
 */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}

function git(folder: string, ...args: string[]): string {
  try {
    const { stdout, exitCode } = Bun.spawnSync(["git", "-C", folder, ...args], {
      stderr: "ignore",
      timeout: 2000,
    });
    return exitCode === 0 ? stdout.toString().trim() : "";
  } catch {
    return "";
  }
}

/** The number of different pairs of socket and core in /proc/cpuinfo (proc(5)); null where there is none. */
function physicalCores(): number | null {
  try {
    const cores = new Set<string>();
    for (const block of readFileSync("/proc/cpuinfo", "utf8").split("\n\n")) {
      const core = /^core id\s*:\s*(\d+)$/m.exec(block)?.[1];
      if (core !== undefined) cores.add(`${/^physical id\s*:\s*(\d+)$/m.exec(block)?.[1] ?? 0}/${core}`);
    }
    return cores.size > 0 ? cores.size : null;
  } catch {
    return null;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return ""; // a user id without a name, as in some containers
  }
}

function isTrue(text: string | undefined): boolean {
  return /^(true|1|yes|on)$/i.test(text ?? "");
}
