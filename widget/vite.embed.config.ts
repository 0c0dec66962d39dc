/** Builds `dist/widget.js`, the one classic script a foreign page embeds. */

import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2019",
    emptyOutDir: false,
    copyPublicDir: false,
    lib: { entry: "src/embed/widget.ts", formats: ["iife"], name: "GridTalkWidget", fileName: () => "widget.js" },
  },
});
