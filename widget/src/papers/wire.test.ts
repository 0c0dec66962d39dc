// @vitest-environment node
/** The committed types are those of the contract. */

import { readFileSync } from "node:fs";
import { compileFromFile } from "json-schema-to-typescript";
import { expect, test } from "vitest";

test("wire.ts is what `npm run types` makes of the contract", async () => {
  const generated = await compileFromFile("../contracts/papers-page.schema.json", { additionalProperties: false });

  expect(readFileSync("src/papers/wire.ts", "utf8")).toBe(generated);
});
