/** A page that is fetched when it is first opened, so that the workplace starts without it. */
import { lazy, type ComponentType } from "react";

import type { PageProps } from "./pages";

/** `lazyPage(() => import("./WallPage/WallPage"), "WallPage")`. */
export function lazyPage<Name extends string>(
  load: () => Promise<Record<Name, ComponentType<PageProps>>>,
  name: Name,
): ComponentType<PageProps> {
  return lazy<ComponentType<PageProps>>(async () => ({ default: (await load())[name] }));
}
