export type Theme = "system" | "light" | "dark";

const KEY = "lmdeploy.theme";

export function storedTheme(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system"; // a browser that keeps nothing still shows the page
  }
}

/** Shows a theme; "system" follows the system's, also when that changes. */
export function applyTheme(theme: Theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Shows a theme, and again when the page is next opened. */
export function keepTheme(theme: Theme) {
  applyTheme(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // it holds as long as the page is open
  }
}
