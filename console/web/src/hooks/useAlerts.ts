/** Calls the agent back to the page: a beep, a desktop notification, a blinking title; never the customer's words. */
import { useCallback, useEffect, useRef, useState } from "react";

import type { Locale } from "../locale/locale";
import type { Alert } from "../state/controller";

const MUTED_KEY = "gridtalk.desk.muted";
const FLASH_EVERY_MS = 900;

export interface Alerts {
  muted: boolean;
  toggleMuted(): void;
  raise(alert: Alert): void;
}

export function useAlerts(locale: Locale): Alerts {
  const [muted, setMuted] = useState(() => localStorage.getItem(MUTED_KEY) === "1");
  const audio = useRef<AudioContext | null>(null);
  const flash = useTitleFlash(locale.t("app.title"));

  const beep = useCallback((alert: Alert) => {
    audio.current ??= new AudioContext();
    playTone(audio.current, alert.kind === "queue" ? [880, 1175] : [740]);
  }, []);

  const toggleMuted = () => {
    setMuted(!muted);
    localStorage.setItem(MUTED_KEY, muted ? "0" : "1");
    // Browsers grant this only on the agent's own click.
    if (muted && "Notification" in window && Notification.permission === "default") void Notification.requestPermission();
  };

  const raise = (alert: Alert) => {
    const hidden = document.visibilityState === "hidden";
    if (!hidden && alert.kind === "message") return;
    if (!muted) beep(alert);
    if (!hidden) return;
    flash(locale.t(alert.kind === "queue" ? "alert.title_queue" : "alert.title", { title: locale.t("app.title") }));
    if (!muted) notify(locale.t("app.name"), locale.t(`alert.${alert.kind}`, { name: alert.name }));
  };
  return { muted, toggleMuted, raise };
}

/** Two soft notes for the queue, one for a message; no sound file to load. */
function playTone(context: AudioContext, frequencies: number[]): void {
  void context.resume();
  frequencies.forEach((frequency, index) => {
    const start = context.currentTime + index * 0.16;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.15);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.16);
  });
}

function notify(title: string, body: string): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const notification = new Notification(title, { body, tag: "gridtalk-desk" });
  notification.onclick = () => window.focus();
}

/** Blinks the title until the page is looked at again. */
function useTitleFlash(title: string): (text: string) => void {
  const timer = useRef<ReturnType<typeof setInterval>>();
  const stop = useCallback(() => {
    clearInterval(timer.current);
    document.title = title;
  }, [title]);
  useEffect(() => {
    stop();
    const whenVisible = () => document.visibilityState === "visible" && stop();
    document.addEventListener("visibilitychange", whenVisible);
    return () => {
      document.removeEventListener("visibilitychange", whenVisible);
      stop();
    };
  }, [stop]);
  return (text) => {
    stop();
    let lit = false;
    timer.current = setInterval(() => {
      lit = !lit;
      document.title = lit ? text : title;
    }, FLASH_EVERY_MS);
  };
}
