/** A command line with a button that copies it. */

import type { JSX } from "preact";
import { usePage } from "./page-context.ts";

export function CopyLine({ text, what }: { readonly text: string; readonly what: string }): JSX.Element {
  const { say } = usePage();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say("Copied."),
      () => say("The browser did not let the page copy. Select the text instead.", true),
    );
  return (
    <div class="copy">
      <code>{text}</code>
      <button type="button" aria-label={`Copy the command that ${what}`} onClick={copy}>
        Copy
      </button>
    </div>
  );
}
