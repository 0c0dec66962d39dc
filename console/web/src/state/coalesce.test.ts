import { expect, test, vi } from "vitest";

import { coalesce } from "./coalesce";

test("wishes during a run become one more run after it", async () => {
  const releases: (() => void)[] = [];
  const run = vi.fn(() => new Promise<void>((resolve) => releases.push(resolve)));
  const refresh = coalesce(run);

  const first = refresh();
  const second = refresh();
  const third = refresh();
  expect(run).toHaveBeenCalledTimes(1);
  releases[0]?.();
  await first;
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2));
  releases[1]?.();
  await Promise.all([second, third]);

  expect(run).toHaveBeenCalledTimes(2);
});

test("a failed run does not stop the next one", async () => {
  const run = vi.fn().mockRejectedValueOnce(new Error("away")).mockResolvedValue(undefined);
  const refresh = coalesce(run);

  const first = refresh();
  const second = refresh();

  await expect(first).rejects.toThrow("away");
  await expect(second).resolves.toBeUndefined();
});
