/** Soft tones made by the browser: no sound file to load. */
import type { AlertKind } from "./alertSettings";

/** Three rising notes for danger, two for the queue, one for a line. */
export const TONES: Readonly<Record<AlertKind, readonly number[]>> = {
  urgent: [880, 1175, 1568],
  queue: [880, 1175],
  message: [740],
};

export function playTone(context: AudioContext, frequencies: readonly number[]): void {
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
