/** Everything the desk can do by key: whoever shows a thing tells its command here; palette, help and keys read them. */
import { createContext, useContext, useEffect, useMemo, useRef, useSyncExternalStore, type ReactNode } from "react";

import { isPressed, isWriting } from "./keys";

export type CommandGroup = "chat" | "list" | "view" | "pages";

export interface Command {
  readonly id: string;
  readonly titleKey: string;
  readonly group: CommandGroup;
  /** `Alt+KeyR`; nothing: found in the palette only. */
  readonly keys?: string;
  /** Works, and is listed neither in the help nor in the palette: another one stands for it. */
  readonly unlisted?: boolean;
  readonly run: () => void;
}

interface Registry {
  list(): readonly Command[];
  put(command: Command): void;
  drop(id: string): void;
  subscribe(listener: () => void): () => void;
}

const RegistryContext = createContext<Registry | null>(null);

/** Holds the commands of what is shown and listens to the keys; a dialog in front keeps them to itself. */
export function CommandProvider({ children }: { children: ReactNode }) {
  const registry = useMemo(createRegistry, []);
  useEffect(() => {
    const whenKey = (event: KeyboardEvent) => {
      if (event.isComposing || inDialog(event.target)) return;
      const bare = !event.altKey && !event.ctrlKey && !event.metaKey;
      if (bare && isWriting(event.target)) return;
      const command = registry.list().find((one) => one.keys && isPressed(one.keys, event));
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    window.addEventListener("keydown", whenKey);
    return () => window.removeEventListener("keydown", whenKey);
  }, [registry]);
  return <RegistryContext.Provider value={registry}>{children}</RegistryContext.Provider>;
}

/** Offers a command while the caller is shown; `null` offers nothing. Without a provider above nothing happens. */
export function useCommand(command: Command | null): void {
  const registry = useContext(RegistryContext);
  const latest = useRef(command);
  latest.current = command;
  const { id, titleKey, group, keys, unlisted } = command ?? {};
  useEffect(() => {
    if (!registry || !id || !titleKey || !group) return;
    registry.put({ id, titleKey, group, keys, unlisted, run: () => latest.current?.run() });
    return () => registry.drop(id);
  }, [registry, id, titleKey, group, keys, unlisted]);
}

/** All commands offered now. */
export function useCommands(): readonly Command[] {
  const registry = useContext(RegistryContext);
  return useSyncExternalStore(registry?.subscribe ?? noSubscription, registry?.list ?? nothing);
}

const NOTHING: readonly Command[] = [];
const nothing = () => NOTHING;
const noSubscription = () => () => undefined;

function createRegistry(): Registry {
  let commands: readonly Command[] = NOTHING;
  const listeners = new Set<() => void>();
  const become = (next: readonly Command[]) => {
    commands = next;
    listeners.forEach((listener) => listener());
  };
  return {
    list: () => commands,
    put: (command) => become([...commands.filter((one) => one.id !== command.id), command]),
    drop: (id) => become(commands.filter((one) => one.id !== id)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function inDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"]') !== null;
}
