/** Builds the chat page; the embed script has a configuration of its own. */

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** The WebViews inside WeChat and Alipay on old telephones, and Safari of the same time. */
export const OLDEST = ["es2019", "chrome78", "safari13"];

const MOCK_SERVER = "http://127.0.0.1:5090";

export default defineConfig({
  plugins: [react()],
  // ChatUI's "browser" entry is one bundle of all its components; its modules can be left out one by one.
  resolve: { alias: [{ find: /^@chatui\/core$/, replacement: "@chatui/core/es/index.js" }] },
  build: {
    target: OLDEST,
    cssTarget: OLDEST,
    // The strictest policy of a page admits no data: address.
    assetsInlineLimit: 0,
    // Only the components we name may reach the page: ChatUI's index would bring all seventy.
    rollupOptions: { treeshake: { moduleSideEffects: (id) => !id.includes("@chatui/core") || /\.(css|less)/.test(id) } },
  },
  server: { proxy: { "/webhooks": { target: MOCK_SERVER, ws: true } } },
  test: {
    environment: "jsdom",
    // Its modules are ESM in .js files without a type, which Node alone would not load.
    server: { deps: { inline: ["@chatui/core"] } },
    // A busy machine takes its time: a test is not a measurement.
    testTimeout: 20000,
    include: ["tests/**/*.test.{ts,tsx}", "src/**/*.test.{ts,tsx}"],
  },
});
