/** Carries out a plan in a folder beside the final place, which is replaced by one rename at the end. */

import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Problem, UserError } from "../base/problem.ts";
import { PROJECT_ROOT } from "../base/project-root.ts";
import { runProgram } from "../base/run-program.ts";
import { DraftFolder, replaceFolder } from "../files/draft-folder.ts";
import {
  BINDING_PACKAGE,
  bindingPackage,
  type InstallationRecord,
  LAYOUT,
  nativeStore,
  readInstallation,
} from "../tensor/native/installation.ts";
import { kernelSourceHash, kernelsProblem, processorName } from "../tensor/native/kernel-sources.ts";
import type { VerifiedRuntime } from "../tensor/native/verify.ts";
import { buildBinding, buildKernels } from "./build.ts";
import { megabytes } from "./describe-plan.ts";
import { installDevicePackages } from "./device-packages.ts";
import { downloadWheels } from "./download-wheels.ts";
import { linkPackage } from "./link-package.ts";
import { findHeaders, findLibrary, type SetupPlan } from "./plan.ts";
import { HEADER_FOLDERS, takeUnpacked, unpackWheel } from "./unpack-wheel.ts";

/** Receives progress: a line when a step begins, and a live line while it works. */
export interface SetupProgress {
  step(text: string): void;
  status(text: string | null): void;
}

/** The result of a setup. */
export interface SetupResult {
  readonly folder: string;
  readonly runtime: VerifiedRuntime;
  /** Why the project's kernels are missing, without which the device is slower; null if they are there. */
  readonly withoutKernels: Problem | null;
}

/**
 * Builds and installs the binding. If a step fails, the previous installation stays as it was.
 *
 * @throws {UserError} With the reason, if a step fails.
 */
export async function setupDevice(plan: SetupPlan, progress: SetupProgress): Promise<SetupResult> {
  if (plan.needsPackages) await installDevicePackages(() => bindingPackage() !== null, progress.step);
  if (plan.source.kind === "script") return runInstallScript(plan, progress);
  const store = nativeStore();
  const current = await verifyCurrent(plan, progress);
  if (current !== null) return current;
  const folder = join(store, plan.device);
  const draft = new DraftFolder(folder);
  const stage = draft.path;
  const stop = () => {
    draft.discard();
    process.exit(130);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    checkSpace(store, plan.bytesNeeded);
    const built = join(stage, "built");
    mkdirSync(built);
    await placeLibrary(plan, stage, built, progress);
    const compiler = plan.compiler as NonNullable<SetupPlan["compiler"]>;
    progress.step(`building the binding and the project's kernels with ${compiler.version}`);
    const [, withoutKernels] = await Promise.all([
      buildBinding({ compiler, folder: built, packageFolder: plan.packageFolder }),
      buildKernels({ compiler, folder: built }).then(() => null, problemOf),
    ]);
    writeRecord(plan, built, withoutKernels === null, "");
    progress.step("running a gradient on it");
    const runtime = await verifyInstallation(plan, built);
    writeRecord(plan, built, withoutKernels === null, runtime.version);
    replaceFolder(built, folder);
    linkPackage(plan.packageFolder, folder);
    return { folder, runtime, withoutKernels };
  } finally {
    progress.status(null);
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
    draft.discard();
  }
}

/**
 * Verifies the current installation. Null if it is not what the plan would build; otherwise only its links
 * are renewed.
 */
async function verifyCurrent(plan: SetupPlan, progress: SetupProgress): Promise<SetupResult | null> {
  if (plan.source.kind !== "installed") return null;
  const { folder } = plan.source;
  const installation = readInstallation(folder, plan.device);
  if (installation === null || kernelsProblem(installation) !== null) return null;
  progress.step("it is all there: running a gradient on it");
  try {
    const runtime = await verifyInstallation(plan, folder);
    linkPackage(plan.packageFolder, folder);
    return { folder, runtime, withoutKernels: null };
  } catch {
    progress.step("it does not work: building it again");
    return null;
  }
}

/** Puts the libraries into deps/ and the headers into include/ of a folder. */
async function placeLibrary(plan: SetupPlan, stage: string, built: string, progress: SetupProgress) {
  const { source, downloads, downloader } = plan;
  if (source.kind === "folder" || source.kind === "installed") {
    progress.step(`taking TensorFlow from ${source.folder}`);
    copyLibrary(source.folder, built);
    return;
  }
  const files = source.kind === "wheel" ? [source.file] : [];
  if (downloads.length > 0) {
    const bytes = downloads.reduce((sum, wheel) => sum + wheel.bytes, 0);
    progress.step(`downloading ${megabytes(bytes)}: ${downloads.map((wheel) => wheel.file).join(", ")}`);
    const downloaded = await downloadWheels(downloader as NonNullable<typeof downloader>, downloads, stage);
    if (downloaded.kind === "files") files.push(...downloaded.files);
    else takeUnpacked(downloaded.folder, built);
  }
  for (const file of files) {
    progress.step(`unpacking ${basename(file)}`);
    await unpackWheel(file, built, (done) => progress.status(`  ${Math.round(100 * done)} %`));
    progress.status(null);
    // This frees half of the space. Only downloaded wheels are deleted, not the user's.
    if (file.startsWith(stage)) rmSync(file);
  }
}

