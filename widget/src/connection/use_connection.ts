/** Ties a connection to the life of a component and to the signs of the browser. */

import { useEffect, useSyncExternalStore } from "react";
import type { ChatConnection, ChatSnapshot } from "./chat_connection";

/** Starts the connection, wakes it when the page or the network returns, and gives its latest snapshot. */
export function useConnection(connection: ChatConnection): ChatSnapshot {
  useEffect(() => {
    const wake = (): void => {
      if (!document.hidden) connection.wake();
    };
    connection.start();
    window.addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
    return () => {
      window.removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
      connection.stop();
    };
  }, [connection]);

  return useSyncExternalStore(connection.subscribe, connection.getSnapshot);
}
