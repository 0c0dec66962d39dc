/** The entry of the page: gathers browser, address and look, and draws the chat. */

import { createRoot } from "react-dom/client";
import { ChatConnection } from "./connection/chat_connection";
import { browserPorts } from "./connection/ports";
import { TOKEN_KEY } from "./connection/session";
import { applyAccent } from "./page/accent";
import { clearArrival, readArrival } from "./page/arrival";
import { ChatApp } from "./page/ChatApp";
import { findLook } from "./page/look";
import { readOptions } from "./page/options";
import { followVisibleHeight } from "./page/visible_height";
import "./styles/chatui.less";
import "./styles/tokens.css";
import "./styles/base.css";

function drawChat(place: HTMLElement): void {
  const options = readOptions(window.location.search);
  const ports = browserPorts(window.location.origin);
  if (options.accent) applyAccent(document.documentElement, options.accent);
  followVisibleHeight(window);
  const arrival = readArrival(window.location.hash, document.cookie);
  if (window.location.hash) clearArrival();
  if (arrival.token) ports.store.set(TOKEN_KEY, arrival.token);
  createRoot(place).render(
    <ChatApp
      connection={new ChatConnection(ports)}
      options={options}
      code={arrival.code}
      look={findLook(ports.store, options.look, navigator.languages)}
      store={ports.store}
    />,
  );
}

const place = document.getElementById("chat");
if (place) drawChat(place);
