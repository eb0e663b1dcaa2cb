// Builds the browser bundle: app/static/dist/<name>-<hash>.<ext> and manifest.json, which says which name became which file.
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const sources = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(sources, "..", "static", "dist");
const entries = (await readdir(sources)).filter((name) => /^[a-z]+\.(css|js)$/.test(name)).sort();

const result = await build({
  absWorkingDir: sources,
  entryPoints: entries,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  outdir: target,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: "iife",
  target: ["chrome90", "firefox90", "safari14"],
  loader: { ".woff2": "file", ".ttf": "file", ".svg": "file" },
  legalComments: "none",
  logLevel: "warning",
});

const manifest = {};
for (const [output, facts] of Object.entries(result.metafile.outputs)) {
  if (facts.entryPoint) manifest[facts.entryPoint] = path.basename(output);
}
await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
for (const file of result.outputFiles) await writeFile(file.path, file.contents);
await writeFile(path.join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(Object.values(manifest).join("\n"));
