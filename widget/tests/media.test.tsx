/** Pictures, places and charts: what leaves, what is shown, what is said when it does not work. */

import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Attach, type AttachProps } from "../src/components/Attach/Attach";
import { Chart } from "../src/components/Chart/Chart";
import { ChatCard } from "../src/components/ChatCard/ChatCard";
import { MediaContext, MediaLine } from "../src/components/Media/Media";
import { PICTURE_BYTES } from "../src/connection/pictures";
import type { Attachment } from "../src/connection/wire";
import { settle, stageForEachTest } from "./stage";

const PHOTO = new File([new Uint8Array(8)], "meter.png", { type: "image/png" });
const SECOND = new File([new Uint8Array(8)], "second.png", { type: "image/png" });
const HUGE = Object.defineProperty(new File([], "huge.png"), "size", { value: PICTURE_BYTES + 1 });
const MEDIA_ID = "0".repeat(32);

beforeEach(() => {
  URL.createObjectURL = vi.fn(() => "blob:here");
  URL.revokeObjectURL = vi.fn();
});
afterEach(cleanup);

describe("a picture on its way", () => {
  const stage = stageForEachTest();

  test("is uploaded, then sent as a line of its own", async () => {
    const connection = await stage.open();
    connection.pictures.choose(PHOTO);
    expect(connection.getSnapshot().picture?.progress).toBeNull();

    void connection.pictures.send();
    expect(connection.getSnapshot().picture?.progress).toBe(0.5);
    await settle();

    expect(stage.door.received).toMatchObject([{ type: "image", media_id: MEDIA_ID }]);
    expect(connection.getSnapshot().picture).toBeNull();
    expect(connection.getSnapshot().messages[0]?.attachment?.media_id).toBe(MEDIA_ID);
  });

  test("is not uploaded when it is too large", async () => {
    const connection = await stage.open();

    connection.pictures.choose(HUGE);
    await connection.pictures.send();

    expect(connection.getSnapshot().picture?.code).toBe("media.too_large");
    expect(stage.door.uploads).toEqual([]);
  });

  test.each([
    ["a refusal", "media.kind", () => (stage.door.refusal = "media.kind")],
    ["a lost network", "media.unreachable", () => (stage.door.isUnreachable = true)],
  ])("says so after %s and can be sent again", async (_case, code, harm) => {
    const connection = await stage.open();
    connection.pictures.choose(PHOTO);
    harm();
    await connection.pictures.send();
    expect(connection.getSnapshot().picture).toMatchObject({ progress: null, code });

    stage.door.refusal = null;
    stage.door.isUnreachable = false;
    await connection.pictures.send();
    await settle();

    expect(stage.door.received).toMatchObject([{ type: "image" }]);
  });

  test("is not sent when it was dropped meanwhile", async () => {
    const connection = await stage.open();
    let arrive = (): void => undefined;
    stage.door.uploading = new Promise((resolve) => (arrive = resolve));
    connection.pictures.choose(PHOTO);
    const sending = connection.pictures.send();

    connection.pictures.drop();
    arrive();
    await sending;
    await settle();

    expect(stage.door.received).toEqual([]);
  });

  test("is ended by a cancel in the middle, and the next one is shown", async () => {
    const connection = await stage.open();
    stage.door.uploading = new Promise(() => undefined);
    connection.pictures.choose(PHOTO, SECOND);
    const sending = connection.pictures.send();

    connection.pictures.drop();
    await sending;

    expect(stage.door.uploads).toEqual([]);
    expect(connection.getSnapshot().picture).toMatchObject({ file: SECOND, progress: null, waiting: 0 });
  });

  test("several go one after the other, in the order they were chosen", async () => {
    const connection = await stage.open();
    connection.pictures.choose(PHOTO, SECOND);
    expect(connection.getSnapshot().picture?.waiting).toBe(1);

    await connection.pictures.send();
    await settle();

    expect(stage.door.uploads).toEqual(["meter.png", "second.png"]);
    expect(stage.door.received).toHaveLength(2);
    expect(connection.getSnapshot().picture).toBeNull();
  });

  test("several stop at the one that is cut off, and go on from there", async () => {
    const connection = await stage.open();
    connection.pictures.choose(PHOTO, SECOND);
    stage.door.isUnreachable = true;
    await connection.pictures.send();
    expect(connection.getSnapshot().picture).toMatchObject({ file: PHOTO, code: "media.unreachable", waiting: 1 });
    stage.door.isUnreachable = false;

    await connection.pictures.send();
    await settle();

    expect(stage.door.received).toHaveLength(2);
  });

  test("of a wrong kind is not uploaded", async () => {
    const connection = await stage.open();

    connection.pictures.choose(new File(["%PDF"], "bill.pdf", { type: "application/pdf" }));
    await connection.pictures.send();

    expect(connection.getSnapshot().picture).toMatchObject({ code: "media.kind", isHopeless: true });
    expect(stage.door.uploads).toEqual([]);
  });

  test("no more than nine at once are taken", async () => {
    const connection = await stage.open();

    connection.pictures.choose(...Array.from({ length: 12 }, (_, at) => new File(["x"], `${at}.png`, { type: "image/png" })));

    expect(connection.getSnapshot().picture?.waiting).toBe(8);
  });

  test("a place is a line of its own", async () => {
    const connection = await stage.open();

    connection.sendLocation(29.0455, 126.0433);
    await settle();

    expect(stage.door.received).toMatchObject([{ type: "location", latitude: 29.0455, longitude: 126.0433 }]);
    expect(connection.getSnapshot().messages[0]?.location?.latitude).toBe(29.0455);
  });

  test("a line about a picture the server does not know is not repeated for ever", async () => {
    const connection = await stage.open();
    stage.door.refusal = "media.unknown";

    connection.sendLocation(0, 0);
    await settle(60_000);

    expect(connection.getSnapshot().unsent[0]).toMatchObject({ state: "refused", code: "media.unknown" });
    expect(stage.door.received).toHaveLength(1);
  });
});

