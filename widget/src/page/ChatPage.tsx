/** The whole chat: head, conversation, notices, writing place. */

import { useCallback, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import type { AttachProps } from "../components/Attach/Attach";
import { Composer } from "../components/Composer/Composer";
import { Header } from "../components/Header/Header";
import { MessageList } from "../components/MessageList/MessageList";
import { openChoices } from "../components/MessageList/timeline";
import { MediaContext } from "../components/Media/Media";
import { Resume } from "../components/Resume/Resume";
import { Notice } from "../components/Notice/Notice";
import { Settings } from "../components/Settings/Settings";
import { Shortcuts, type Shortcut } from "../components/Shortcuts/Shortcuts";
import { OpinionsContext } from "../components/Survey/opinions";
import { Tools } from "../components/Tools/Tools";
import type { ChatConnection } from "../connection/chat_connection";
import type { Button } from "../connection/wire";
import { useConnection } from "../connection/use_connection";
import { useLocale } from "../locales/locale";
import type { PageOptions } from "./options";
import { PANEL_SOURCE, tellPage } from "./panel";
import { useMissed, useTitleFlash, useUnreadBadge } from "./use_attention";
import { useOpinionsOf } from "./use_opinions";
import { usePanel } from "./use_panel";
import { useSound } from "./use_sound";
import { saveTranscript } from "./save_transcript";
import "./page.css";

export interface ChatPageProps {
  connection: ChatConnection;
  options: PageOptions;
}

/** Draws the chat and passes what the customer does to the connection. */
export function ChatPage({ connection, options }: ChatPageProps): JSX.Element {
  const { isEmbedded, title } = options;
  const locale = useLocale();
  const chat = useConnection(connection);
  const { isWatched, greeting } = usePanel(isEmbedded);
  const missed = useMissed(chat.messages, isWatched, chat.customerRead);
  useTitleFlash(title ?? locale.page.title, locale.page.newMessageTitle, missed);
  useUnreadBadge(isEmbedded, missed);
  const settings = useSettings();

  const send = useCallback((text: string) => connection.sendText(text), [connection]);
  const press = useCallback((choice: Button) => connection.press(choice), [connection]);
  const retry = useCallback((clientId: string) => connection.retry(clientId), [connection]);
  const seen = useCallback(() => connection.markRead(), [connection]);
  const type = useCallback((on: boolean) => connection.setTyping(on), [connection]);
  const read = useCallback((mediaId: string) => connection.pictures.read(mediaId), [connection]);
  const older = useCallback(() => void connection.loadOlder(), [connection]);
  const opinions = useOpinionsOf(connection, chat);
  const sound = useSound(connection.store, chat, isWatched);
  const take = useCallback((shortcut: Shortcut) => takeShortcut(connection, shortcut), [connection]);
  const makeCode = useCallback(() => connection.resuming.make(), [connection]);
  const attach = useAttach(connection, chat.picture);
  const choices = useMemo(() => openChoices(chat.messages, chat.unsent), [chat.messages, chat.unsent]);

  return (
    <main className="page" data-embedded={isEmbedded} onKeyDown={isEmbedded ? closeOnEscape : undefined}>
      <div className="chat">
        <div className="head">
          <Header
            chat={chat}
            title={title}
            onHuman={() => take({ label: locale.header.human, text: locale.header.humanText })}
            settingsButton={settings.button}
            isSettingsOpen={settings.isOpen}
            onSettings={settings.toggle}
            onClose={isEmbedded ? closePanel : null}
          />
          {settings.isOpen && (
            <Settings opener={settings.button} onClose={settings.close}>
              <Tools hasSound={sound.isOn} onSound={sound.turn} onTranscript={() => saveTranscript(connection, locale.tools.transcriptName)} />
            </Settings>
          )}
        </div>
        <OpinionsContext.Provider value={opinions}>
          <MediaContext.Provider value={read}>
            <MessageList
              chat={chat}
              isWatched={isWatched}
              greeting={greeting}
              onPress={press}
              onRetry={retry}
              onSeen={seen}
              onOlder={older}
            />
          </MediaContext.Provider>
        </OpinionsContext.Provider>
        {chat.problem && <Notice problem={chat.problem} onDismiss={() => connection.dismissProblem()} />}
        <Resume doors={chat.messages.length > 0 ? connection.resuming.doors : []} lastSeq={chat.lastSeq} onMake={makeCode} />
        <Composer onSend={send} onTyping={type} attach={attach}>
          <Shortcuts owner={chat.owner} hasChoices={choices.length > 0} onShortcut={take} />
        </Composer>
      </div>
    </main>
  );
}

interface SettingsState {
  button: RefObject<HTMLButtonElement>;
  isOpen: boolean;
  toggle(): void;
  close(returnsFocus: boolean): void;
}

function useSettings(): SettingsState {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);

  const toggle = useCallback(() => setOpen((open) => !open), []);
  const close = useCallback((returnsFocus: boolean) => {
    setOpen(false);
    if (returnsFocus) button.current?.focus();
  }, []);

  return { button, isOpen, toggle, close };
}

function useAttach(connection: ChatConnection, picture: AttachProps["picture"]): AttachProps {
  return useMemo(
    () => ({
      picture,
      onChoose: (files) => connection.pictures.choose(...files),
      onSendPicture: () => void connection.pictures.send(),
      onDropPicture: () => connection.pictures.drop(),
      onPlace: ({ latitude, longitude }) => connection.sendLocation(latitude, longitude),
    }),
    [connection, picture],
  );
}

/** Where label and sentence differ (another language), the customer's line shows the label they pressed. */
function takeShortcut(connection: ChatConnection, { label, text }: Shortcut): void {
  if (label === text) connection.sendText(text);
  else connection.press({ label, payload: text });
}

function closePanel(): void {
  tellPage({ source: PANEL_SOURCE, type: "close" });
}

function closeOnEscape(event: KeyboardEvent): void {
  // Escape also cancels an input method's candidates: that one is not for us.
  if (event.key === "Escape" && !event.nativeEvent.isComposing && !event.defaultPrevented) closePanel();
}
