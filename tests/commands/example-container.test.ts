/**
 * The container file of examples/: what its instructions may be, and, where CONTAINER_STEPS is set, its steps
 * in an empty folder with an empty home. No container engine is needed: its base image adds Node alone.
 */

import { expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { skipped } from "../support/skipped.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";

/** Set to anything but an empty text: npm and the project's packages are installed from the registry. */
const HAS_STEPS = (process.env.CONTAINER_STEPS ?? "") !== "";
if (!HAS_STEPS)
  skipped("the steps of the container file", "they install from npm; CONTAINER_STEPS=1 runs them");

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** One per line; comments and empty lines are none. */
function instructions(): Instruction[] {
  const text = readFileSync(join(PROJECT_ROOT, "examples/container/Containerfile"), "utf8");
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => ({ name: line.split(" ")[0]!, rest: line.slice(line.indexOf(" ") + 1) }));
}

const only = (name: string) =>
  instructions()
    .filter((each) => each.name === name)
    .map(({ rest }) => rest);

/** The words of ENTRYPOINT or CMD. */
const wordsOf = (name: string) => JSON.parse(only(name)[0]!) as string[];

const manifest = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"));

test("the container file installs from npm alone, and just the version of Bun that the project needs", () => {
  const bun = manifest.engines.bun.replace(">=", "");
  expect(instructions().map(({ name }) => name)).toEqual([
    ...["FROM", "RUN", "WORKDIR"],
    ...Array.from({ length: only("COPY").length }, () => "COPY"),
    ...["RUN", "ENTRYPOINT", "CMD"],
  ]);
  expect(only("FROM")).toEqual([expect.stringMatching(/^node:\d+-slim$/)]);
  expect(only("RUN")).toEqual([`npm install --global bun@${bun}`, "bun run setup small"]);
  expect(manifest.scripts).toHaveProperty(wordsOf("CMD")[0]!);
  expect(wordsOf("ENTRYPOINT")).toEqual(["bun", "run"]);
});

test("the container file copies what the package holds, and nothing that commands make", () => {
  const copied = only("COPY").flatMap((rest) => rest.split(" ").slice(0, -1));
  for (const path of copied) expect([path, existsSync(join(PROJECT_ROOT, path))]).toEqual([path, true]);
  expect(copied).toEqual(expect.arrayContaining(manifest.files));
  for (const made of [".", ".cache", ".git", "node_modules", "runs", "training_data"]) {
    expect(copied).not.toContain(made);
  }
});

/** The folder as the image has it, with a program that runs words there and knows npm alone. */
async function builtFolder(folder: TemporaryFolder) {
  const [app, home, prefix, tools] = ["app", "home", "prefix", "tools"].map((name) => {
    mkdirSync(folder.join(name));
    return folder.join(name);
  });
  for (const tool of ["node", "npm", "npx", "sh", "env"]) symlinkSync(Bun.which(tool)!, join(tools!, tool));
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  const env = {
    PATH: `${prefix}/bin:${tools}`,
    HOME: home!,
    npm_config_prefix: prefix!,
    ...(certificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificates }),
  };
  const run = async (words: readonly string[]) => {
    // The shell looks for the program where the folder's own PATH says.
    const shell = ["sh", "-c", '"$@"', "sh", ...words];
    const child = Bun.spawn(shell, { cwd: app, env, stdout: "pipe", stderr: "pipe" });
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { code: await child.exited, out, err };
  };
  for (const { name, rest } of instructions()) {
    if (name === "COPY") {
      const [to, ...from] = rest.split(" ").reverse();
      for (const path of from) {
        const place = to === "./" ? join(app!, basename(path)) : join(app!, to!);
        cpSync(join(PROJECT_ROOT, path), place, { recursive: true });
      }
    } else if (name === "RUN") {
      const { code, err } = await run(["sh", "-c", rest]);
      expect([rest, code, code === 0 ? "" : err]).toEqual([rest, 0, ""]);
    }
  }
  return run;
}

test.skipIf(!HAS_STEPS)(
  "the steps of the container file make a folder whose commands install nothing further",
  async () => {
    using folder = temporaryFolder("container");
    const run = await builtFolder(folder);
    const help = await run([...wordsOf("ENTRYPOINT"), ...wordsOf("CMD")]);
    expect([help.code, help.out.includes("predict")]).toEqual([0, true]);
    const found = await run([...wordsOf("ENTRYPOINT"), "predict", "docs/samples/budget.xlsx"]);
    expect([found.code, found.out.includes("budget.xlsx")]).toEqual([0, true]);
    expect(found.err).not.toContain("install");
  },
  600_000,
);
