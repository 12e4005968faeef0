/**
 * Where a run is logged and under which name: put together from options, environment and run, and checked.
 */

import type { Config, OptionsOf, Problem } from "../../../core/plugin.ts";
import { type ApiKey, findApiKey, keyProblem } from "../access/api-key.ts";
import { chosenBaseUrl } from "../access/base-url.ts";
import type { ClientSettings } from "../access/client-settings.ts";
import type { ParentRun } from "./branch.ts";
import type { options } from "./options.ts";

export type WandbOptions = OptionsOf<typeof options>;

export interface Settings {
  /** Never `auto`: that is decided here. */
  readonly mode: "online" | "offline" | "disabled";
  /** What sends the run if it is online. */
  readonly transport: "direct" | "sdk";
  /** The address of the server, without a slash at its end. */
  readonly baseUrl: string;
  /** Never null if the mode is online. */
  readonly apiKey: ApiKey | null;
  /** The user or team that the run belongs to. Null: the default of the key. */
  readonly entity: string | null;
  readonly project: string;
  readonly runId: string;
  /** True if an earlier process logged the run, be it on another machine. */
  readonly isResumed: boolean;
  /** The run from which this one branched off; null: none. */
  readonly parent: ParentRun | null;
  readonly displayName: string;
  readonly group: string;
  readonly jobType: string;
  readonly notes: string;
  readonly tags: readonly string[];
  readonly sweepId: string;
  /**
   * What to do about a run of this id that the server already has. Null: go on with it if the server's rows
   * are those of this run, otherwise refuse.
   */
  readonly resume: "allow" | "must" | "never" | null;
  /** True: nothing is printed. */
  readonly silent: boolean;
}

export interface ResolvedSettings {
  readonly settings: Settings;
  /** What the user should change. With any of them, the run is logged offline; training goes on. */
  readonly problems: readonly Problem[];
  /** Lines for the user. */
  readonly notes: readonly string[];
}

/** What the settings are made from. */
export interface SettingsSources {
  readonly options: WandbOptions;
  readonly experiment: Config["experiment"];
  /** The id of the run itself. */
  readonly runId: string;
  /** The id under which an earlier process logged the run; null for a fresh run, and for a branch. */
  readonly earlierRunId: string | null;
  /** The run from which this one branches off. Left out: none. */
  readonly parent?: ParentRun | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of `.netrc`. Left out: the user's home. */
  readonly home?: string;
  /** What the settings files of W&B's client say. Left out: there are none. */
  readonly client?: ClientSettings;
  /** The arguments of the command: what stands there is stronger than the settings files. */
  readonly argv?: readonly string[];
}

const DEFAULT_PROJECT = "tablesense2";
const RESUME_WORDS = ["allow", "must", "never", "auto"] as const;

/** Never throws: a value that cannot be used is a problem, and the nearest usable one takes its place. */
export function resolveSettings(sources: SettingsSources): ResolvedSettings {
  const { options, experiment, env } = sources;
  const problems: Problem[] = [];
  const notes: string[] = [];

  const client = sources.client ?? new Map();
  const isGiven = (option: string, variable: string) =>
    Boolean(env[variable]) || (sources.argv ?? []).some((one) => isOption(one, option));
  const wantedUrl = isGiven("base_url", "WANDB_BASE_URL")
    ? options.base_url
    : chosenBaseUrl(options.base_url, client);
  const mode = isGiven("mode", "WANDB_MODE") ? options.mode : morePrivate(options.mode, client, notes);
  const baseUrl = checkBaseUrl(wantedUrl, problems);
  const project = checkProject(projectName(sources, notes), problems);
  const tags = checkTags(experiment.tags, problems);
  const runId = checkRunId(sources, problems, notes);
  const parent = sources.parent ?? null;
  // A branch is a new run: no server has it yet.
  const resume = parent ? null : checkResume(env.WANDB_RESUME, problems);
  if (env.WANDB_DIR) notes.push("WANDB_DIR is passed over: a run's W&B log lies in the run's own folder");

  const base = {
    transport: options.transport,
    baseUrl: baseUrl ?? wantedUrl,
    entity: options.entity ?? client.get("entity")?.value ?? null,
    project,
    runId,
    isResumed: sources.earlierRunId !== null,
    parent,
    displayName: options.name ?? `${experiment.name}-${runId}`,
    group: options.group ?? "",
    jobType: options.job_type ?? "",
    notes: experiment.notes,
    tags,
    sweepId: env.WANDB_SWEEP_ID ?? "",
    resume,
    silent: options.silent,
  };
  if (mode === "disabled" || mode === "offline") {
    return { settings: { ...base, mode, apiKey: null }, problems, notes };
  }

  const apiKey = baseUrl === null ? null : keyFor(new URL(baseUrl).host, sources, problems, notes);
  const isOnline = apiKey !== null && problems.length === 0;
  return {
    settings: { ...base, mode: isOnline ? "online" : "offline", apiKey: isOnline ? apiKey : null },
    problems,
    notes,
  };
}

/** True for an argument that names an option of this plugin. W&B's sweeps may leave out the dashes. */
function isOption(argument: string, option: string): boolean {
  const [name] = argument.replace(/^--/, "").split("=");
  return name === `plugins.wandb.${option}`;
}

