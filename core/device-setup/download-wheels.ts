/** Downloads wheels with the user's pip or uv, which know the user's index, proxy and certificates. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../base/problem.ts";
import { runProgram } from "../base/run-program.ts";
import type { Wheel } from "../tensor/native/wheels.ts";
import { sha256Of } from "./plan.ts";
import type { WheelDownloader } from "./tools.ts";

/** The result of a download: wheels as files (pip), or unpacked in one folder (uv keeps no wheels). */
export type DownloadedWheels =
  | { readonly kind: "files"; readonly files: readonly string[] }
  | { readonly kind: "unpacked"; readonly folder: string };

/**
 * Downloads wheels into a folder. Both programs get the hashes and refuse other files. The files of pip are
 * hashed here once more.
 *
 * @throws {UserError} With the end of the program's output.
 */
export async function downloadWheels(
  downloader: WheelDownloader,
  wheels: readonly Wheel[],
  folder: string,
): Promise<DownloadedWheels> {
  mkdirSync(folder, { recursive: true });
  const requirements = join(folder, "requirements.txt");
  writeFileSync(
    requirements,
    wheels.map((wheel) => `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`).join(""),
  );
  const target = join(folder, "wheels");
  const command = [
    ...downloader.command,
    ...(downloader.name === "pip" ? pipArguments(wheels, target) : uvArguments(wheels, target)),
    "--no-deps",
    "--require-hashes",
    "--requirement",
    requirements,
  ];
  const { code, output } = await runProgram(command);
  if (code !== 0) throw downloadFailed(downloader, wheels, output);
  if (downloader.name === "uv") return { kind: "unpacked", folder: target };
  const files = wheels.map((wheel) => join(target, wheel.file));
  for (const [i, file] of files.entries()) await checkWheel(file, wheels[i] as Wheel);
  return { kind: "files", files };
}

/** The tags of a wheel: its Python, and all platforms in its name. */
function tags(wheel: Wheel): { python: string; platforms: string[] } {
  const [python, , platform] = wheel.file
    .replace(/\.whl$/, "")
    .split("-")
    .slice(-3) as [string, string, string];
  return { python, platforms: platform.split(".") };
}

function pipArguments(wheels: readonly Wheel[], target: string): string[] {
  const platforms = new Set(wheels.flatMap((wheel) => tags(wheel).platforms));
  return [
    ...["download", "--dest", target, "--only-binary", ":all:", "--disable-pip-version-check"],
    ...["--implementation", "cp", "--python-version", pythonVersion(wheels)],
    ...[...platforms].flatMap((platform) => ["--platform", platform]),
  ];
}

function uvArguments(wheels: readonly Wheel[], target: string): string[] {
  const platform = tags(wheels[0] as Wheel).platforms[0] as string;
  const uvPlatform = platform.startsWith("macosx")
    ? "aarch64-apple-darwin"
    : `${platform.endsWith("aarch64") ? "aarch64" : "x86_64"}-manylinux_2_28`;
  return [
    ...["pip", "install", "--target", target, "--only-binary", ":all:", "--link-mode", "copy"],
    ...["--python-version", pythonVersion(wheels), "--python-platform", uvPlatform],
  ];
}

/** The Python version of the first wheel: "3.12" for cp312. */
function pythonVersion(wheels: readonly Wheel[]): string {
  const { python } = tags(wheels[0] as Wheel);
  return python.startsWith("cp3") ? `3.${python.slice(3)}` : "3.12";
}

async function checkWheel(file: string, wheel: Wheel): Promise<void> {
  const got = existsSync(file) ? `sha256 ${await sha256Of(file)}` : "no such file after the download";
  if (got !== `sha256 ${wheel.sha256}`) {
    throw new UserError({
      file,
      message: "Cannot use the downloaded wheel",
      expected: `sha256 ${wheel.sha256}`,
      got,
      fix: "try again; if that fails too, the index does not serve the published file",
    });
  }
}

function downloadFailed(downloader: WheelDownloader, wheels: readonly Wheel[], output: string): UserError {
  const end = output.trim().split("\n").slice(-4).join("\n");
  return new UserError({
    message: `Cannot download ${wheels.map((wheel) => wheel.package).join(", ")} with ${downloader.name}`,
    expected: "a Python package index that can be reached and has it",
    got: end || "no output",
    fix: `check the index and proxy settings of ${downloader.command.join(" ")}; or download ${wheels[0]?.file} elsewhere and pass it with --wheel`,
  });
}
