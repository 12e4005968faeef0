/** A labelled box to tick. */

import type { ComponentChildren, JSX } from "preact";

interface SwitchProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  /** The words beside the box. */
  readonly children: ComponentChildren;
}

export function Switch({ isOn, onChange, children }: SwitchProps): JSX.Element {
  return (
    <label>
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />{" "}
      {children}
    </label>
  );
}
