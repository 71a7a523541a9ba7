// Bundles the page into the folder that is named, by default the resources of the bundle. The same
// sources and lock file give the same bytes on every machine.
import { readdirSync, readFileSync, writeFileSync, rmSync, mkdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, process.argv[2] ?? "../resources/org/lmdeploy/server/page/site");

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["src/main.tsx", "src/theme.ts", "src/icon.svg"],
  outdir: join(out, "assets"),
  entryNames: "[name]-[hash]",
  loader: { ".svg": "copy" },
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome123", "firefox120", "safari17.5"],
  legalComments: "none", // licenses.txt has the licences whole
  metafile: true,
});

const files = Object.keys(metafile.outputs).map((path) => basename(path));
const page = readFileSync(join(here, "src/index.html"), "utf8").replace(
  /\{\{(\S+)\.(\S+)\}\}/g,
  (place, name, extension) => {
    const file = files.find(
      (each) => each.startsWith(`${name}-`) && each.endsWith(`.${extension}`),
    );
    if (!file) throw new Error(`nothing was built for ${place}`);
    return `assets/${file}`;
  },
);
writeFileSync(join(out, "index.html"), page);
writeFileSync(join(out, "assets/licenses.txt"), licenses(Object.keys(metafile.inputs)));

/** The licences of the packages that went into the page. */
function licenses(inputs) {
  const names = inputs.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return [...new Set(names)]
    .filter(Boolean)
    .sort()
    .map((name) => {
      const folder = join(here, "node_modules", name);
      const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder)
        .sort()
        .find((each) => /^licen[cs]e/i.test(each));
      const text = readFileSync(join(folder, file), "utf8");
      return `${name} ${version} (${license})\n\n${text.trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
