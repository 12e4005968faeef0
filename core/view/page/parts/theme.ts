/** Light or dark: as the system says, or as the reader has chosen on this machine. */

export type Theme = "system" | "light" | "dark";

const KEY = "tablesense2-theme";
const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** The theme that was chosen before; a browser that keeps nothing gives the system's. */
export function storedTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? "system";
  } catch {
    return "system";
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // the page stays as chosen until it is closed
  }
}

/** True if the page is dark now. */
export function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  if (chosen !== undefined) return chosen === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
