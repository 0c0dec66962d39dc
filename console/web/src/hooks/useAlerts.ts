/** Calls the agent back to the page: a tone, a desktop notice, a title that counts and blinks; never the customer's words. */
import { useCallback, useEffect, useRef, useState } from "react";

import type { Locale } from "../locale/locale";
import type { Alert } from "../state/controller";
import { keepAlertSettings, readAlertSettings, waysOf, type AlertKind, type AlertSettings } from "./alertSettings";
import { playTone, TONES } from "./tones";

const FLASH_EVERY_MS = 900;

export type NoticePermission = NotificationPermission | "unsupported";

export interface Alerts {
  readonly settings: AlertSettings;
  readonly permission: NoticePermission;
  change(settings: AlertSettings): void;
  /** Asks the browser; only ever on the agent's own click. */
  askPermission(): void;
  tryTone(kind: AlertKind): void;
  raise(alert: Alert): void;
}

/** `waiting`: what the title counts, unread lines and customers in the queue. */
export function useAlerts(locale: Locale, waiting: number, onOpen: (conversationId: string) => void): Alerts {
  const [settings, setSettings] = useState(() => readAlertSettings(localStorage));
  const [permission, setPermission] = useState(permissionNow);
  const audio = useRef<AudioContext | null>(null);
  const title = waiting > 0 ? `(${waiting}) ${locale.t("app.title")}` : locale.t("app.title");
  const flash = useTitleFlash(title);

  const sound = useCallback((kind: AlertKind) => {
    audio.current ??= new AudioContext();
    playTone(audio.current, TONES[kind]);
  }, []);
  const raise = (alert: Alert) => {
    const looking = document.visibilityState === "visible" && document.hasFocus();
    const ways = waysOf(settings, alert.kind, looking);
    if (ways.sound) sound(alert.kind);
    if (looking) return;
    flash(locale.t(alert.kind === "message" ? "alert.title" : "alert.title_queue", { title: locale.t("app.title") }));
    if (!ways.desktop) return;
    notify(locale.t("app.name"), locale.t(`alert.${alert.kind}`, { name: alert.name }), () => {
      if (alert.kind === "message") onOpen(alert.id);
    });
  };
  return {
    settings,
    permission,
    change: (next) => {
      keepAlertSettings(localStorage, next);
      setSettings(next);
    },
    askPermission: () => void Notification.requestPermission().then(setPermission),
    tryTone: sound,
    raise,
  };
}

function permissionNow(): NoticePermission {
  return "Notification" in window ? Notification.permission : "unsupported";
}

function notify(title: string, body: string, onClick: () => void): void {
  if (permissionNow() !== "granted") return;
  const notification = new Notification(title, { body, tag: "gridtalk-desk" });
  notification.onclick = () => {
    window.focus();
    onClick();
  };
}

/** Shows the title, and blinks another one until the page is looked at again. */
function useTitleFlash(title: string): (text: string) => void {
  const timer = useRef<ReturnType<typeof setInterval>>();
  const latest = useRef(title);
  latest.current = title;
  const stop = useCallback(() => {
    clearInterval(timer.current);
    timer.current = undefined;
    document.title = latest.current;
  }, []);
  useEffect(() => {
    if (timer.current === undefined) document.title = title;
  }, [title]);
  useEffect(() => {
    const whenSeen = () => document.visibilityState === "visible" && stop();
    document.addEventListener("visibilitychange", whenSeen);
    window.addEventListener("focus", whenSeen);
    return () => {
      document.removeEventListener("visibilitychange", whenSeen);
      window.removeEventListener("focus", whenSeen);
      stop();
    };
  }, [stop]);
  return (text) => {
    stop();
    let lit = false;
    timer.current = setInterval(() => {
      lit = !lit;
      document.title = lit ? text : latest.current;
    }, FLASH_EVERY_MS);
  };
}
