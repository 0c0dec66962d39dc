/** Sends a picture or the place where the customer is; nothing leaves before they have said so. */

import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { Button } from "@chatui/core";
import { PICTURE_TYPES, type PictureState } from "../../connection/pictures";
import { explainProblem, fill, useLocale } from "../../locales/locale";
import { Icon } from "../Icons/Icons";
import { findPlace, type PlaceFault, type Point } from "./find_place";
import "./attach.css";

export interface AttachProps {
  picture: PictureState | null;
  onChoose(files: readonly File[]): void;
  onSendPicture(): void;
  onDropPicture(): void;
  onPlace(point: Point): void;
}

/** Draws the two buttons and what they open above the writing place. */
export function Attach(props: AttachProps): JSX.Element {
  const { attach } = useLocale();
  const [isAsking, setAsking] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const placeButton = useRef<HTMLButtonElement>(null);
  const closeConsent = (): void => {
    setAsking(false);
    placeButton.current?.focus();
  };

  return (
    <>
      {props.picture && <PictureTray {...props} picture={props.picture} />}
      {isAsking && <PlaceConsent onPlace={props.onPlace} onClose={closeConsent} />}
      <div className="attach-buttons">
        <button type="button" aria-label={attach.picture} title={attach.picture} onClick={() => chooser.current?.click()} data-testid="attach-picture">
          <Icon name="picture" />
          <span className="attach-word">{attach.pictureWord}</span>
        </button>
        <button ref={placeButton} type="button" aria-label={attach.place} title={attach.place} aria-expanded={isAsking} onClick={() => setAsking(!isAsking)} data-testid="attach-place">
          <Icon name="place" />
          <span className="attach-word">{attach.placeWord}</span>
        </button>
        <input
          ref={chooser}
          type="file"
          multiple
          accept={PICTURE_TYPES.join()}
          hidden
          data-testid="attach-file"
          onChange={(event) => {
            const files = Array.from(event.target.files ?? []);
            // The same picture may be chosen again after a refusal.
            event.target.value = "";
            if (files.length > 0) props.onChoose(files);
          }}
        />
      </div>
    </>
  );
}

function PictureTray({ picture, onSendPicture, onDropPicture }: AttachProps & { picture: PictureState }): JSX.Element {
  const locale = useLocale();
  const { attach } = locale;
  const address = usePreview(picture.file);
  const tray = useFocusInside();
  const percent = Math.round((picture.progress ?? 0) * 100);

  return (
    <div ref={tray} className="attach-tray" role="group" aria-label={attach.picture} data-testid="picture-tray">
      {address && <img src={address} alt={fill(attach.preview, { name: picture.file.name })} />}
      <div className="attach-told">
        <p className="attach-name">{picture.file.name}</p>
        {picture.code && (
          <p role="alert" className="attach-problem" data-code={picture.code}>
            {explainProblem(locale, picture.code)}
          </p>
        )}
        {picture.progress === null
          ? !picture.code && <p className="attach-hint">{attach.private}</p>
          : <progress max={100} value={percent} aria-label={attach.uploading} />}
        {picture.waiting > 0 && <p className="attach-hint">{fill(attach.more, { count: picture.waiting })}</p>}
      </div>
      <div className="attach-acts">
        {picture.progress === null && !picture.isHopeless && (
          <Button color="primary" onClick={onSendPicture} data-testid="picture-send">
            {picture.code ? attach.again : attach.send}
          </Button>
        )}
        <Button onClick={onDropPicture} data-testid="picture-drop">
          {attach.cancel}
        </Button>
      </div>
    </div>
  );
}

function PlaceConsent({ onPlace, onClose }: { onPlace(point: Point): void; onClose(): void }): JSX.Element {
  const { attach } = useLocale();
  const tray = useFocusInside();
  const [isFinding, setFinding] = useState(false);
  const [fault, setFault] = useState<PlaceFault | null>(null);
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => void (isGone.current = true);
  }, []);

  const find = async (): Promise<void> => {
    setFinding(true);
    setFault(null);
    const found = await findPlace();
    // Cancelled meanwhile: the place must not leave.
    if (isGone.current) return;
    setFinding(false);
    if (typeof found === "string") return setFault(found);
    onPlace(found);
    onClose();
  };
  const closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    // The chat behind has its own Escape: one press closes one thing.
    event.preventDefault();
    onClose();
  };

  return (
    <div ref={tray} className="attach-tray" role="group" aria-label={attach.place} data-testid="place-consent" onKeyDown={closeOnEscape}>
      <div className="attach-told">
        <p className="attach-hint">{attach.placeWhy}</p>
        {fault && (
          <p role="alert" className="attach-problem" data-code={fault}>
            {attach[fault]}
          </p>
        )}
      </div>
      <div className="attach-acts">
        <Button color="primary" disabled={isFinding} onClick={() => void find()} data-testid="place-send">
          {isFinding ? attach.finding : attach.sendPlace}
        </Button>
        <Button onClick={onClose}>{attach.cancel}</Button>
      </div>
    </div>
  );
}

/** What has opened above the field takes the focus: its first button is the next thing to press. */
function useFocusInside(): RefObject<HTMLDivElement> {
  const tray = useRef<HTMLDivElement>(null);
  useEffect(() => tray.current?.querySelector("button")?.focus(), []);
  return tray;
}

function usePreview(file: File): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address;
}
