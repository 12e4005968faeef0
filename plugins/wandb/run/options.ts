/** The options of the W&B plugin, as they stand under `plugins.wandb` in a configuration. */

import { boolean, choice, group, integer, number, text } from "../../../core/plugin.ts";
import { DEFAULT_BASE_URL } from "../access/base-url.ts";

export const options = {
  mode: choice({
    choices: ["auto", "online", "offline", "disabled"],
    aliases: { dryrun: "offline", run: "online", false: "disabled" },
    default: "auto",
    env: "WANDB_MODE",
    help: "Where to log: auto is online where an API key is found, else offline; disabled writes nothing at all",
  }),
  transport: choice({
    choices: ["direct", "sdk"],
    default: "direct",
    help: "What sends the run: the plugin itself, or W&B's own JavaScript SDK, which loses rows when the network fails",
  }),
  base_url: text({
    default: DEFAULT_BASE_URL,
    env: "WANDB_BASE_URL",
    help: "Address of the W&B server",
  }),
  entity: text({
    default: null,
    nullable: true,
    minLength: 1,
    env: "WANDB_ENTITY",
    help: "User or team that the project belongs to; null: the API key's own",
  }),
  name: text({
    default: null,
    nullable: true,
    minLength: 1,
    env: "WANDB_NAME",
    help: "Name of the run as W&B shows it; null: experiment.name and the run's id",
  }),
  group: text({
    default: null,
    nullable: true,
    minLength: 1,
    env: "WANDB_RUN_GROUP",
    help: "Group of runs that this one belongs to",
  }),
  job_type: text({
    default: null,
    nullable: true,
    minLength: 1,
    env: "WANDB_JOB_TYPE",
    help: "Kind of job within the group",
  }),
  silent: boolean({
    default: false,
    env: "WANDB_SILENT",
    help: "Print nothing about W&B",
  }),
  watch: group(
    {
      log_freq: integer({
        default: 100,
        min: 1,
        words: ["never"],
        unit: "gradient steps",
        help: "Log a histogram of every parameter's gradient this often",
      }),
    },
    "Gradient histograms",
  ),
  log_checkpoints: choice({
    choices: ["none", "best", "all"],
    aliases: { false: "none", off: "none" },
    default: "none",
    help: "Checkpoints to log as artifacts; online they are uploaded",
  }),
  log_predictions: integer({
    default: 0,
    min: 0,
    max: 100,
    unit: "sheets",
    help: "Log this many validation sheets as pictures, fills with true and predicted ranges, without any text",
  }),
  log_console: boolean({
    default: false,
    help: "Log the console; it names files and sheets",
  }),
  system_interval: number({
    default: 15,
    min: 0.1,
    unit: "seconds",
    help: "Sample the machine's load and memory this often",
  }),
};
