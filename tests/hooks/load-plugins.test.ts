/** Tests how plugins are found and loaded, and which are refused. */

import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { loadBuiltInPlugins } from "../../core/hooks/load-plugins.ts";
import { builtInPlugins, PLUGINS_FOLDER } from "../../core/hooks/locate-plugin.ts";
import { SURFACE_VERSION } from "../../core/hooks/surface-version.ts";
import { type PluginRun, UserError } from "../../core/plugin.ts";
import { problemsOf, Workspace } from "../support/workspace.ts";

const space = new Workspace();
afterAll(() => space.dispose());

const plugin = (name: string, rest = "") =>
  `export default { name: ${JSON.stringify(name)}, ${rest} setup() { return {}; } };`;

test("loadConfig() runs the plugins that a file lists, in its order, true with defaults and a mapping with options", async () => {
  const { config, plugins } = await space.load(
    "plugins:\n  wandb: { mode: offline }\n  checkpoint: true\n  progress: false\n  system_metrics: true\n",
  );
  expect(plugins.map(({ key, plugin, options }) => [key, plugin.name, options])).toEqual([
    ["wandb", "wandb", { mode: "offline", entity: null, watch: { log_freq: 100 } }],
    ["checkpoint", "checkpoint", { save_every_n_epochs: 10 }],
    ["system_metrics", "system_metrics", {}],
  ]);
  expect(Object.entries(config.plugins)).toEqual([
    ["wandb", { mode: "offline", entity: null, watch: { log_freq: 100 } }],
    ["checkpoint", { save_every_n_epochs: 10 }],
    ["progress", false],
    ["system_metrics", true],
  ]);
});

test("loadConfig() places plugins before and after the rest by their order", async () => {
  for (const [name, order] of [
    ["last", "post"],
    ["middle", ""],
    ["first", "pre"],
    ["second", "pre"],
  ]) {
    space.write(`${name}.ts`, plugin(name!, order ? `order: "${order}",` : ""));
  }
  const { plugins } = await space.load(
    "plugins:\n  ./last.ts: true\n  ./first.ts: true\n  ./middle.ts: true\n  progress: true\n  ./second.ts: true\n",
  );
  expect(plugins.map(({ plugin }) => plugin.name)).toEqual(["first", "second", "middle", "progress", "last"]);
});

test("loadConfig() takes a plugin by relative and absolute path, and keeps the absolute one", async () => {
  const absolute = space.write("my folder/mine.ts", plugin("mine"));
  for (const key of ["./my folder/mine.ts", "my folder/mine.ts", absolute]) {
    const { config, plugins } = await space.load(`plugins:\n  "${key}": { any: option }\n`);
    expect(plugins[0]).toMatchObject({ key: absolute, path: absolute, options: { any: "option" } });
    expect(config.plugins).toEqual({ [absolute]: { any: "option" } });
  }
});

test("loadConfig() hands over the options of a plugin without fields as they are, with those of the command line", async () => {
  space.write("plain.js", plugin("plain"));
  const { plugins } = await space.load("plugins:\n  ./plain.js: { a: [1, { b: null }], c: x }\n", [
    "--plugins../plain.js.c=3",
    "--plugins../plain.js.deep.er=true",
  ]);
  expect(plugins[0]?.options).toEqual({ a: [1, { b: null }], c: 3, deep: { er: true } });
});

test("loadConfig() takes any name of an option of a plugin without fields, and changes no other object", async () => {
  space.write("plain.js", plugin("plain"));
  const args = ["--plugins../plain.js.__proto__.odd=1", "--plugins../plain.js.constructor.name=x"];
  const { plugins } = await space.load("plugins: { ./plain.js: true }\n", args);
  expect(({} as { odd?: unknown }).odd).toBeUndefined();
  expect(JSON.stringify(plugins[0]?.options)).toBe('{"__proto__":{"odd":1},"constructor":{"name":"x"}}');
});

test("loadConfig() matches a path on the command line with the same file in the configuration", async () => {
  const absolute = space.write("same.ts", plugin("same"));
  const { config } = await space.load(`plugins:\n  ${absolute}: true\n`, ["--plugins../same.ts=false"]);
  expect(config.plugins).toEqual({ [absolute]: false });
});

