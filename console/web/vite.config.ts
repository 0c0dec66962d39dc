/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The desk is served by the console process, so a development page talks to it through a proxy on the same origin.
const CONSOLE = "http://127.0.0.1:5080";

export default defineConfig({
  plugins: [react()],
  server: {
    port: 5173,
    proxy: { "/api": { target: CONSOLE, ws: true, headers: { origin: CONSOLE } } },
  },
  build: {
    target: "es2020",
    // antd alone is past the default warning; it changes seldom, so it gets a file browsers may keep.
    chunkSizeWarningLimit: 1200,
    rollupOptions: { output: { manualChunks: { vendor: ["react", "react-dom", "antd"] } } },
  },
  test: { environment: "jsdom", setupFiles: ["src/testing/setup.ts"], css: false, testTimeout: 20000 },
});
