/** Builds `dist/papers`, the page on which the papers of an application are handed in (`/papers/` of the bot). */

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // The page may stand below a path of the operator's own.
  base: "./",
  build: {
    target: "es2019",
    outDir: "dist/papers",
    emptyOutDir: true,
    copyPublicDir: false,
    rollupOptions: { input: "papers.html" },
  },
});
