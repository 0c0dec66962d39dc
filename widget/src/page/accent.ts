/** Turns the accent an operator asks for into colours that stay readable, by day and by night. */

type Channels = readonly [number, number, number];

/** Above the 4.5 of WCAG AA, since the accent is also written on its own tint. */
const LEAST_CONTRAST = 5.4;
/** What a control must stand out by from the ground it lies on. */
const LEAST_EDGE = 3.05;
const WHITE: Channels = [255, 255, 255];
/** The raised ground of the dark theme (styles/tokens.css). */
const NIGHT: Channels = [24, 41, 52];

/** Darkens a colour until white text on it is readable; `#rrggbb` in, a CSS colour out. */
export function readableFill(colour: string): string {
  return toRgb(darkenUntil(channelsOf(colour), (channels) => contrast(channels, WHITE) >= LEAST_CONTRAST));
}

/** Sets the accent variables of both themes, each moved until it reaches WCAG AA on its grounds. */
export function applyAccent(root: HTMLElement, colour: string): void {
  const asked = channelsOf(colour);
  const day = darkenUntil(asked, (channels) => contrast(channels, WHITE) >= LEAST_CONTRAST);
  const night = mixUntil(asked, WHITE, (channels) => contrast(channels, NIGHT) >= LEAST_CONTRAST + 1);
  const nightFill = mixUntil(darkenUntil(asked, (channels) => contrast(channels, WHITE) >= 4.6), WHITE, (channels) => contrast(channels, NIGHT) >= LEAST_EDGE);
  const set = (name: string, channels: Channels): void => root.style.setProperty(`--own-${name}`, toRgb(channels));

  set("fill", day);
  set("accent", day);
  set("accent-soft", mix(day, WHITE, 0.9));
  set("dark-fill", nightFill);
  set("dark-accent", night);
  set("dark-accent-soft", mix(night, NIGHT, 0.9));
  set("header-from", scale(day, 0.72));
  set("header-to", day);
}

/** The contrast of two colours after WCAG 2: 1 to 21. */
export function contrast(one: Channels, other: Channels): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** Reads `#rrggbb`. */
export function channelsOf(colour: string): Channels {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as unknown as Channels;
}

function luminance(channels: Channels): number {
  const [red, green, blue] = channels.map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function darkenUntil(channels: Channels, isEnough: (channels: Channels) => boolean): Channels {
  let darker = channels;
  while (!isEnough(darker)) darker = scale(darker, 0.94);
  return darker;
}

/** Mixes in ever more of another colour; the colour itself at the latest is enough. */
function mixUntil(channels: Channels, goal: Channels, isEnough: (channels: Channels) => boolean): Channels {
  let share = 0;
  while (share < 1 && !isEnough(mix(channels, goal, share))) share += 0.03;
  return mix(channels, goal, Math.min(share, 1));
}

function scale(channels: Channels, factor: number): Channels {
  return channels.map((value) => Math.floor(value * factor)) as unknown as Channels;
}

function mix(channels: Channels, goal: Channels, share: number): Channels {
  return channels.map((value, at) => Math.round(value + ((goal[at] ?? 0) - value) * share)) as unknown as Channels;
}

function toRgb(channels: Channels): string {
  return `rgb(${channels.join(", ")})`;
}