test("loadConfig() takes an installed package by name, and never fetches one", async () => {
  space.write("node_modules/table-plugin/package.json", '{ "name": "table-plugin", "main": "main.js" }');
  space.write(
    "node_modules/table-plugin/main.js",
    "module.exports = { name: 'packaged', setup: () => ({}) };",
  );
  const { plugins } = await space.load("plugins: { table-plugin: true }\n");
  expect(plugins[0]?.plugin.name).toBe("packaged");
  const absent = await space.problem("plugins: { is-odd: true }\n");
  expect(absent.message).toBe("Cannot find the plugin is-odd");
});

test("loadConfig() offers the nearest built-in plugin, also for one that is switched off", async () => {
  expect(await space.problem("plugins:\n  wandbb: false\n")).toEqual({
    file: "run.yaml",
    line: 2,
    column: 3,
    message: "Cannot find the plugin wandbb",
    expected:
      "a built-in plugin (checkpoint, progress, system_metrics, wandb), a path (./my/plugin.ts) or an installed package",
    got: "wandbb",
    fix: "wandb",
  });
  expect((await space.problem("plugins: { system-metrics: true }\n")).fix).toBe("system_metrics");
  expect((await space.problem("data: {}\n", ["--plugins.wand=false"])).fix).toBe("wandb");
});

test("loadConfig() names the path where a plugin's file is missing, and the file that was probably meant", async () => {
  space.write("there/notify.ts", plugin("notify"));
  const near = await space.problem("plugins: { ./there/notfy.ts: true }\n");
  expect(near.message).toBe(`Cannot find the plugin ${join(space.folder, "there/notfy.ts")}`);
  expect([near.got, near.fix]).toEqual(["no such file", join(space.folder, "there/notify.ts")]);
  const folder = await space.problem("plugins: { ./nowhere/x.ts: true }\n");
  expect(folder.got).toBe(`no folder ${join(space.folder, "nowhere")}`);
  const file = await space.problem("plugins: { ./there/notify.ts/plugin.ts: true }\n");
  expect(file.got).toBe(`${join(space.folder, "there/notify.ts")}, which cannot be read as a folder`);
  space.write("mine/plugin.ts", plugin("mine"));
  const inside = await space.problem("plugins: { ./mine: true }\n");
  expect([inside.got, inside.fix]).toEqual(["a folder", join(space.folder, "mine/plugin.ts")]);
  await space.load("plugins: { ./there/gone.ts: false, /not/there/gone.ts: false }\n");
});

test("loadConfig() offers the file beside the configuration for a path that was meant from there", async () => {
  const beside = space.write("configs/helper.ts", plugin("helper"));
  space.write("configs/run.yaml", "plugins: { ./helper.ts: true }\n");
  const [problem] = await problemsOf(space.loadFile("configs/run.yaml"));
  expect([problem?.got, problem?.fix]).toEqual(["no such file", beside]);
});

test("loadConfig() refuses what is neither true, false nor options, and a list of plugins", async () => {
  const empty = await space.problem("plugins:\n  progress:\n");
  expect([empty.expected, empty.got, empty.fix]).toEqual([
    "true, false, or a mapping of options",
    "nothing",
    "progress: true",
  ]);
  expect((await space.problem("plugins: { wandb: offline }\n")).got).toBe('"offline"');
  const list = await space.problem("plugins: [checkpoint, wandb]\n");
  expect([list.column, list.expected]).toEqual([10, "a mapping of plugins to true, false or their options"]);
  const line = await space.problem("plugins: { wandb: true }\n", ["--plugins.wandb=offline"]);
  expect(line.expected).toBe("true, false, or an option of it: --plugins.wandb.<option>=…");
});

test("loadConfig() checks a plugin's options like any other key", async () => {
  const problems = await space.problems(
    "plugins:\n  wandb:\n    mode: offlin\n    watch: { log_frq: 0 }\n    x: 1\n",
    ["--plugins.wandb.watch.log_freq=0", "--plugins.wandb.modee=online"],
  );
  expect(problems.map(({ line, where, message, fix }) => [line ?? where, message, fix])).toEqual([
    [3, "Cannot use plugins.wandb.mode", "mode: offline"],
    [4, "Cannot use plugins.wandb.watch.log_frq", "log_freq"],
    [5, "Cannot use plugins.wandb.x", undefined],
    ["command line, --plugins.wandb.modee=online", "Cannot use plugins.wandb.modee", "--plugins.wandb.mode"],
    [
      "command line, --plugins.wandb.watch.log_freq=0",
      "Cannot use plugins.wandb.watch.log_freq",
      "--plugins.wandb.watch.log_freq=1",
    ],
  ]);
});

