/** Builds `dist/widget.js`, the one classic script a foreign page embeds. */

import { defineConfig } from "vite";
import { OLDEST } from "./vite.config";

export default defineConfig({
  build: {
    target: OLDEST,
    cssTarget: OLDEST,
    emptyOutDir: false,
    copyPublicDir: false,
    lib: { entry: "src/embed/widget.ts", formats: ["iife"], name: "GridTalkWidget", fileName: () => "widget.js" },
  },
});
