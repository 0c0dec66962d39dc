/**
 * A stand-in for the bot process while the chat is being built: it speaks section 5 with a canned conversation.
 *
 * `npm run mock` serves dist/ and the web door on 127.0.0.1:5090 (MOCK_PORT); nothing is kept, no business is done.
 * MOCK_THINKING_MS is the pause before each step of an answer, MOCK_POLICY a Content-Security-Policy to serve it under. `canned.mjs` says which words call which state.
 * With MOCK_NO_SOCKET=1 it refuses WebSockets, so that the long poll can be looked at.
 */

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { randomUUID } from "node:crypto";
import { WebSocketServer } from "ws";
import { answerTo, greeting } from "./canned.mjs";
import { attachmentOf, keepMedia, readMedia } from "./media.mjs";

const DIST = new URL("../dist/", import.meta.url);
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const THINKING_MS = Number(process.env.MOCK_THINKING_MS ?? 700);

/** One visitor's conversation: what was said and who listens. */
class Conversation {
  constructor() {
    this.visitorId = randomUUID();
    this.messages = [];
    this.owner = "bot";
    this.agent = undefined;
    this.accepted = new Map();
    this.listeners = new Set();
    this.evaluations = new Map();
    this.customerRead = 0;
    greeting().forEach((line) => this.say(line));
  }

  tell(frame) {
    this.listeners.forEach((listener) => listener(frame));
  }

  say(line) {
    const message = { seq: this.messages.length + 1, at: new Date().toISOString(), text: "", ...line };
    this.messages.push(message);
    this.tell({ type: "message", message });
    return message.seq;
  }

  after(seq) {
    return this.messages.filter((message) => message.seq > seq);
  }

  /** Takes one customer message, once for each client_id. */
  accept(frame) {
    const known = this.accepted.get(frame.client_id);
    if (known) return { seq: known, duplicate: true };
    const seq = this.say({ role: "customer", client_id: frame.client_id, ...contentOf(frame) });
    this.accepted.set(frame.client_id, seq);
    this.play(answerTo(wordsOf(frame), this.owner));
    return { seq, duplicate: false };
  }

  play(steps) {
    steps.forEach((step, index) => setTimeout(() => this.perform(step), step.now ? 0 : THINKING_MS * (index + 1)));
  }

  perform(step) {
    if (step.typing) this.tell({ type: "typing", role: step.typing, on: true });
    if (step.owner) {
      this.owner = step.owner;
      this.agent = step.agent;
      this.tell({ type: "owner", owner: this.owner, ...(this.agent ? { agent: this.agent } : {}) });
    }
    if (step.say) this.say(step.say);
    if (step.error) this.tell({ type: "error", ...step.error });
    if (step.drop) this.tell(null);
  }

  get standing() {
    const marks = { customer_read: this.customerRead, agent_read: this.owner === "agent" ? this.messages.length : 0 };
    const whose = { owner: this.owner, ...(this.agent ? { agent: this.agent } : {}) };
    return { ...whose, ...marks, last_seq: this.messages.length, evaluations: [...this.evaluations.values()] };
  }

  read(seq) {
    this.customerRead = Math.max(this.customerRead, seq);
    this.tell({ type: "read", role: "customer", seq: this.customerRead });
  }

  evaluate({ seq, ...opinion }) {
    const kind = this.messages[seq - 1]?.survey ? "service" : "answer";
    const evaluation = { seq, kind, at: new Date().toISOString(), ...opinion };
    this.evaluations.set(seq, evaluation);
    this.tell({ type: "evaluation", evaluation });
    return evaluation;
  }

  before(seq, limit) {
    const older = this.messages.filter((message) => message.seq < seq);
    return { messages: older.slice(-limit), evaluations: [], more: older.length > limit };
  }
}

function contentOf({ type, label = "", text = "", media_id, latitude, longitude }) {
  if (type === "press") return { text: label };
  if (type === "location") return { text: label, location: { latitude, longitude, label } };
  if (type === "image") return { text: "", attachment: attachmentOf(media_id) };
  return { text };
}

/** What an answer is looked up by. */
function wordsOf({ type, payload, text }) {
  return { press: payload, image: "图片", location: "位置" }[type] ?? text;
}

const conversations = new Map();

async function readBody(request) {
  let body = "";
  for await (const chunk of request) body += chunk;
  return JSON.parse(body || "{}");
}

