/** Plans a setup: decides everything before anything is changed. */

import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { basename, join } from "node:path";
import { type Problem, UserError } from "../base/problem.ts";
import { fileSize } from "../files/file-state.ts";
import {
  bindingFolder,
  bindingPackage,
  type InstallationRecord,
  nativeStore,
  readInstallation,
} from "../tensor/native/installation.ts";
import {
  type NativeDevice,
  TENSORFLOW_VERSION,
  type Wheel,
  type WheelSet,
  wheelSet,
} from "../tensor/native/wheels.ts";
import { type Compiler, findCompiler, findDownloader, type WheelDownloader } from "./tools.ts";

/** The source of the library. */
type LibrarySource =
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "installed"; readonly folder: string; readonly record: InstallationRecord }
  | {
      readonly kind: "wheel";
      readonly file: string;
      readonly wheel: Wheel;
      readonly libraries: readonly Wheel[];
    }
  | { readonly kind: "index"; readonly wheel: Wheel; readonly libraries: readonly Wheel[] }
  | { readonly kind: "script" };

export interface SetupPlan {
  readonly device: NativeDevice;
  readonly platform: string;
  readonly source: LibrarySource;
  /** The wheels to download, with their hashes. */
  readonly downloads: readonly Wheel[];
  readonly downloader: WheelDownloader | null;
  readonly compiler: Compiler | null;
  /** True: the package with the binding has to be installed first. */
  readonly needsPackages: boolean;
  /** The folder of the package whose sources are compiled. */
  readonly packageFolder: string;
  /** The most free space that the setup needs while it works, in bytes. */
  readonly bytesNeeded: number;
}

export interface SetupOptions {
  readonly device: NativeDevice;
  /** A folder with TensorFlow's library and headers, which is used unchecked. */
  readonly lib?: string;
  /** A wheel on this machine. */
  readonly wheel?: string;
  /** @default this machine's, in Node's names: "linux-x64" */
  readonly platform?: string;
}

/**
 * The size of the needed files per byte of a wheel: 3.2 for TensorFlow 2.21, less for the libraries of
 * CUDA.
 */
const UNPACKED_RATIO = { tensorflow: 3.3, nvidia: 2 };

/**
 * Chooses the source of the library and looks for the tools of the build.
 *
 * @throws {UserError} With everything that is missing.
 */
export async function planSetup(options: SetupOptions): Promise<SetupPlan> {
  const { device, platform = `${process.platform}-${process.arch}` } = options;
  const problems: Problem[] = [];
  const wheels = wheelSet(device, platform);
  const needsIndex = options.lib === undefined && (options.wheel === undefined || device === "cuda");
  const [compiler, downloader] = await Promise.all([findCompiler(), needsIndex ? findDownloader() : null]);
  const source = await chooseSource(options, platform, wheels, downloader, problems);
  if (compiler === null && source?.kind !== "script") problems.push(noCompiler(platform));
  if (problems.length > 0) throw new UserError(problems);
  const wanted = source === null ? [] : downloadsOf(source);
  const bytes = wanted.reduce((sum, wheel) => sum + wheel.bytes, 0);
  const unpacked = [...wanted, ...(source?.kind === "wheel" ? [source.wheel] : [])];
  return {
    device,
    platform,
    source: source as LibrarySource,
    downloads: wanted,
    downloader,
    compiler,
    needsPackages: bindingPackage() === null,
    packageFolder: bindingFolder(),
    bytesNeeded: Math.round(bytes + unpacked.reduce((sum, wheel) => sum + unpackedBytes(wheel), 0)),
  };
}

function unpackedBytes({ package: name, bytes }: Wheel): number {
  return bytes * UNPACKED_RATIO[name.startsWith("nvidia") ? "nvidia" : "tensorflow"];
}

async function chooseSource(
  { device, lib, wheel }: SetupOptions,
  platform: string,
  wheels: WheelSet | null,
  downloader: WheelDownloader | null,
  problems: Problem[],
): Promise<LibrarySource | null> {
  if (lib !== undefined && wheel !== undefined) {
    problems.push({
      message: "Cannot tell which library to take",
      expected: "one of --lib and --wheel",
      got: "both",
    });
    return null;
  }
  if (lib !== undefined) return folderSource(lib, problems);
  if (wheel !== undefined) return wheelSource(wheel, wheels, problems);
  const installed = reusable(device, wheels);
  if (installed !== null) return installed;
  if (wheels !== null && downloader !== null) {
    return { kind: "index", wheel: wheels.tensorflow[0] as Wheel, libraries: wheels.libraries };
  }
  // The package's own script has no CUDA 12, and its libraries of 2022 are worth it on x86-64 alone.
  if (device === "native" && platform.endsWith("-x64")) return { kind: "script" };
  problems.push(
    wheels === null
      ? {
          message: `Cannot set up ${device} on ${platform}`,
          expected: device === "cuda" ? "linux-x64" : "linux-x64, linux-arm64 or darwin-arm64",
          got: platform,
          fix: "training.device: wasm, which runs everywhere; or --lib FOLDER with a TensorFlow library of your own",
        }
      : {
          message: "Cannot download TensorFlow's library",
          expected: "pip (python3 -m pip) or uv",
          got: "neither",
          fix: `install pip (apt-get install python3-pip) or uv; or pass ${wheels.tensorflow[0]?.file} with --wheel FILE`,
        },
  );
  return null;
}