test("loadConfig() refuses a plugin that is listed twice, by path or by name", async () => {
  const absolute = space.write("twice.ts", plugin("twice"));
  const path = await space.problem(`plugins:\n  ./twice.ts: true\n  ${absolute}: true\n`);
  expect([path.line, path.expected, path.got]).toEqual([
    3,
    "each plugin once",
    `${absolute}, which line 2 has already`,
  ]);
  space.write("other.ts", plugin("checkpoint"));
  const name = await space.problem("plugins:\n  checkpoint: true\n  ./other.ts: true\n");
  expect([name.line, name.got]).toEqual([3, "the plugin named checkpoint, which line 2 has already"]);
});

test("loadConfig() says what keeps a plugin's file from loading, and where", async () => {
  const syntax = space.write("syntax.ts", "export default {\n  name: ;\n};\n");
  const problem = await space.problem("plugins:\n  ./syntax.ts: true\n");
  expect([problem.line, problem.message]).toEqual([2, `Cannot load the plugin ${syntax}`]);
  expect(problem.got).toEndWith(`, at ${syntax}:2:9`);
  const two = space.write(
    "two.ts",
    'export default {\n  name: "p",\n  setup: () => ({{ onGradStep() {} },\n',
  );
  const { got } = await space.problem("plugins:\n  ./two.ts: true\n");
  expect(got).toContain(`at ${two}:3:18; `);
  space.write("absent.ts", 'import "./nothing-here.ts";\nexport default {};\n');
  expect((await space.problem("plugins: { ./absent.ts: true }\n")).got).toContain("'./nothing-here.ts'");
  const thrown = space.write("thrown.ts", 'throw new TypeError("no camera");\n');
  expect((await space.problem("plugins: { ./thrown.ts: true }\n")).got).toStartWith(
    `TypeError: no camera, at ${thrown}:1:`,
  );
});

test("loadConfig() keeps the error of an import as the cause", async () => {
  space.write("cause.ts", 'throw new Error("the first one");\n');
  const error = await space.load("plugins: { ./cause.ts: true }\n").catch((caught: Error) => caught);
  expect((error as Error).cause).toMatchObject({ message: "the first one" });
});

test("loadConfig() refuses default exports that have no plugin's shape", async () => {
  const got = async (code: string, name: string) => {
    space.write(name, code);
    return (await space.problems(`plugins: { ./${name}: true }\n`)).map(
      ({ message, got }) => `${message.split(".ts as a plugin")[1]} ${got}`,
    );
  };
  expect(await got("export const plugin = {};", "a.ts")).toEqual([" no default export, only plugin"]);
  expect(await got("export {};", "b.ts")).toEqual([" no default export"]);
  expect(await got("export default () => ({});", "c.ts")).toEqual([" a function"]);
  expect(await got("export default {};", "d.ts")).toEqual([": name nothing", ": setup nothing"]);
  expect(await got('export default { name: "", setup: 3, order: "first", critical: 1 };', "e.ts")).toEqual([
    ': name ""',
    ": setup 3",
    ': order "first"',
    ": critical 1",
  ]);
  expect(await got('export default { name: "x", setup() {}, options: { a: 1 } };', "f.ts")).toEqual([
    ": options an object",
  ]);
  expect(await got('export default { name: "x", setup() {}, onEpochEnd() {} };', "g.ts")).toEqual([
    ": onEpochEnd a function",
  ]);
  expect(await got('export default { name: "x", setup() {}, option: {} };', "h.ts")).toEqual([
    ": option an object",
  ]);
});

test("loadConfig() lets setup() see its own plugin, an instance of a class too", async () => {
  space.write(
    "class.ts",
    `class Counter {
       name = "counter"; #seen = 0;
       options = { start: { kind: "integer", default: 5 } };
       setup(run, { start }) { return { saveState: () => start + this.step() }; }
       step() { return 1; }
     }
     export default new Counter();`,
  );
  const { plugins } = await space.load("plugins: { ./class.ts: true }\n");
  const hooks = await plugins[0]!.plugin.setup({} as never, plugins[0]!.options as never);
  expect(hooks.saveState?.()).toBe(6);
});

test("builtInPlugins() finds the project's plugins by name, each of which carries that name", async () => {
  const names = [...builtInPlugins(PLUGINS_FOLDER).keys()];
  expect(names).toContain("system_metrics");
  expect((await loadBuiltInPlugins()).map(({ name }) => name)).toEqual(names);
});

