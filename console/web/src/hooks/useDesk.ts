/** One desk for one log in: the store, the controller and the socket, made together and ended together. */
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";

import type { DeskApi } from "../api/client";
import { DeskSocket } from "../api/socket";
import type { Agent } from "../api/types";
import { DeskController, type Alert } from "../state/controller";
import type { DeskState } from "../state/model";
import { createStore } from "../state/store";

export interface DeskHandlers {
  onAlert(alert: Alert): void;
  onTrouble(errorKey: string): void;
  onReplaced(): void;
  onOffers(): void;
}

export interface Desk {
  state: DeskState;
  controller: DeskController;
}

export function useDesk(api: DeskApi, me: Agent, handlers: DeskHandlers): Desk {
  const latest = useRef(handlers);
  latest.current = handlers;
  const store = useMemo(() => createStore(me), [me]);
  const controller = useMemo(
    () =>
      new DeskController(api, store, {
        onAlert: (alert) => latest.current.onAlert(alert),
        onTrouble: (key) => latest.current.onTrouble(key),
        onReplaced: () => latest.current.onReplaced(),
        onOffers: () => latest.current.onOffers(),
      }),
    [api, store],
  );

  useEffect(() => {
    const socket = new DeskSocket({ url: socketUrl(window.location) }, controller);
    const hurry = () => socket.start();
    void controller.load();
    socket.start();
    window.addEventListener("online", hurry);
    return () => {
      window.removeEventListener("online", hurry);
      socket.stop();
      controller.stop();
    };
  }, [controller]);

  return { state: useSyncExternalStore(store.subscribe, store.read), controller };
}

function socketUrl(location: Location): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/ws`;
}