describe("attach", () => {
  function show(more: Partial<AttachProps> = {}): AttachProps {
    const props = { picture: null, onChoose: vi.fn(), onSendPicture: vi.fn(), onDropPicture: vi.fn(), onPlace: vi.fn(), ...more };
    render(<Attach {...props} />);
    return props;
  }

  function locate(answer: (ok: PositionCallback, no: PositionErrorCallback) => void): void {
    Object.defineProperty(navigator, "geolocation", { configurable: true, value: { getCurrentPosition: answer } });
  }

  test("a chosen picture is shown before it is sent", () => {
    const props = show();

    fireEvent.change(screen.getByTestId("attach-file"), { target: { files: [PHOTO] } });

    expect(props.onChoose).toHaveBeenCalledWith([PHOTO]);
  });

  test("the tray shows progress, then what went wrong", () => {
    show({ picture: { file: PHOTO, progress: 0.25, waiting: 2 } });
    expect(screen.getByRole("progressbar").getAttribute("value")).toBe("25");
    expect(screen.getByText("后面还有 2 张，会接着发送")).toBeTruthy();
    cleanup();

    const props = show({ picture: { file: PHOTO, progress: null, code: "media.kind", waiting: 0 } });
    fireEvent.click(screen.getByTestId("picture-send"));

    expect(screen.getByRole("alert").textContent).toContain("jpg");
    expect(props.onSendPicture).toHaveBeenCalled();
  });

  test("nobody is located before they say so", async () => {
    const found = vi.fn((ok: PositionCallback) => ok({ coords: { latitude: 29, longitude: 126 } } as GeolocationPosition));
    locate(found);
    const props = show();

    fireEvent.click(screen.getByTestId("attach-place"));
    expect(found).not.toHaveBeenCalled();
    fireEvent.click(screen.getByTestId("place-send"));

    await waitFor(() => expect(props.onPlace).toHaveBeenCalledWith({ latitude: 29, longitude: 126 }));
  });

  test("a place that is found after a cancel is not sent", async () => {
    let arrive: PositionCallback = () => undefined;
    locate((ok) => (arrive = ok));
    const props = show();
    fireEvent.click(screen.getByTestId("attach-place"));
    fireEvent.click(screen.getByTestId("place-send"));

    fireEvent.click(screen.getByTestId("attach-place"));
    arrive({ coords: { latitude: 29, longitude: 126 } } as GeolocationPosition);
    await Promise.resolve();

    expect(props.onPlace).not.toHaveBeenCalled();
  });

  test("a place that is not found in time says what to do instead", async () => {
    locate((_ok, no) => no({ code: 3, PERMISSION_DENIED: 1 } as GeolocationPositionError));
    show();

    fireEvent.click(screen.getByTestId("attach-place"));
    fireEvent.click(screen.getByTestId("place-send"));

    expect((await screen.findByRole("alert")).dataset.code).toBe("placeUnknown");
  });

  test("a refused place says what to do instead", async () => {
    locate((_ok, no) => no({ code: 1, PERMISSION_DENIED: 1 } as GeolocationPositionError));
    const props = show();

    fireEvent.click(screen.getByTestId("attach-place"));
    fireEvent.click(screen.getByTestId("place-send"));

    expect((await screen.findByRole("alert")).textContent).toContain("小区名");
    expect(props.onPlace).not.toHaveBeenCalled();
  });
});