/** @returns The API key; null where there is none, which is a problem only if the run has to be online. */
function keyFor(
  host: string,
  { options, env, home, client }: SettingsSources,
  problems: Problem[],
  notes: string[],
): ApiKey | null {
  const found = findApiKey(host, env, home, client);
  if (found) {
    checkKey(found, problems);
    return found.key;
  }
  if (options.mode === "online") {
    problems.push({
      message: `Cannot log online: there is no API key for ${host}`,
      expected: "WANDB_API_KEY in the environment, or the host's password in ~/.netrc",
      fix: "export WANDB_API_KEY=…, or plugins.wandb.mode: offline",
    });
  } else {
    notes.push("no API key found, so this run is logged offline; set WANDB_API_KEY to go online");
  }
  return null;
}

/**
 * The mode of the options, or that of the settings files if it lets less out: `wandb offline` and
 * `wandb disabled` hold for all runs of a folder.
 */
function morePrivate(
  mode: WandbOptions["mode"],
  client: ClientSettings,
  notes: string[],
): WandbOptions["mode"] {
  const setting = client.get("mode");
  const wanted = setting && { offline: "offline", dryrun: "offline", disabled: "disabled" }[setting.value];
  const isLess = wanted === "disabled" || (wanted === "offline" && mode !== "offline");
  if (!setting || !isLess || mode === "disabled") return mode;
  const what = wanted === "offline" ? "this run is logged offline" : "nothing is logged";
  notes.push(`${what}, because ${setting.file} says so; to change that: wandb online, or WANDB_MODE=online`);
  return wanted as WandbOptions["mode"];
}

/**
 * The project of the configuration; where that is the default, one that `wandb init` chose for the folder.
 */
function projectName({ experiment, client, env }: SettingsSources, notes: string[]): string {
  const chosen = client?.get("project");
  if (!chosen || env.WANDB_PROJECT || experiment.project_name !== DEFAULT_PROJECT)
    return experiment.project_name;
  notes.push(`the project is ${chosen.value}, because ${chosen.file} says so`);
  return chosen.value;
}

/** @returns The URL without a slash at its end; null if the text is not an http or https URL. */
function checkBaseUrl(text: string, problems: Problem[]): string | null {
  const problem = (got: string) => {
    problems.push({
      where: "plugins.wandb.base_url",
      message: "Cannot use the address of the W&B server",
      expected: "an http or https URL: https://api.wandb.ai",
      got,
    });
    return null;
  };
  if (!URL.canParse(text)) return problem(text === "" ? "nothing" : withoutCredentials(text));
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) return problem(withoutCredentials(text));
  if (url.username || url.password) return problem("a URL with a user or password in it");
  return text.replace(/\/+$/, "");
}

function withoutCredentials(text: string): string {
  return text.replace(/[^/\s]*@/, "…@");
}

/** @returns The name if W&B accepts it, otherwise the nearest name that it accepts. */
function checkProject(name: string, problems: Problem[]): string {
  const fits = name.trim() !== "" && name.length <= 128 && !/[/\\#?%:]/.test(name);
  if (fits) return name;
  const nearest = name.replace(/[/\\#?%:]+/g, "-").slice(0, 128);
  problems.push({
    where: "experiment.project_name",
    message: "Cannot use the project's name in W&B",
    expected: "1 to 128 characters, none of / \\ # ? % :",
    got: name,
    fix: `project_name: ${nearest.trim() || DEFAULT_PROJECT}`,
  });
  return nearest.trim() || DEFAULT_PROJECT;
}

function checkTags(tags: readonly string[], problems: Problem[]): string[] {
  for (const tag of tags.filter((one) => one.length > 64 || one.trim() === "")) {
    problems.push({
      where: "experiment.tags",
      message: "Cannot use a tag in W&B",
      expected: "1 to 64 characters",
      got: tag.trim() === "" ? "an empty tag" : `${tag} (${tag.length} characters)`,
      fix: tag.trim() === "" ? "leave it out" : tag.slice(0, 64),
    });
  }
  return tags.filter((tag) => tag.length <= 64 && tag.trim() !== "");
}

/** A run keeps its id: the choice of its first process holds for all that resume it. */
function checkRunId(
  { runId, earlierRunId, parent, env }: SettingsSources,
  problems: Problem[],
  notes: string[],
): string {
  const wanted = env.WANDB_RUN_ID;
  if (earlierRunId !== null) {
    if (wanted && wanted !== earlierRunId) {
      notes.push(`WANDB_RUN_ID is passed over: this run goes on as ${earlierRunId}`);
    }
    return earlierRunId;
  }
  if (!wanted || wanted === parent?.runId) return runId;
  if (wanted === wanted.trim() && !/[:;,#?/'\\]/.test(wanted)) return wanted;
  problems.push({
    where: "WANDB_RUN_ID",
    message: "Cannot use the run's id",
    expected: "no blank at its ends, none of : ; , # ? / \\ '",
    got: wanted,
    fix: runId,
  });
  return runId;
}

function checkResume(word: string | undefined, problems: Problem[]): Settings["resume"] {
  if (!word) return null;
  if (!RESUME_WORDS.some((known) => known === word)) {
    problems.push({
      where: "WANDB_RESUME",
      message: "Cannot use WANDB_RESUME",
      expected: RESUME_WORDS.join(", "),
      got: word,
    });
    return null;
  }
  return word === "auto" ? "allow" : (word as Settings["resume"]);
}

function checkKey({ key, source }: { key: ApiKey; source: string }, problems: Problem[]): void {
  const got = keyProblem(key);
  if (got === null) return;
  problems.push({
    where: source,
    message: "Cannot use the W&B API key",
    expected: "at least 40 letters, digits, - or _, as on the page User settings of W&B",
    got,
  });
}
