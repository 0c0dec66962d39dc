// The operator's page: login, calls, tabs. Every change is one call of the company's own REST doors.
import { showMoney, showOrders, showOutages } from "/operator/views.js";

const VIEWS = { outages: showOutages, orders: showOrders, money: showMoney };
const at = (id) => document.getElementById(id);
const session = { token: "", staff: "", view: "outages", overview: null, orders: [], words: null };

export class Refused extends Error {
  constructor(problem) {
    super(problem.detail || problem.code);
    this.problem = problem;
  }
}

export async function call(method, path, body, key) {
  const headers = { Authorization: `Bearer ${session.token}`, "Acting-Staff": session.staff };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["Idempotency-Key"] = key;
  const answered = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const content = answered.status === 204 ? {} : await answered.json();
  if (!answered.ok) throw new Refused(content);
  return content;
}

export function say(text, bad = false) {
  const said = at("said");
  said.textContent = text;
  said.className = bad ? "bad" : "";
  said.hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { said.hidden = true; }, bad ? 9000 : 3500);
}

export function fresh_key() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Sends a form once; the key stays until an answer came, so that pressing again after a lost answer does nothing twice.
export async function send(form, method, path, body) {
  form.dataset.key ||= fresh_key();
  const buttons = form.querySelectorAll("button");
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const answered = await call(method, path, body, form.dataset.key);
    delete form.dataset.key;
    say(session.words.fields.done);
    return answered;
  } catch (error) {
    if (error instanceof Refused) {
      if (error.problem.status !== 503) delete form.dataset.key;
      say(error.problem.status === 503 ? session.words.fields.busy : `${error.problem.code}：${error.message}`, true);
    } else {
      say(session.words.fields.lost, true);
    }
    return null;
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
  }
}

export async function reload() {
  const [overview, orders] = await Promise.all([
    call("GET", "/operator/overview.json"), call("GET", "/v1/work-orders?limit=200"),
  ]);
  session.overview = overview;
  session.orders = orders.orders.sort((one, other) => (other.used_percent ?? -1) - (one.used_percent ?? -1));
  at("company").textContent = overview.company;
  document.title = `${overview.company} · 值班台`;
  at("now").textContent = overview.now.slice(0, 16).replace("T", " ");
  at("count-outages").textContent = overview.outages.length;
  at("count-orders").textContent = session.orders.length + (orders.next_cursor ? "+" : "");
  show(session.view);
}

export function show(view, ...more) {
  session.view = view;
  for (const tab of document.querySelectorAll("[role=tab]")) {
    tab.setAttribute("aria-selected", String(tab.dataset.view === view));
  }
  VIEWS[view](session, at("list"), at("panel"), ...more);
}

async function enter(token, staff) {
  Object.assign(session, { token, staff });
  await reload();
  at("said").hidden = true;
  at("login").hidden = true;
  at("desk").hidden = false;
  at("who").hidden = false;
  at("staff").textContent = staff;
}

at("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = new FormData(event.target);
  try {
    await enter(given.get("token").trim(), given.get("staff").trim());
  } catch (error) {
    const refused = error instanceof Refused && [401, 403].includes(error.problem.status);
    say(refused ? session.words.fields.unknown_token : error.message, true);
  }
});
at("leave").addEventListener("click", () => location.reload());
at("reload").addEventListener("click", () => reload().catch((error) => say(error.message, true)));
for (const tab of document.querySelectorAll("[role=tab]")) tab.addEventListener("click", () => show(tab.dataset.view));
session.words = await (await fetch("/operator/words.json")).json();