describe("lines", () => {
  const image: Attachment = { kind: "image", media_id: MEDIA_ID, name: "表箱.png", mime: "image/png", size: 9, text: "" };

  test("a picture is read with the visitor's own token", async () => {
    const read = vi.fn(() => Promise.resolve(new Blob()));

    render(
      <MediaContext.Provider value={read}>
        <MediaLine content={{ text: "[图片]", attachment: image }} />
      </MediaContext.Provider>,
    );

    expect((await screen.findByAltText("表箱.png")).getAttribute("src")).toBe("blob:here");
    expect(read).toHaveBeenCalledWith(MEDIA_ID);
  });

  test.each([
    ["a picture that cannot be had", { text: "[图片]", attachment: image }, "图片表箱.png"],
    ["a place", { text: "[位置]", location: { latitude: 29.04551, longitude: 126.1, label: "" } }, "位置29.0455, 126.1000"],
    ["a named place", { text: "[位置] 织女苑", location: { latitude: 29, longitude: 126, label: "织女苑" } }, "位置织女苑"],
    ["a voice", { text: "停电了", attachment: { ...image, kind: "voice", text: "停电了" } }, "语音停电了"],
    ["a voice nobody understood", { text: "[语音]", attachment: { ...image, kind: "voice" } }, "语音没有识别出文字"],
  ])("%s says what it is", (_case, content, said) => {
    const { container } = render(<MediaLine content={content} />);

    expect(container.textContent).toBe(said);
  });
});

describe("chart", () => {
  const figures = { kind: "bar" as const, labels: ["2026年8月", "2026年9月", "2026年10月"], values: [400, 200, 318], unit: "度", highlight: 2 };
  const asWire = figures as unknown as Parameters<typeof Chart>[0]["figures"];

  test("bars are as high as their figures, the one spoken of stands out", () => {
    const { container } = render(<Chart figures={asWire} />);

    const heights = [...container.querySelectorAll("rect")].map((bar) => Number(bar.getAttribute("height")));
    expect(heights[1]! / heights[0]!).toBeCloseTo(0.5);
    expect(heights[2]! / heights[0]!).toBeCloseTo(0.795);
    expect(container.querySelector('[data-highlight="true"]')?.textContent).toBe("31810月");
  });

  test("who cannot see reads a table", () => {
    render(<ChatCard card={{ kind: "usage", title: "用电", rows: [], chart: asWire }} />);

    expect(screen.getByRole("img").getAttribute("aria-label")).toContain("2026年8月至2026年10月");
    expect(screen.getByRole("table").textContent).toContain("2026年10月318 度");
  });
});
