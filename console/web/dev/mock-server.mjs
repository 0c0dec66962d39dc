/**
 * A stand-in for console/server while drawing the desk: serves `dist/`, the calls and the socket of
 * docs/architecture.md section 6 from invented data, and `POST /mock/<act>` to play events. Never part of the product.
 *
 * Usage: npm run build && MOCK_PORT=5081 npm run mock   (log in as K0104 or S0001, password "mock-password")
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";

import { ACCOUNTS, PASSWORD, demoClock, world } from "./mock-data.mjs";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const state = { ...world(), session: null, sockets: new Set(), failing: false, down: false };

const now = demoClock();
const problem = (status, code, more = {}) => ({ status, body: { type: "about:blank", title: code, status, code, ...more } });
const ok = (body, status = 200) => ({ status, body });
const emit = (event) => state.sockets.forEach((socket) => socket.send(JSON.stringify(event)));
const me = () => ACCOUNTS[state.session].agent;

function append(id, role, text, more = {}) {
  const thread = state.threads.get(id);
  const message = { seq: thread.messages.length + 1, role, at: now(), text, ...more };
  thread.messages.push(message);
  const unread = thread.conversation.unread + (role === "customer" ? 1 : 0);
  Object.assign(thread.conversation, { last_text: text, last_at: message.at, last_seq: message.seq, unread });
  emit({ type: "message", conversation_id: id, message });
  return message;
}

function change(id, owner, agent, name) {
  const thread = state.threads.get(id);
  const epoch = thread.conversation.epoch + 1;
  thread.conversation = { ...thread.conversation, owner, agent, epoch, escalation: null };
  thread.timeline = [...thread.timeline, { name, actor: me().id, at: now(), detail: null }];
  state.queue = state.queue.filter((one) => one.conversation_id !== id);
  emit({ type: "conversation.changed", conversation_id: id, owner, epoch });
  emit({ type: "queue.changed" });
  return ok({ conversation: thread.conversation });
}

function own(id, name) {
  append(id, "system", `坐席 ${me().name} 已接入`);
  return change(id, "agent", { id: me().id, name: me().name }, name);
}

function said(id, role, { client_id, text }) {
  const held = state.threads.get(id).messages.find((message) => message.client_id === client_id);
  if (held) return ok({ message: held }, 201);
  if (state.failing) return problem(503, "runtime.store.unavailable");
  const outbound = role === "agent" ? { delivery: "pending" } : {};
  const message = append(id, role, text, { client_id, agent: { id: me().id, name: me().name }, ...outbound });
  // The outbox delivers a moment later and, like the real one, does not announce it.
  if (role === "agent") setTimeout(() => (message.delivery = "sent"), 300);
  return ok({ message: { ...message } }, 201);
}

const CONVERSATION_ACTS = {
  "POST messages": (id, body) => said(id, "agent", body),
  "POST notes": (id, body) => said(id, "note", body),
  "POST takeover": (id) => own(id, "escalation.taken_over"),
  "POST return": (id) => change(id, "bot", null, "escalation.returned"),
  "POST close": (id) => change(id, "bot", null, "escalation.closed"),
  "POST typing": () => ({ status: 204 }),
};

function conversationCall(method, id, act, body, query) {
  const thread = state.threads.get(id);
  if (!thread) return problem(404, "console.conversation.unknown");
  if (method === "GET" && !act) {
    thread.conversation.unread = 0;
    return ok(thread);
  }
  if (method === "GET") return ok({ messages: thread.messages.filter((one) => one.seq > Number(query.get("after"))) });
  return CONVERSATION_ACTS[`${method} ${act}`]?.(id, body) ?? problem(404, "console.route.unknown");
}

function login({ username, password }) {
  if (!ACCOUNTS[username] || password !== PASSWORD) return problem(401, "console.login.failed");
  emit({ type: "session.replaced" });
  state.session = username;
  return { ...ok({ ...ACCOUNTS[username], csrf: "mock-csrf" }), cookie: "gridtalk_session=mock; HttpOnly; SameSite=Strict; Path=/" };
}

const waiting = (one) => ({ ...one, waiting_s: Math.floor((Date.parse(now()) - Date.parse(one.requested_at)) / 1000) });

function listed(scope) {
  const all = [...state.threads.values()].map((thread) => thread.conversation);
  return scope === "all" ? all : all.filter((one) => one.agent?.id === me().id);
}

function api(method, path, body, query) {
  if (path === "/api/login") return login(body);
  if (!state.session) return problem(401, "console.session.missing");
  if (path === "/api/logout") {
    state.session = null;
    return { status: 204 };
  }
  if (path === "/api/me") return ok({ ...ACCOUNTS[state.session], csrf: "mock-csrf" });
  if (path === "/api/queue") return ok({ escalations: state.queue.map(waiting) });
  if (path === "/api/conversations") return ok({ conversations: listed(query.get("scope")) });
  const [, , room, id, act] = path.split("/");
  if (room === "conversations") return conversationCall(method, id, act, body, query);
  const one = state.queue.find((escalation) => escalation.id === Number(id));
  return one ? own(one.conversation_id, "escalation.accepted") : problem(409, "handoff.already_accepted", { agent: { id: "K0105", name: "顾南乔" } });
}

/** Events to play on the page by hand or from a script. */
const MOCK_ACTS = {
  say: ({ id, text }) => append(id, "customer", text),
  typing: ({ id }) => emit({ type: "typing", conversation_id: id, role: "customer", on: true }),
  fail: ({ on }) => (state.failing = on),
  down: ({ on }) => (state.down = on),
  cut: () => state.sockets.forEach((socket) => socket.terminate()),
  replace: () => emit({ type: "session.replaced" }),
};

async function answer(request, response) {
  const url = new URL(request.url, "http://mock");
  const chunks = await request.toArray();
  const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {};
  if (url.pathname.startsWith("/mock/")) {
    MOCK_ACTS[url.pathname.slice(6)](body);
    return response.writeHead(204).end();
  }
  if (!url.pathname.startsWith("/api/")) return serveFile(url.pathname, response);
  const { status, body: reply, cookie } = api(request.method, url.pathname, body, url.searchParams);
  response.writeHead(status, { "Content-Type": "application/json", ...(cookie ? { "Set-Cookie": cookie } : {}) });
  return response.end(reply === undefined ? undefined : JSON.stringify(reply));
}

async function serveFile(path, response) {
  const file = path === "/" ? "index.html" : normalize(path).slice(1);
  try {
    const content = await readFile(join(DIST, file));
    response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" }).end(content);
  } catch {
    response.writeHead(404).end();
  }
}

const server = createServer((request, response) => void answer(request, response));
const sockets = new WebSocketServer({ server, path: "/api/ws", verifyClient: () => !state.down });
sockets.on("connection", (socket) => {
  state.sockets.add(socket);
  socket.on("close", () => state.sockets.delete(socket));
  socket.on("message", () => socket.send(JSON.stringify({ type: "pong" })));
});
server.listen(Number(process.env.MOCK_PORT ?? 5081), "127.0.0.1");