test("loadConfig() finds packages from the configuration's folder first, and keeps the file of such a one", async () => {
  const source = (name: string) => `export default { name: "${name}", setup: () => ({}) };`;
  const manifest = '{ "name": "found", "type": "module", "exports": "./index.js" }';
  for (const [folder, name] of [
    ["settings/", "beside_config"],
    ["", "beside_current"],
  ]) {
    space.write(`${folder}node_modules/found/package.json`, manifest);
    space.write(`${folder}node_modules/found/index.js`, source(name!));
  }
  const yaml = "plugins: { found: { a: 1 } }\n";
  space.write("settings/run.yaml", yaml);
  const beside = await space.loadFile("settings/run.yaml", ["--plugins.found.b=2"]);
  expect(beside.plugins[0]!.plugin.name).toBe("beside_config");
  const file = join(space.folder, "settings/node_modules/found/index.js");
  expect(beside.config.plugins).toEqual({ [file]: { a: 1, b: 2 } });
  const { plugins, config } = await space.load(yaml);
  expect([plugins[0]!.plugin.name, Object.keys(config.plugins)]).toEqual(["beside_current", ["found"]]);
});

test("loadConfig() says of a package what is wrong with it: no file, no plugin, another version of this project", async () => {
  const install = (name: string, manifest: object, source = "export default {};") => {
    space.write(`node_modules/${name}/package.json`, JSON.stringify({ name, type: "module", ...manifest }));
    space.write(`node_modules/${name}/index.js`, source);
  };
  install("hollow", { exports: "./gone.js" });
  expect(await space.problem("plugins: { hollow: true }\n")).toMatchObject({
    message: "Cannot load the plugin hollow",
    got: "none that exists",
  });
  install("mute", { exports: "./index.js" }, "export const x = 1;");
  expect((await space.problem("plugins: { mute: true }\n")).got).toBe("no default export, only x");
  install("future", { exports: "./index.js", peerDependencies: { tablesense2: ">=99" } });
  expect(await space.problem("plugins: { future: true }\n")).toMatchObject({
    message: "Cannot use the plugin future",
    got: "one for >=99, as its package.json says (peerDependencies)",
  });
  space.write("node_modules/blank/package.json", "null");
  space.write("node_modules/blank/index.js", plugin("blank"));
  expect((await space.load("plugins: { blank: true }\n")).plugins).toHaveLength(1);
  const nowhere = await space.problem("plugins: { table-counter: true }\n");
  expect(nowhere.got).toBe(
    `no package table-counter in ${join(space.folder, "node_modules")}, or a folder above`,
  );
});

test("loadConfig() refuses a plugin for another version of the public surface, and takes one for this", async () => {
  const source = (surface: unknown) =>
    `export default { name: "x", surface: ${JSON.stringify(surface)}, setup: () => ({}) };`;
  space.write("surface.js", source(SURFACE_VERSION));
  expect((await space.load("plugins: { ./surface.js: true }\n")).plugins).toHaveLength(1);
  for (const surface of [SURFACE_VERSION + 1, 0, 1.5, "1"]) {
    const file = `./surface-${String(surface).replace(".", "-")}${typeof surface}.js`;
    space.write(file, source(surface));
    const problem = await space.problem(`plugins: { ${file}: true }\n`);
    expect(problem.message).toEndWith(" as a plugin: surface");
    expect(problem.expected).toContain(`${SURFACE_VERSION}, the version of the public surface`);
    expect(problem.got).toBe(JSON.stringify(surface));
  }
});

test("a plugin's file anywhere gets the surface of this project by name, with the same classes", async () => {
  space.write(
    "by-name.ts",
    `import { definePlugin, UserError } from "tablesense2/plugin";
    export default definePlugin({ name: "by_name", options: {}, setup() { throw new UserError({ message: "no" }); } });`,
  );
  // Another copy, as a package manager may install it, does not count.
  space.write(
    "node_modules/tablesense2/package.json",
    '{ "name": "tablesense2", "exports": { "./plugin": "./p.js" } }',
  );
  space.write(
    "node_modules/tablesense2/p.js",
    "export class UserError extends Error {}; export const definePlugin = () => 7;",
  );
  const { plugins } = await space.load("plugins: { ./by-name.ts: true }\n");
  expect(() => plugins[0]!.plugin.setup({} as PluginRun, {})).toThrow(UserError);
});