/** The installed library, if it is the one to download: then only the build is repeated. */
function reusable(device: NativeDevice, wheels: WheelSet | null): LibrarySource | null {
  const folder = join(nativeStore(), device);
  const record = readInstallation(folder, device)?.record ?? null;
  if (record === null || findLibrary(join(folder, "deps")) === null || findHeaders(folder) === null)
    return null;
  const known = wheels?.tensorflow.some((wheel) => wheel.sha256 === record.sha256) ?? false;
  return known ? { kind: "installed", folder, record } : null;
}

function folderSource(folder: string, problems: Problem[]): LibrarySource {
  if (findLibrary(folder) === null || findHeaders(folder) === null) {
    problems.push({
      file: folder,
      message: "Cannot take TensorFlow from this folder",
      expected:
        "libtensorflow_cc.so.2 or libtensorflow.so.2 in it or its lib/, and include/tensorflow/c/c_api.h",
      got: existsSync(folder)
        ? `no ${findLibrary(folder) === null ? "library" : "headers"} there`
        : "no such folder",
      fix: 'an unpacked wheel\'s tensorflow/ folder, or that of an installed Python: python3 -c "import tensorflow; print(tensorflow.__path__[0])"',
    });
  }
  return { kind: "folder", folder };
}

async function wheelSource(
  file: string,
  wheels: WheelSet | null,
  problems: Problem[],
): Promise<LibrarySource | null> {
  const known = wheels?.tensorflow ?? [];
  const expected = known.map((wheel) => wheel.file).join("\n") || "no wheel is known for this platform";
  if (fileSize(file) === null) {
    problems.push({ file, message: "Cannot read the wheel", expected, got: "no such file" });
    return null;
  }
  const sha256 = await sha256Of(file);
  const wheel = known.find((candidate) => candidate.sha256 === sha256);
  if (wheel === undefined) {
    problems.push({
      file,
      message: "Cannot trust this wheel",
      expected: `one of TensorFlow ${TENSORFLOW_VERSION}:\n${expected}`,
      got: `${basename(file)} with sha256 ${sha256}`,
      fix: "download it again; or unpack it yourself and pass its folder with --lib, which is used unchecked",
    });
    return null;
  }
  return { kind: "wheel", file, wheel, libraries: wheels?.libraries ?? [] };
}

function downloadsOf(source: LibrarySource): readonly Wheel[] {
  if (source.kind === "index") return [source.wheel, ...source.libraries];
  return source.kind === "wheel" ? source.libraries : [];
}

/** The SHA-256 of a file, in hexadecimal. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 22 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** The names of the two files of the library, in Python wheels and in the C library of older releases. */
const LIBRARY_NAMES = [
  ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"],
  ["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"],
  ["libtensorflow.so.2", "libtensorflow_framework.so.2"],
  ["libtensorflow.2.dylib", "libtensorflow_framework.2.dylib"],
] as const;

/** The two files of the library in a folder or its lib/, as absolute paths; null if they are missing. */
export function findLibrary(folder: string): [string, string] | null {
  for (const inside of [folder, join(folder, "lib")]) {
    for (const [main, framework] of LIBRARY_NAMES) {
      const paths: [string, string] = [join(inside, main), join(inside, framework)];
      if (paths.every((path) => existsSync(path))) return paths;
    }
  }
  return null;
}

/** The include folder of a folder, or null. */
export function findHeaders(folder: string): string | null {
  const include = join(folder, "include");
  return existsSync(join(include, "tensorflow", "c", "c_api.h")) ? include : null;
}

function noCompiler(platform: string): Problem {
  const fix = platform.startsWith("darwin")
    ? "xcode-select --install"
    : "apt-get install g++ (Debian, Ubuntu), dnf install gcc-c++ (Fedora)";
  return {
    message: "Cannot build the binding",
    expected: "a C++17 compiler: g++ or clang++, or the one that CXX names",
    got: process.env.CXX ? `CXX=${process.env.CXX}, which does not run` : "none",
    fix,
  };
}
