/** Small line icons, drawn in the colour of their text and silent for screen readers. */

import type { ReactNode } from "react";

export type IconName = "bill" | "order" | "outage" | "work" | "voice" | "person" | "send" | "down" | "close" | "clock" | "retry" | "shield" | "alert" | "picture" | "place" | "sound" | "settings" | "letters" | "thumb_up" | "thumb_down";

const SHAPES: Record<IconName, ReactNode> = {
  bill: <path d="M6 3h12v18l-3-2-3 2-3-2-3 2V3Zm3 5h6M9 12h6" />,
  order: <path d="M8 4h8v3H8zM8 5.5H5V21h14V5.500h-3M9 12h6M9 16h4" />,
  outage: <path d="M13 2 5 13.500h6L10 22l9-12.500h-6.500L13 2Z" />,
  work: <path d="M4 8h16v11H4zM9 8V5h6v3M4 13h16" />,
  voice: <path d="M4 5h16v11H10l-4 4v-4H4zM8.500 9h7M8.500 12h4.500" />,
  person: <path d="M4.500 13v-1.500a7.500 7.500 0 0 1 15 0V13M4.500 13H7v5H5.500a1 1 0 0 1-1-1zm15 0H17v5h1.500a1 1 0 0 0 1-1zm-1.500 5c0 2-2 3-4.500 3" />,
  send: <path d="M12 19V5m0 0-6 6m6-6 6 6" />,
  down: <path d="m6 9 6 6 6-6" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  clock: <path d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4.500V12l3 2" />,
  retry: <path d="M20 12a8 8 0 1 1-2.400-5.700M20 3v5h-5" />,
  shield: <path d="M12 3 5 6v5.500c0 4.500 3 7.800 7 9.500 4-1.700 7-5 7-9.500V6l-7-3Zm-3 9 2.200 2.200L15.500 10" />,
  picture: <path d="M4 5h16v14H4zM4 16l4.500-4.500 4 4 3-3L20 17M15.500 9.500h.1" />,
  place: <path d="M12 21s-6.500-6.300-6.500-11a6.500 6.500 0 0 1 13 0c0 4.700-6.500 11-6.500 11Zm0-8.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z" />,
  sound: <path d="M12 4v16M8 8v8M4 10.500v3M16 8v8M20 10.500v3" />,
  thumb_up: <path d="M7 11v9H4v-9zm0 0 4-8c1.500 0 2.500 1 2.500 2.500V9H19a1.500 1.500 0 0 1 1.500 1.800l-1.300 7.700A1.800 1.800 0 0 1 17.400 20H7" />,
  thumb_down: <path d="M17 13V4h3v9zm0 0-4 8c-1.500 0-2.500-1-2.500-2.500V15H5a1.500 1.500 0 0 1-1.500-1.800l1.300-7.700A1.800 1.800 0 0 1 6.600 4H17" />,
  settings: <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5" />,
  letters: <path d="m3 18 4.500-12h.5L12.500 18M4.700 14h6M14.500 18l3-8h.3l3 8M15.500 15.500h4.300" />,
  alert: <path d="M12 4 2.500 20h19L12 4Zm0 6v4.500m0 2.700v.1" />,
};

/** Draws one icon. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {SHAPES[name]}
    </svg>
  );
}

/** The face of the assistant: a star with a power spark, on the colours of the river. */
export function BotAvatar(): JSX.Element {
  return (
    <svg className="avatar avatar-bot" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
      <rect width="40" height="40" rx="20" className="avatar-ground" />
      <path className="avatar-river" d="M-2 29c9-7 15 2 23-3s10-10 21-9v25H-2z" />
      <path className="avatar-spark" d="M21.500 8 12 21.500h6.500L17.500 31 28 16.800h-6.700L21.500 8Z" />
      <circle className="avatar-star" cx="29.500" cy="10.500" r="1.400" />
      <circle className="avatar-star" cx="9.500" cy="14" r="1" />
    </svg>
  );
}

/** The face of a person: the last character of the name, as Chinese desks do. */
export function AgentAvatar({ name }: { name: string }): JSX.Element {
  return (
    <span className="avatar avatar-agent" aria-hidden="true">
      {Array.from(name).slice(-1)}
    </span>
  );
}

/** The star river behind the head of the page. */
export function StarRiver(): JSX.Element {
  const stars: Array<[number, number, number]> = [
    [22, 14, 1], [58, 38, 0.8], [96, 12, 0.7], [131, 30, 1.1], [168, 16, 0.8], [204, 44, 0.9], [238, 20, 1.2],
    [262, 52, 0.7], [291, 11, 0.9], [318, 34, 1.3], [344, 18, 0.8], [372, 46, 1], [398, 24, 0.7], [421, 9, 1.1], [449, 36, 0.8],
  ];
  return (
    <svg className="star-river" viewBox="0 0 480 76" preserveAspectRatio="xMaxYMid slice" aria-hidden="true" focusable="false">
      <path className="river-far" d="M-10 70C90 30 150 78 250 46S400 8 500 26v60H-10z" />
      <path className="river-near" d="M-10 84C110 50 190 88 290 62s130-34 210-26v50H-10z" />
      {stars.map(([x, y, radius]) => (
        <circle key={x} cx={x} cy={y} r={radius} />
      ))}
    </svg>
  );
}