/** Copies the files of the library, as hard links where the file system allows them. */
function copyLibrary(from: string, to: string): void {
  const place = (source: string, target: string) => {
    mkdirSync(dirname(target), { recursive: true });
    try {
      linkSync(source, target);
    } catch {
      copyFileSync(source, target);
    }
  };
  const inner = existsSync(join(from, "deps")) ? join(from, "deps") : from;
  for (const path of findLibrary(inner) ?? []) place(path, join(to, LAYOUT.libraries, basename(path)));
  const nvidia = [join(inner, "nvidia"), join(from, "..", "nvidia")].find((path) => existsSync(path));
  if (nvidia !== undefined) cpSync(nvidia, join(to, "deps", "nvidia"), { recursive: true });
  const headers = findHeaders(from) as string;
  for (const name of HEADER_FOLDERS) {
    if (existsSync(join(headers, name))) {
      cpSync(join(headers, name), join(to, "include", name), { recursive: true, dereference: true });
    }
  }
}

/** Opens the installation in a process of its own and checks a gradient. */
async function verifyInstallation(plan: SetupPlan, folder: string): Promise<VerifiedRuntime> {
  const script = join(PROJECT_ROOT, "core/tensor/native/verify.ts");
  const { code, output } = await runProgram([process.execPath, script, plan.device, folder]);
  const last = output.trim().split("\n").at(-1) ?? "";
  const answer = last.startsWith("{") ? (JSON.parse(last) as VerifiedRuntime | { error: string }) : null;
  if (code === 0 && answer !== null && !("error" in answer)) return answer;
  throw new UserError({
    message: `Cannot use the binding that was built for ${plan.device}`,
    expected: "a correct gradient",
    got:
      answer !== null && "error" in answer ? answer.error : `exit code ${code}: ${output.trim().slice(-600)}`,
    fix:
      plan.device === "cuda"
        ? "look at the driver (nvidia-smi); TensorFlow needs one that knows CUDA 12"
        : "training.device: wasm runs everywhere",
  });
}

function writeRecord(plan: SetupPlan, folder: string, kernels: boolean, tensorflow: string): void {
  const wheel = plan.source.kind === "index" || plan.source.kind === "wheel" ? plan.source.wheel : null;
  const before = plan.source.kind === "installed" ? plan.source.record : null;
  const record: InstallationRecord = {
    device: plan.device,
    tensorflow,
    source: wheel?.file ?? before?.source ?? (plan.source.kind === "folder" ? plan.source.folder : ""),
    sha256: wheel?.sha256 ?? before?.sha256 ?? null,
    compiler: plan.compiler?.version ?? "",
    kernels: kernels ? kernelSourceHash() : null,
    processor: processorName(),
    date: new Date().toISOString(),
  };
  writeFileSync(join(folder, LAYOUT.record), `${JSON.stringify(record, null, 2)}\n`);
}

function checkSpace(folder: string, needed: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= needed) return;
  throw new UserError({
    file: folder,
    message: "Cannot set up the device",
    expected: `${megabytes(needed)} of free space on this disk`,
    got: megabytes(bavail * bsize),
    fix: "make room, or put the project on another disk",
  });
}

function problemOf(error: unknown): Problem {
  return error instanceof UserError ? (error.problems[0] as Problem) : { message: String(error) };
}

/** Runs the package's own install script, for platforms without wheels or without Python. */
async function runInstallScript(plan: SetupPlan, progress: SetupProgress): Promise<SetupResult> {
  progress.step(`running the install script of ${BINDING_PACKAGE}`);
  const kind = plan.device === "cuda" ? "gpu" : "cpu";
  const script = join("scripts", "install.js");
  const { code, output } = await runProgram([process.execPath, script, kind, "download"], {
    cwd: plan.packageFolder,
    onOutput: (text) => progress.status(`  ${text.trim().split("\n").at(-1)?.slice(0, 70)}`),
  });
  progress.status(null);
  const folder = plan.packageFolder;
  try {
    if (code !== 0 || !existsSync(join(folder, LAYOUT.binding))) {
      throw new UserError({
        message: `Cannot install TensorFlow with the script of ${BINDING_PACKAGE}`,
        expected: "its library of TensorFlow 2.9.1 and a binding built for Node-API 8",
        got: errorLines(output) || `exit code ${code}`,
        fix: "install pip or uv and try again: setup then takes the library from TensorFlow's wheel",
      });
    }
    progress.step("running a gradient on it");
    const runtime = await verifyInstallation(plan, folder);
    const withoutKernels = {
      message: "The install script brings no headers to build the project's kernels with",
    };
    return { folder, runtime, withoutKernels };
  } catch (error) {
    for (const name of ["lib", "deps"]) rmSync(join(folder, name), { recursive: true, force: true });
    throw error;
  }
}

/** The lines of a program's output that report an error, without stack traces. */
function errorLines(output: string): string {
  const lines = output.split("\n").filter((line) => /error/i.test(line) && !/^\s*at /.test(line));
  return lines.slice(0, 4).join("\n").trim();
}
