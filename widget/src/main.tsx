/** The entry of the page: gathers browser, address and language, and draws the chat. */

import { createRoot } from "react-dom/client";
import { ChatConnection } from "./connection/chat_connection";
import { browserPorts } from "./connection/ports";
import { loadLocale, LocaleContext } from "./locales/locale";
import { TOKEN_KEY } from "./connection/session";
import { applyAccent } from "./page/accent";
import { clearArrival, readArrival } from "./page/arrival";
import { ChatPage } from "./page/ChatPage";
import { readOptions } from "./page/options";
import "./styles/chatui.less";
import "./styles/base.css";

async function drawChat(place: HTMLElement): Promise<void> {
  const options = readOptions(window.location.search);
  const locale = await loadLocale(options.language);
  if (options.accent) applyAccent(document.documentElement, options.accent);
  const ports = browserPorts(window.location.origin);
  const arrival = readArrival(window.location.hash, document.cookie);
  if (window.location.hash) clearArrival();
  if (arrival.token) ports.store.set(TOKEN_KEY, arrival.token);
  const connection = new ChatConnection(ports);
  if (arrival.code) connection.press({ label: locale.resume.taken, payload: `${locale.resume.takeText} ${arrival.code}` });
  createRoot(place).render(
    <LocaleContext.Provider value={locale}>
      <ChatPage connection={connection} options={options} />
    </LocaleContext.Provider>,
  );
}

const place = document.getElementById("chat");
if (place) void drawChat(place);
