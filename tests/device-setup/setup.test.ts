/** Tests how the libraries of a device are planned, downloaded, unpacked and removed. */

import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { UserError } from "../../core/base/problem.ts";
import { runProgram } from "../../core/base/run-program.ts";
import { describePlan } from "../../core/device-setup/describe-plan.ts";
import { downloadWheels } from "../../core/device-setup/download-wheels.ts";
import { linkPackage, unlinkPackage } from "../../core/device-setup/link-package.ts";
import { planSetup, sha256Of } from "../../core/device-setup/plan.ts";
import { removeDevice } from "../../core/device-setup/remove-device.ts";
import { findCompiler } from "../../core/device-setup/tools.ts";
import { placeOfWheelFile, takeUnpacked, unpackWheel } from "../../core/device-setup/unpack-wheel.ts";
import { ZipArchive } from "../../core/excel/write/zip-archive.ts";
import { BINDING_PACKAGE, findInstallation, LAYOUT } from "../../core/tensor/native/installation.ts";
import { kernelSourceHash, kernelsProblem, processorName } from "../../core/tensor/native/kernel-sources.ts";
import { type Wheel, wheelSet } from "../../core/tensor/native/wheels.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(30_000); // programs of the machine are called, which may be busy

let temporary: TemporaryFolder;
let folder: string;
beforeEach(() => {
  temporary = temporaryFolder("native");
  folder = temporary.path;
});
afterEach(() => temporary.remove());

/** A file in the test's folder, with the folders above it. */
function put(name: string, content: string | Uint8Array = ""): string {
  return temporary.write(name, content);
}

const failure = (work: Promise<unknown>): Promise<UserError> =>
  work.then(
    () => {
      throw new Error("It did not fail");
    },
    (error: UserError) => error,
  );

describe("wheelSet()", () => {
  const sets = [
    ["native", "linux-x64"],
    ["native", "linux-arm64"],
    ["native", "darwin-arm64"],
    ["cuda", "linux-x64"],
  ] as const;
  for (const [device, platform] of sets) {
    test(`of ${device} on ${platform} names every file with its version and a whole hash`, () => {
      const { tensorflow, libraries } = wheelSet(device, platform)!;
      for (const wheel of [...tensorflow, ...libraries]) {
        expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(wheel.file.startsWith(`${wheel.package.replaceAll("-", "_")}-${wheel.version}-`)).toBe(true);
        expect(wheel.bytes).toBeGreaterThan(1e6);
      }
      expect(new Set([...tensorflow, ...libraries].map((wheel) => wheel.sha256)).size).toBe(
        tensorflow.length + libraries.length,
      );
    });
  }

  test("is null where no wheel is published", () => {
    expect(wheelSet("native", "win32-x64")).toBeNull();
    expect(wheelSet("cuda", "darwin-arm64")).toBeNull();
  });
});

describe("planSetup()", () => {
  test("refuses --lib and --wheel together, a folder without a library and a wheel that is not there", async () => {
    const both = await failure(planSetup({ device: "native", lib: folder, wheel: "x.whl" }));
    expect(both.message).toContain("got       both");
    const empty = await failure(planSetup({ device: "native", lib: folder }));
    expect(empty.message).toContain("no library there");
    for (const wheel of [join(folder, "no.whl"), join(put("file", ""), "no.whl")]) {
      const missing = await failure(planSetup({ device: "native", wheel }));
      expect(missing.message).toContain("no such file");
    }
  });

  test("refuses a wheel whose hash is not in the list, and says its hash", async () => {
    const wheel = put("tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl", "not it");
    const { message } = await failure(planSetup({ device: "native", wheel, platform: "linux-x64" }));
    expect(message).toContain("Cannot trust this wheel");
    expect(message).toContain(await sha256Of(wheel));
  });

  test("says which platforms there are where the device has none", async () => {
    const { message } = await failure(planSetup({ device: "cuda", platform: "darwin-arm64" }));
    expect(message).toContain("expected  linux-x64");
    expect(message).toContain("got       darwin-arm64");
  });

  test("names a compiler that CXX names and that does not run", async () => {
    const before = process.env.CXX;
    process.env.CXX = "no-such-compiler";
    try {
      const { message } = await failure(planSetup({ device: "native", lib: folder }));
      expect(message).toContain("CXX=no-such-compiler, which does not run");
      expect(message).toContain("no library there"); // all problems at once
    } finally {
      if (before === undefined) delete process.env.CXX;
      else process.env.CXX = before;
    }
  });

  test("takes a folder with a library and headers", async () => {
    put("lib/libtensorflow.so.2");
    put("lib/libtensorflow_framework.so.2");
    put("include/tensorflow/c/c_api.h");
    if ((await findCompiler()) === null) return expect(await findCompiler()).toBeNull();
    const plan = await planSetup({ device: "native", lib: folder });
    expect(plan.source).toEqual({ kind: "folder", folder });
    expect(plan.downloads).toEqual([]);
    expect(describePlan(plan)).toContain(`from ${folder}, unchecked`);
  });
});

