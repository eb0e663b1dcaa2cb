// Builds app/static/dist: the browser bundle under names that carry a hash, manifest.json that says which name
// became which file, and the fonts that letters embed.
import { copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const sources = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(sources, "..", "static", "dist");
const letterFonts = {
  "Arimo-Regular.ttf": "400Regular/Arimo_400Regular.ttf",
  "Arimo-Bold.ttf": "700Bold/Arimo_700Bold.ttf",
  "Arimo-Italic.ttf": "400Regular_Italic/Arimo_400Regular_Italic.ttf",
  "Arimo-BoldItalic.ttf": "700Bold_Italic/Arimo_700Bold_Italic.ttf",
};

const result = await build({
  absWorkingDir: sources,
  entryPoints: (await readdir(sources)).filter((name) => /^[a-z]+\.(css|js)$/.test(name)).sort(),
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  outdir: target,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: "iife",
  target: ["chrome90", "firefox90", "safari15"],
  loader: { ".woff2": "file", ".ttf": "file", ".svg": "file" },
  external: ["/static/*"],
  legalComments: "none",
  logLevel: "warning",
});

const manifest = {};
for (const [output, facts] of Object.entries(result.metafile.outputs)) {
  if (facts.entryPoint) manifest[facts.entryPoint] = path.basename(output);
}
await rm(target, { recursive: true, force: true });
await mkdir(path.join(target, "fonts"), { recursive: true });
for (const file of result.outputFiles) await writeFile(file.path, file.contents);
for (const [name, source] of Object.entries(letterFonts)) {
  await copyFile(path.join(sources, "node_modules/@expo-google-fonts/arimo", source), path.join(target, "fonts", name));
}
await writeFile(path.join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(Object.values(manifest).join("\n"));
