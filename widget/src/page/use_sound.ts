/** A short tone for lines that come while nobody is looking; silent until the customer switches it on. */

import { useCallback, useEffect, useRef, useState, type MutableRefObject } from "react";
import type { ChatSnapshot } from "../connection/chat_connection";
import type { KeyStore } from "../connection/storage";

const SWITCH = "gridtalk.sound";
/** The time of the newest line that has sounded: of several tabs one is enough. */
const SOUNDED = "gridtalk.sounded";
const TONES_HZ = [880, 1175];
const TONE_S = 0.12;
const LOUDNESS = 0.08;

export interface Sound {
  isOn: boolean;
  turn(on: boolean): void;
}

/** Keeps the switch, and sounds for what is missed. */
export function useSound(store: KeyStore, chat: ChatSnapshot, isWatched: boolean): Sound {
  const [isOn, setOn] = useState(() => store.get(SWITCH) === "on");
  const speaker = useRef<AudioContext | null>(null);
  useUnlock(isOn, speaker);

  const last = chat.messages[chat.messages.length - 1];
  const isNews = last !== undefined && last.role !== "customer" && last.seq > chat.customerRead;
  const at = isNews ? Date.parse(last.at) : 0;

  const turn = useCallback(
    (on: boolean) => {
      store.set(SWITCH, on ? "on" : "off");
      store.set(SOUNDED, String(at));
      setOn(on);
      // The press is the gesture browsers wait for; its tone shows what was switched on.
      if (on) play((speaker.current ??= openSpeaker()));
    },
    [store, at],
  );

  useEffect(() => {
    if (!isOn || isWatched || at === 0 || Number(store.get(SOUNDED)) >= at) return;
    store.set(SOUNDED, String(at));
    play(speaker.current);
  }, [isOn, isWatched, at, store]);

  return { isOn, turn };
}

/** A browser lets a page sound only after a gesture: the first one on the page opens the speaker. */
function useUnlock(isOn: boolean, speaker: MutableRefObject<AudioContext | null>): void {
  useEffect(() => {
    if (!isOn || speaker.current) return;
    const unlock = (): void => {
      speaker.current ??= openSpeaker();
    };
    window.addEventListener("pointerdown", unlock, { once: true });
    window.addEventListener("keydown", unlock, { once: true });
    return () => {
      window.removeEventListener("pointerdown", unlock);
      window.removeEventListener("keydown", unlock);
    };
  }, [isOn, speaker]);
}

function openSpeaker(): AudioContext | null {
  return typeof AudioContext === "undefined" ? null : new AudioContext();
}

/** Plays two soft tones, the second one higher. */
function play(speaker: AudioContext | null): void {
  if (!speaker) return;
  void speaker.resume();
  TONES_HZ.forEach((frequency, index) => {
    const from = speaker.currentTime + index * TONE_S;
    const tone = speaker.createOscillator();
    const volume = speaker.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(LOUDNESS, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_S);
    tone.connect(volume).connect(speaker.destination);
    tone.start(from);
    tone.stop(from + TONE_S);
  });
}
