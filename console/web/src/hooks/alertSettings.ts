/** Which kinds of news call the agent, and how; kept in the browser. */
import type { Alert } from "../state/controller";

export type AlertKind = Alert["kind"];
export type AlertWay = "sound" | "desktop";
export type AlertSettings = Readonly<Record<AlertKind, Readonly<Record<AlertWay, boolean>>>>;

export const ALERT_KINDS: readonly AlertKind[] = ["urgent", "queue", "message"];

const KEY = "gridtalk.desk.alerts";
const ALL: AlertSettings = {
  urgent: { sound: true, desktop: true },
  queue: { sound: true, desktop: true },
  message: { sound: true, desktop: true },
};

export function readAlertSettings(storage: Pick<Storage, "getItem">): AlertSettings {
  const stored = storage.getItem(KEY);
  if (!stored) return ALL;
  try {
    const told = JSON.parse(stored) as Partial<Record<AlertKind, Partial<Record<AlertWay, boolean>>>>;
    return { urgent: { ...ALL.urgent, ...told.urgent }, queue: { ...ALL.queue, ...told.queue }, message: { ...ALL.message, ...told.message } };
  } catch {
    // Written by hand or by an older page: as if nothing were kept.
    return ALL;
  }
}

export function keepAlertSettings(storage: Pick<Storage, "setItem">, settings: AlertSettings): void {
  storage.setItem(KEY, JSON.stringify(settings));
}

/** What an alert does now: quiet for lines while the agent looks at the desk, the desktop notice only while they do not. */
export function waysOf(settings: AlertSettings, kind: AlertKind, looking: boolean): Readonly<Record<AlertWay, boolean>> {
  const { sound, desktop } = settings[kind];
  return { sound: sound && !(looking && kind === "message"), desktop: desktop && !looking };
}
