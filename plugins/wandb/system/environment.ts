/** What a run runs on: the record from which W&B makes wandb-metadata.json. */

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
  readonly folder: string;
  /** As in `process.argv`: executable, program, arguments. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly writerId: string;
  readonly gpus: readonly Gpu[];
}

/** Host, system, program, processors, memory, disk, GPUs and the version of the code. */
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
    // The field for the interpreter and its version; W&B knows only one language here.
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

/** The code's remote and commit; undefined outside a repository or without git. */
export function gitState(folder: string): { remoteUrl: string; commit: string } | undefined {
  const commit = git(folder, "rev-parse", "HEAD");
  if (commit === "") return undefined;
  return { commit, remoteUrl: withoutCredentials(git(folder, "config", "--get", "remote.origin.url")) };
}

/** `https://user:token@host/x.git` → `https://host/x.git`. A plain `git@host:x.git` names no secret and stays. */
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

/** Pairs of socket and core in /proc/cpuinfo (proc(5)); null where it does not tell. */
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
