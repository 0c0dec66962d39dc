/** Turns the accent an embedding page asks for into colours on which white text stays readable. */

/** Above the 4.5 of WCAG AA, since the accent is also written on its own pale tint. */
const LEAST_CONTRAST = 5.4;

/** Sets the accent variables, darkened until white on them, and they on a pale tint, reach WCAG AA. */
export function applyAccent(root: HTMLElement, colour: string): void {
  let channels = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  while (contrastWithWhite(channels) < LEAST_CONTRAST) channels = darken(channels, 0.94);
  root.style.setProperty("--fill", toRgb(channels));
  root.style.setProperty("--own-accent", toRgb(channels));
  root.style.setProperty("--own-accent-soft", toRgb(channels.map((value) => Math.round(value * 0.1 + 255 * 0.9))));
  root.style.setProperty("--header-from", toRgb(darken(channels, 0.72)));
  root.style.setProperty("--header-to", toRgb(channels));
}

function contrastWithWhite(channels: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = channels.map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

function darken(channels: readonly number[], factor: number): number[] {
  return channels.map((value) => Math.floor(value * factor));
}

function toRgb(channels: readonly number[]): string {
  return `rgb(${channels.join(", ")})`;
}
