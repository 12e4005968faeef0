/**
 * Posts to a web address when a run ends, or when a metric passes a mark. Training never waits for the
 * answer; only the end of the run does, for a limited time.
 */

import {
  choice,
  definePlugin,
  list,
  METRIC_PREFIXES,
  number,
  SURFACE_VERSION,
  text,
  UserError,
} from "../../core/plugin.ts";
import { type Mark, parseMark } from "./mark.ts";
import { type Message, slackText } from "./message.ts";
import { Poster } from "./poster.ts";

const VARIABLE = "TABLESENSE_WEBHOOK_URL";

export default definePlugin({
  name: "webhook",
  surface: SURFACE_VERSION,
  options: {
    url: text({
      default: "",
      env: VARIABLE,
      secret: true,
      help: "Where to post to, with http:// or https://",
    }),
    format: choice({
      choices: ["json", "slack"],
      default: "json",
      help: "One JSON object with all values, or a line of text in the form that Slack takes",
    }),
    on: list({
      of: choice({
        choices: ["finished", "stopped", "interrupted", "failed"],
        default: "finished",
        help: "How a run ended",
      }),
      default: ["finished", "stopped", "interrupted", "failed"],
      unique: true,
      help: "Post when a run ends in one of these ways",
    }),
    marks: list({
      of: text({ default: "", pattern: /^\S+ *[<>]=? *\S+$/, format: "val/f1 >= 0.9", help: "A mark" }),
      default: [],
      unique: true,
      help: `Post once a metric passes each of these marks: "${METRIC_PREFIXES.val}f1 >= 0.9"`,
    }),
    timeout: number({
      default: 10,
      above: 0,
      max: 60,
      unit: "seconds",
      help: "Give up an answer after this time",
    }),
  },
  setup(run, { url, format, on, marks, timeout }) {
    const wanted: readonly string[] = on;
    const known = marks.map(parseMark);
    const kept = run.state as { readonly passed: readonly string[] } | null;
    const passed = new Set(kept?.passed ?? []);
    const poster = new Poster(checkedAddress(url), timeout, (line) => run.console.warn(line));
    const post = (hook: string, message: Message) => {
      const own = { run: { id: run.id, name: run.name }, ...message };
      poster.post(hook, format === "slack" ? { text: slackText(run.name, message) } : own);
    };
    const isNew = ({ text: mark, isPassed }: Mark, row: Readonly<Record<string, number>>) =>
      !passed.has(mark) && isPassed(row);
    return {
      onLog({ step, epoch, row }) {
        for (const mark of known.filter((one) => isNew(one, row))) {
          passed.add(mark.text);
          const { metric, text: words } = mark;
          post("onLog", { event: "mark_passed", step, epoch, mark: words, metric, value: row[metric]! });
        }
      },
      async onRunEnd({ status, reason, step, epoch, summary, seconds }) {
        if (wanted.includes(status)) {
          const why = reason === undefined ? {} : { reason };
          post("onRunEnd", { event: "run_ended", step, epoch, status, ...why, summary, seconds });
        }
        await poster.finish();
      },
      saveState: () => ({ passed: [...passed] }),
    };
  },
});

/** @throws {UserError} Exit code 2. The address itself is a secret, and is not in the message. */
function checkedAddress(url: string): URL {
  const address = URL.parse(url);
  if (address && /^https?:$/.test(address.protocol)) return address;
  throw new UserError(
    {
      where: `plugin webhook, environment variable ${VARIABLE}`,
      message: "Cannot post to it",
      expected: "an address that begins with http:// or https://",
      got: url === "" ? "nothing: the variable is not set" : "something else",
      fix: `set ${VARIABLE}, or switch the plugin off with --plugins.webhook=false`,
    },
    { exitCode: 2 },
  );
}
