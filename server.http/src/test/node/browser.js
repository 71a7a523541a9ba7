import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** The path of an installed Chromium; undefined if there is none. */
export function chromiumPath() {
  const given = process.env.CHROMIUM;
  if (given) return given;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(runs);
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function launch() {
  return chromium.launch({
    executablePath: chromiumPath(),
    // containers have neither a sandbox for the sandbox nor much shared memory
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}