describe("describePlan()", () => {
  test("lists every file that cuda would download, with its hash", async () => {
    const { tensorflow, libraries } = wheelSet("cuda", "linux-x64")!;
    const downloads = [tensorflow[0]!, ...libraries];
    const text = describePlan({
      device: "cuda",
      platform: "linux-x64",
      source: { kind: "index", wheel: tensorflow[0]!, libraries },
      downloads,
      downloader: { name: "pip", command: ["pip"], version: "pip 25" },
      compiler: { command: "g++", version: "g++ 12" },
      needsPackages: true,
      packageFolder: folder,
      bytesNeeded: 1e10,
    });
    expect(text).toContain("install the packages of the devices, about 404 MB");
    for (const { file, sha256 } of downloads) {
      expect(text).toContain(file);
      expect(text).toContain(sha256);
    }
    expect(text).toContain("download 3.4 GB with pip 25");
  });
});

describe("downloadWheels()", () => {
  const wheel: Wheel = {
    package: "tensorflow-cpu",
    version: "2.21.0",
    file: "tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl",
    sha256: new Bun.CryptoHasher("sha256").update("the wheel").digest("hex"),
    bytes: 9,
  };
  /** A stand-in for pip that runs a line of JavaScript with the arguments it was given. */
  const standIn = (script: string) => ({
    name: "pip" as const,
    command: [process.execPath, put("pip.js", `const args = process.argv.slice(2); ${script}`)],
    version: "pip",
  });
  const deliver = (content: string) =>
    standIn(`
      const folder = args[args.indexOf("--dest") + 1];
      const wanted = await Bun.file(args[args.indexOf("--requirement") + 1]).text();
      await Bun.write(folder + "/requirements-seen", wanted + args.join(" "));
      await Bun.write(folder + "/${wheel.file}", ${JSON.stringify(content)});`);

  test("asks for the exact version, its hash and the wheel's platform, and returns the file", async () => {
    const result = await downloadWheels(deliver("the wheel"), [wheel], folder);
    expect(result).toEqual({ kind: "files", files: [join(folder, "wheels", wheel.file)] });
    const seen = readFileSync(join(folder, "wheels", "requirements-seen"), "utf8");
    expect(seen).toContain(`tensorflow-cpu==2.21.0 --hash=sha256:${wheel.sha256}`);
    expect(seen).toContain("--python-version 3.12");
    expect(seen).toContain("--platform manylinux_2_27_x86_64");
    expect(seen).toContain("--require-hashes");
  });

  test("refuses a file with another hash", async () => {
    const { message } = await failure(downloadWheels(deliver("another"), [wheel], folder));
    expect(message).toContain(`expected  sha256 ${wheel.sha256}`);
  });

  test("reports the end of what pip said when it fails, and the file to fetch elsewhere", async () => {
    const pip = standIn(`console.error("ERROR: No matching distribution"); process.exit(1);`);
    const { message } = await failure(downloadWheels(pip, [wheel], folder));
    expect(message).toContain("ERROR: No matching distribution");
    expect(message).toContain(`download ${wheel.file} elsewhere and pass it with --wheel`);
  });
});

describe("unpackWheel()", () => {
  test("places libraries, needed headers and CUDA, and nothing else", () => {
    const place = placeOfWheelFile;
    expect(place("tensorflow/libtensorflow_cc.so.2")).toBe("deps/lib/libtensorflow_cc.so.2");
    expect(place("tensorflow/libtensorflow_framework.2.dylib")).toBe(
      "deps/lib/libtensorflow_framework.2.dylib",
    );
    expect(place("tensorflow/include/tensorflow/c/c_api.h")).toBe("include/tensorflow/c/c_api.h");
    expect(place("tensorflow/include/xla/tsl/c/x.h")).toBe("include/xla/tsl/c/x.h");
    expect(place("nvidia/cublas/lib/libcublas.so.12")).toBe("deps/nvidia/cublas/lib/libcublas.so.12");
    expect(place("tensorflow/include/xla/hlo/ir.h")).toBeNull();
    expect(place("tensorflow/python/x.so")).toBeNull();
    expect(place("nvidia/cublas/include/cublas.h")).toBeNull();
    expect(place("nvidia/../lib/evil.so")).toBeNull();
  });

  test("writes what it takes and tells its progress up to 1", async () => {
    const zip = new ZipArchive();
    const parts = [
      zip.add("tensorflow/libtensorflow_cc.so.2", "library ".repeat(1000)),
      zip.add("tensorflow/python/unused.py", "pass"),
      zip.add("tensorflow/include/tensorflow/c/c_api.h", "// header"),
      zip.end(),
    ];
    const progress: number[] = [];
    await unpackWheel(put("x.whl", Buffer.concat(parts)), join(folder, "out"), (done) => progress.push(done));
    const written = readdirSync(join(folder, "out"), { recursive: true, encoding: "utf8" });
    expect(written.filter((name) => name.includes(".")).sort()).toEqual([
      "deps/lib/libtensorflow_cc.so.2",
      "include/tensorflow/c/c_api.h",
    ]);
    expect(readFileSync(join(folder, "out/deps/lib/libtensorflow_cc.so.2"), "utf8").length).toBe(8000);
    expect(progress.at(-1)).toBe(1);
  });

  test("fails on a damaged archive", async () => {
    const zip = new ZipArchive();
    const bytes = Buffer.concat([zip.add("tensorflow/libtensorflow_cc.so.2", "library"), zip.end()]);
    const path = put("x.whl", bytes.subarray(0, bytes.length - 30));
    await expect(unpackWheel(path, join(folder, "out"))).rejects.toThrow();
  });
});

