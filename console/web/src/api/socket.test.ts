import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { DeskSocket, type Connection } from "./socket";

/** A wire in the test's hand. */
class FakeWire {
  onopen: (() => void) | null = null;
  onmessage: ((frame: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: string[] = [];
  closed = false;

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }
}

function aSocket() {
  const wires: FakeWire[] = [];
  const states: Connection[] = [];
  const listener = { onConnection: (state: Connection) => void states.push(state), onEvent: vi.fn(), onRefused: vi.fn() };
  const open = () => {
    const wire = new FakeWire();
    wires.push(wire);
    return wire as unknown as WebSocket;
  };
  const socket = new DeskSocket({ url: "ws://desk/api/ws", open, random: () => 1 }, listener);
  return { socket, wires, states, listener };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a closed line is opened again, each time after a longer pause", () => {
  const { socket, wires } = aSocket();
  socket.start();

  wires[0]!.onclose!();
  vi.advanceTimersByTime(500);
  expect(wires).toHaveLength(2);
  wires[1]!.onclose!();
  vi.advanceTimersByTime(500);
  expect(wires).toHaveLength(2);
  vi.advanceTimersByTime(500);

  expect(wires).toHaveLength(3);
});

test("the page hears of offline and of online again", () => {
  const { socket, wires, states } = aSocket();
  socket.start();
  wires[0]!.onopen!();

  wires[0]!.onclose!();
  vi.advanceTimersByTime(500);
  wires[1]!.onopen!();

  expect(states).toEqual(["connecting", "online", "offline", "connecting", "online"]);
});

test("only a line that never opened counts as refused", () => {
  const { socket, wires, listener } = aSocket();
  socket.start();
  wires[0]!.onopen!();
  wires[0]!.onclose!();
  expect(listener.onRefused).not.toHaveBeenCalled();
  vi.advanceTimersByTime(500);

  wires[1]!.onclose!();

  expect(listener.onRefused).toHaveBeenCalledOnce();
});

test("a line without a pong is given up", () => {
  const { socket, wires, states } = aSocket();
  socket.start();
  wires[0]!.onopen!();

  vi.advanceTimersByTime(28_000);

  expect(wires[0]!.sent).toContain('{"type":"ping"}');
  expect(wires[0]!.closed).toBe(true);
  expect(states).toContain("offline");
});

test("a line with pongs stays", () => {
  const { socket, wires } = aSocket();
  socket.start();
  wires[0]!.onopen!();

  for (let minute = 0; minute < 10; minute += 1) {
    vi.advanceTimersByTime(20_000);
    wires[0]!.onmessage!({ data: '{"type":"pong"}' });
  }

  expect(wires).toHaveLength(1);
  expect(wires[0]!.closed).toBe(false);
});

test("a stopped socket stays closed", () => {
  const { socket, wires } = aSocket();
  socket.start();

  socket.stop();
  wires[0]!.onclose!();
  vi.advanceTimersByTime(60_000);

  expect(wires).toHaveLength(1);
});
