/** The entry of the page: gathers browser, address and language, and draws the chat. */

import { createRoot } from "react-dom/client";
import { ChatConnection } from "./connection/chat_connection";
import { browserPorts } from "./connection/ports";
import { loadLocale, LocaleContext } from "./locales/locale";
import { applyAccent } from "./page/accent";
import { ChatPage } from "./page/ChatPage";
import { readOptions } from "./page/options";
import "./styles/chatui.less";
import "./styles/base.css";

async function drawChat(place: HTMLElement): Promise<void> {
  const options = readOptions(window.location.search);
  const locale = await loadLocale(options.language);
  if (options.accent) applyAccent(document.documentElement, options.accent);
  const connection = new ChatConnection(browserPorts(window.location.origin));
  createRoot(place).render(
    <LocaleContext.Provider value={locale}>
      <ChatPage connection={connection} options={options} />
    </LocaleContext.Provider>,
  );
}

const place = document.getElementById("chat");
if (place) void drawChat(place);