test("takeUnpacked() moves the same files out of a folder, folder by folder", () => {
  put("from/tensorflow/libtensorflow_cc.so.2", "library");
  put("from/tensorflow/include/tensorflow/c/c_api.h", "// header");
  put("from/tensorflow/include/tensorflow/c/eager/c_api.h", "// deeper");
  put("from/tensorflow/python/unused.py", "pass");
  takeUnpacked(join(folder, "from"), join(folder, "to"));
  expect(readFileSync(join(folder, "to/deps/lib/libtensorflow_cc.so.2"), "utf8")).toBe("library");
  expect(readFileSync(join(folder, "to/include/tensorflow/c/c_api.h"), "utf8")).toBe("// header");
  expect(readFileSync(join(folder, "to/include/tensorflow/c/eager/c_api.h"), "utf8")).toBe("// deeper");
  expect(existsSync(join(folder, "from/tensorflow/python/unused.py"))).toBe(true);
});

describe("an installation", () => {
  const packageFolder = () => join(folder, "node_modules", ...BINDING_PACKAGE.split("/"));
  const install = (device: "native" | "cuda") => {
    put(join(".cache/native", device, LAYOUT.binding), device);
    put(join(".cache/native", device, LAYOUT.kernels), "kernels");
    put(join(".cache/native", device, "deps/lib/x"), "");
    const record = { device, kernels: kernelSourceHash(), processor: processorName() };
    put(join(".cache/native", device, LAYOUT.record), JSON.stringify(record));
    linkPackage(packageFolder(), join(folder, ".cache/native", device));
  };

  test("is found in the project's cache, also after node_modules was made anew", () => {
    put(join("node_modules", BINDING_PACKAGE, "package.json"), "{}");
    expect(findInstallation("native", folder)).toBeNull();
    install("native");
    rmSync(join(folder, "node_modules"), { recursive: true });
    const found = findInstallation("native", folder)!;
    expect(readFileSync(found.binding, "utf8")).toBe("native");
    expect(found.record?.device).toBe("native");
    expect(findInstallation("cuda", folder)).toBeNull();
  });

  test("that the package's own script downloaded is found too, without a record", () => {
    put(join("node_modules", BINDING_PACKAGE, "package.json"), "{}");
    put(join("node_modules", BINDING_PACKAGE, LAYOUT.binding), "downloaded");
    const found = findInstallation("native", folder)!;
    expect(readFileSync(found.binding, "utf8")).toBe("downloaded");
    expect(found.record).toBeNull();
    expect(kernelsProblem(found)).toContain("not built");
  });

  test("keeps its kernels to their sources and their processor", () => {
    put(join("node_modules", BINDING_PACKAGE, "package.json"), "{}");
    install("native");
    const found = findInstallation("native", folder)!;
    expect(kernelsProblem(found)).toBeNull();
    const record = found.record!;
    expect(kernelsProblem({ ...found, record: { ...record, kernels: "0" } })).toContain("other sources");
    expect(kernelsProblem({ ...found, record: { ...record, processor: "486" } })).toContain("486");
  });

  test("is removed with its links; the other device's takes the links over", () => {
    put(join("node_modules", BINDING_PACKAGE, "package.json"), "{}");
    install("cuda");
    install("native");
    const binding = join(packageFolder(), LAYOUT.binding);
    expect(readFileSync(binding, "utf8")).toBe("native");
    expect(removeDevice("native", folder)).toEqual([join(folder, ".cache/native/native")]);
    expect(readFileSync(binding, "utf8")).toBe("cuda");
    removeDevice("cuda", folder);
    expect(existsSync(join(packageFolder(), "lib"))).toBe(false);
    expect(removeDevice("cuda", folder)).toEqual([]);
  });

  test("leaves links elsewhere alone", () => {
    put(join("node_modules", BINDING_PACKAGE, "package.json"), "{}");
    put("elsewhere/lib/x", "");
    symlinkSync(join(folder, "elsewhere/lib"), join(packageFolder(), "lib"));
    unlinkPackage(packageFolder(), join(folder, ".cache/native/native"));
    expect(lstatSync(join(packageFolder(), "lib")).isSymbolicLink()).toBe(true);
  });
});

test("runProgram() returns null and the reason for a program that does not exist", async () => {
  const { code, output } = await runProgram(["no-such-program-here"]);
  expect(code).toBeNull();
  expect(output).toContain("no-such-program-here");
});
