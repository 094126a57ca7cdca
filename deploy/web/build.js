// Builds the web client into dist/: Hydrogen's own views, bundled, with Chinese words in place of the English ones.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "dist");
const find = createRequire(import.meta.url).resolve;
const sdk = join(dirname(find("hydrogen-view-sdk")), "..");
const olm = dirname(find("@matrix-org/olm"));

// Hydrogen is not translatable by itself, so its phrases are exchanged in its code, where each stands in quotes of its
// own. One that is no longer there ends the build: an upgrade has changed it.
const inChinese = {
  name: "in-chinese",
  setup(bundling) {
    bundling.onLoad({ filter: /hydrogen\.es\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      const words = JSON.parse(await readFile(join(here, "words.json"), "utf8"));
      const lost = [];
      for (const [english, chinese] of Object.entries(words)) {
        const before = contents;
        for (const written of [english, english.replaceAll("…", "\\u2026")]) {
          contents = contents.replaceAll("`" + written + "`", () => "`" + chinese + "`");
          // A single word in plain quotes may be a name that code knows ("Accept"): shown only as the last argument.
          const ends = /^\w+$/.test(english) ? ["])", ")"] : [""];
          for (const end of ends) contents = contents.replaceAll(`"${written}"${end}`, () => `"${chinese}"${end}`);
        }
        if (contents === before) lost.push(english);
      }
      return lost.length ? { errors: [{ text: `words.json: not in this Hydrogen: ${lost.join("; ")}` }] } : { contents };
    });
  },
};

await rm(out, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: { app: "main.js" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  charset: "utf8",
  legalComments: "linked",
  external: ["fs", "path", "crypto"], // Olm asks for them where there is no browser
  loader: { ".svg": "file", ".woff": "file", ".woff2": "file", ".png": "file" },
  assetNames: "assets/[name]",
  plugins: [inChinese],
});
await mkdir(join(out, "assets"), { recursive: true });
const asIs = {
  "index.html": join(here, "index.html"),
  "config.json": join(here, "config.json"),
  "sw.js": join(sdk, "lib-build", "sw.js"), // at the root: its scope is the whole page
  "assets/worker.js": join(sdk, "asset-build", "assets", "main.js"),
  "assets/download-sandbox.html": join(sdk, "asset-build", "assets", "download-sandbox.html"),
  "assets/olm.js": join(olm, "olm.js"),
  "assets/olm.wasm": join(olm, "olm.wasm"),
  "assets/olm_legacy.js": join(olm, "olm_legacy.js"),
};
await Promise.all(Object.entries(asIs).map(([name, from]) => copyFile(from, join(out, name))));