function answer(response, status, body) {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

function refuse(response, status, code) {
  answer(response, status, { type: "about:blank", title: code, status, code, detail: code });
}

async function openSession(request, response) {
  const { token } = await readBody(request);
  if (token && !conversations.has(token)) return refuse(response, 401, "web.token.invalid");
  const held = token ?? randomUUID();
  if (!conversations.has(held)) conversations.set(held, new Conversation());
  const expires_at = new Date(Date.now() + 864e5).toISOString();
  return answer(response, 200, { token: held, visitor_id: conversations.get(held).visitorId, expires_at, doors: ["wechat"] });
}

async function poll(conversation, after, waitSeconds) {
  if (conversation.after(after).length === 0 && waitSeconds > 0) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, waitSeconds * 1000);
      const listener = () => {
        clearTimeout(timer);
        conversation.listeners.delete(listener);
        resolve();
      };
      conversation.listeners.add(listener);
    });
  }
  return { ...conversation.standing, messages: conversation.after(after) };
}

async function serveMessages(request, response, url) {
  const conversation = conversations.get((request.headers.authorization ?? "").replace("Bearer ", ""));
  if (!conversation) return refuse(response, 401, "web.token.invalid");
  if (url.pathname.endsWith("/evaluations")) return answer(response, 200, conversation.evaluate(await readBody(request)));
  if (url.pathname.endsWith("/transcript")) return response.end(conversation.messages.map(({ text }) => text).join("\n"));
  if (url.pathname.endsWith("/signs")) return response.writeHead(204).end();
  if (request.method === "POST") return answer(response, 202, conversation.accept(await readBody(request)));
  const [before, limit] = ["before", "limit"].map((name) => Number(url.searchParams.get(name)));
  if (before) return answer(response, 200, conversation.before(before, limit));
  const [after, wait] = ["after", "wait"].map((name) => Number(url.searchParams.get(name)));
  return answer(response, 200, await poll(conversation, after, wait));
}

async function serveMedia(request, response, mediaId) {
  if (request.method === "POST") {
    const { status, body } = await keepMedia(request);
    return answer(response, status, body);
  }
  const media = readMedia(mediaId);
  if (!media) return refuse(response, 404, "media.unknown");
  return response.writeHead(200, { "Content-Type": media.mime }).end(media.bytes);
}

async function serveFile(response, path) {
  const file = new URL("." + (path === "/" ? "/index.html" : path), DIST);
  try {
    const body = await readFile(file);
    const policy = process.env.MOCK_POLICY ? { "Content-Security-Policy": process.env.MOCK_POLICY } : {};
    response.writeHead(200, { "Content-Type": TYPES[extname(file.pathname)] ?? "application/octet-stream", ...policy }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://mock");
  if (url.pathname === "/webhooks/web/session") return openSession(request, response);
  if (/^\/webhooks\/web\/(messages|evaluations|transcript|signs)$/.test(url.pathname)) return serveMessages(request, response, url);
  if (url.pathname.startsWith("/webhooks/web/media")) return serveMedia(request, response, url.pathname.split("/")[4]);
  return serveFile(response, url.pathname);
});

function greet(socket, frame) {
  const conversation = conversations.get(frame.token);
  if (!conversation) return socket.close(4401);
  const send = (out) => (out ? socket.send(JSON.stringify(out)) : socket.terminate());
  send({ type: "welcome", visitor_id: conversation.visitorId, ...conversation.standing });
  conversation.after(frame.last_seq || conversation.messages.length - 200).forEach((message) => send({ type: "message", message }));
  conversation.listeners.add(send);
  socket.on("close", () => conversation.listeners.delete(send));
  socket.on("message", (data) => listen(conversation, send, JSON.parse(data)));
}

function listen(conversation, send, frame) {
  if (frame.type === "ping") send({ type: "pong" });
  if (frame.type === "read") conversation.read(frame.seq);
  if (!["message", "press", "location", "image"].includes(frame.type)) return;
  const { seq } = conversation.accept(frame);
  send({ type: "ack", client_id: frame.client_id, seq });
}

if (!process.env.MOCK_NO_SOCKET) {
  const sockets = new WebSocketServer({ server, path: "/webhooks/web/ws" });
  sockets.on("connection", (socket) => socket.once("message", (data) => greet(socket, JSON.parse(data))));
}

const port = Number(process.env.MOCK_PORT ?? 5090);
server.listen(port, "127.0.0.1", () => process.stdout.write(`mock door on http://127.0.0.1:${port}/\n`));
