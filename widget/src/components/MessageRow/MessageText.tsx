/** The words of a message: text stays text, line breaks stay, addresses become links. */

import { linkLabel, splitLinks } from "./links";

/** Draws text with its links. */
export function MessageText({ text }: { text: string }): JSX.Element {
  return (
    <>
      {splitLinks(text).map((part, index) =>
        part.href ? (
          <a key={index} href={part.href} title={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {linkLabel(part.href)}
          </a>
        ) : (
          <span key={index}>{part.text}</span>
        ),
      )}
    </>
  );
}
