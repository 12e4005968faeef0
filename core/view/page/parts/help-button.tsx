/** The button of a page's bar that opens its help. */

import type { JSX } from "preact";

export function HelpButton({ onHelp }: { readonly onHelp: () => void }): JSX.Element {
  return (
    <button type="button" class="plain" aria-label="Keys and help" title="Keys and help (?)" onClick={onHelp}>
      ?
    </button>
  );
}
