// Runs before the first paint, so that a chosen theme does not flash in the system's.
import { applyTheme, storedTheme } from "./state/theme-choice";

applyTheme(storedTheme());
