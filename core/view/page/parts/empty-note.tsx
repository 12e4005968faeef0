/** What stands in place of something that is not there: why, and what to do. */

import type { ComponentChildren, JSX } from "preact";

interface EmptyNoteProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

export function EmptyNote({ title, children }: EmptyNoteProps): JSX.Element {
  return (
    <section class="empty">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
