/** A picture, a place or a voice as a line; the pictures come from the server with the visitor's own token. */

import { createContext, useContext, useEffect, useState } from "react";
import { Bubble } from "@chatui/core";
import { useLocale } from "../../locales/locale";
import type { Message } from "../../connection/wire";
import { Icon } from "../Icons/Icons";
import "./media.css";

export type ReadMedia = (mediaId: string) => Promise<Blob>;

export const MediaContext = createContext<ReadMedia | null>(null);

type Content = Pick<Message, "text" | "location" | "attachment">;

/** Tells whether a line is more than its words. */
export function isMedia(content: Content): boolean {
  return Boolean(content.location ?? content.attachment);
}

/** Draws such a line. */
export function MediaLine({ content }: { content: Content }): JSX.Element {
  const { media } = useLocale();
  const { location, attachment, text } = content;
  if (attachment?.kind === "image") return <Picture mediaId={attachment.media_id} name={attachment.name} />;
  if (attachment?.kind === "file" && attachment.media_id) {
    return <Paper mediaId={attachment.media_id} name={attachment.name} />;
  }
  if (location) {
    const point = `${location.latitude.toFixed(4)}, ${location.longitude.toFixed(4)}`;
    return <Mark icon="place" title={media.place} detail={location.label || point} />;
  }
  const heard = attachment?.kind === "voice" ? attachment.text || media.voiceUnheard : text;
  return <Mark icon="sound" title={attachment?.kind === "voice" ? media.voice : media.file} detail={heard} />;
}

function Mark({ icon, title, detail }: { icon: "place" | "sound" | "picture"; title: string; detail: string }): JSX.Element {
  return (
    <Bubble type="text">
      <span className="media-mark" data-testid={`media-${icon}`}>
        <Icon name={icon} />
        <span>
          <b>{title}</b>
          <span>{detail}</span>
        </span>
      </span>
    </Bubble>
  );
}

function Picture({ mediaId, name }: { mediaId: string; name: string }): JSX.Element {
  const { media } = useLocale();
  const address = useAddress(mediaId);
  if (!address) return <Mark icon="picture" title={media.picture} detail={name} />;
  return (
    <a className="media-picture" href={address} target="_blank" rel="noopener" data-testid="media-picture">
      <img src={address} alt={name || media.picture} />
    </a>
  );
}

/** A paper an agent has sent: its name is text, its bytes come with the visitor's own token. */
function Paper({ mediaId, name }: { mediaId: string; name: string }): JSX.Element {
  const { media } = useLocale();
  const address = useAddress(mediaId);
  if (!address) return <Mark icon="picture" title={media.file} detail={name} />;
  return (
    <a href={address} download={name} data-testid="media-paper">
      <Mark icon="picture" title={media.file} detail={name} />
    </a>
  );
}

/** An address of the picture inside this page, or null until it is there, or when it cannot be had. */
function useAddress(mediaId: string): string | null {
  const read = useContext(MediaContext);
  const [address, setAddress] = useState<string | null>(null);

  useEffect(() => {
    let made = "";
    let isGone = false;
    if (read && mediaId) {
      read(mediaId).then(
        (blob) => {
          if (!isGone) setAddress((made = URL.createObjectURL(blob)));
        },
        () => undefined, // The line says what it is; a later visit tries again.
      );
    }
    return () => {
      isGone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [read, mediaId]);

  return address;
}
