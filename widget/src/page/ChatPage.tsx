/** The whole chat: head, conversation, notices, writing place. */

import { useCallback, useMemo, type KeyboardEvent } from "react";
import type { AttachProps } from "../components/Attach/Attach";
import { Composer } from "../components/Composer/Composer";
import { Header } from "../components/Header/Header";
import { MessageList } from "../components/MessageList/MessageList";
import { MediaContext } from "../components/Media/Media";
import { Resume } from "../components/Resume/Resume";
import { Notice } from "../components/Notice/Notice";
import type { ChatConnection } from "../connection/chat_connection";
import type { Button } from "../connection/wire";
import { useConnection } from "../connection/use_connection";
import { useLocale } from "../locales/locale";
import type { PageOptions } from "./options";
import { PANEL_SOURCE, tellPage } from "./panel";
import { useMissed, useTitleFlash, useUnreadBadge, useWatched } from "./use_attention";
import "./page.css";

export interface ChatPageProps {
  connection: ChatConnection;
  options: PageOptions;
}

/** Draws the chat and passes what the customer does to the connection. */
export function ChatPage({ connection, options }: ChatPageProps): JSX.Element {
  const locale = useLocale();
  const chat = useConnection(connection);
  const isWatched = useWatched(options.isEmbedded);
  const missed = useMissed(chat.messages, isWatched);
  useTitleFlash(options.title ?? locale.page.title, locale.page.newMessageTitle, missed);
  useUnreadBadge(options.isEmbedded, missed);

  const send = useCallback((text: string) => connection.sendText(text), [connection]);
  const press = useCallback((choice: Button) => connection.press(choice), [connection]);
  const retry = useCallback((clientId: string) => connection.retry(clientId), [connection]);
  const seen = useCallback(() => connection.markRead(), [connection]);
  const type = useCallback((on: boolean) => connection.setTyping(on), [connection]);
  const read = useCallback((mediaId: string) => connection.pictures.read(mediaId), [connection]);
  const makeCode = useCallback(() => connection.resuming.make(), [connection]);
  const attach = useAttach(connection, chat.picture);

  return (
    <main className="page" data-embedded={options.isEmbedded} onKeyDown={options.isEmbedded ? closeOnEscape : undefined}>
      <div className="chat">
        <Header
          chat={chat}
          title={options.title}
          onHuman={() => send(locale.header.humanText)}
          onClose={options.isEmbedded ? closePanel : null}
        />
        <MediaContext.Provider value={read}>
          <MessageList chat={chat} isWatched={isWatched} onPress={press} onRetry={retry} onSeen={seen} />
        </MediaContext.Provider>
        {chat.problem && <Notice problem={chat.problem} onDismiss={() => connection.dismissProblem()} />}
        <Resume isOffered={chat.messages.length > 0} lastSeq={chat.lastSeq} onMake={makeCode} />
        <Composer hasShortcuts={chat.owner !== "agent"} onSend={send} onTyping={type} attach={attach} />
      </div>
    </main>
  );
}

function useAttach(connection: ChatConnection, picture: AttachProps["picture"]): AttachProps {
  return useMemo(
    () => ({
      picture,
      onChoose: (file) => connection.pictures.choose(file),
      onSendPicture: () => void connection.pictures.send(),
      onDropPicture: () => connection.pictures.drop(),
      onPlace: ({ latitude, longitude }) => connection.sendLocation(latitude, longitude),
    }),
    [connection, picture],
  );
}

function closePanel(): void {
  tellPage({ source: PANEL_SOURCE, type: "close" });
}

function closeOnEscape(event: KeyboardEvent): void {
  // Escape also cancels an input method's candidates: that one is not for us.
  if (event.key === "Escape" && !event.nativeEvent.isComposing) closePanel();
}
