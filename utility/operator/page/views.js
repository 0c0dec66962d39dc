// What the page shows: lists on the left, one thing and what may be done to it on the right. Text only, never markup.
import { call, reload, say, send } from "/operator/operator.js";

function h(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const moment = (text) => (text ? text.slice(5, 16).replace("T", " ") : "—");
const asMoment = (text) => (text ? `${text}:00+08:00` : undefined);
const field = (label, name, more = {}) => h("label", {}, label, h("input", { name, ...more }));
const choice = (label, name, options, more = {}) => h("label", {}, label, h("select", { name, ...more },
  options.map(([value, text]) => h("option", { value }, text))));
const facts = (pairs) => h("dl", {}, pairs.filter(([, value]) => value !== null && value !== "" && value !== undefined)
  .flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))]));
const empty = (text) => h("p", { class: "empty card" }, text);
const given = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));

// A form in a fold: `act` gets what was filled in and the form, and sends it.
function fold(title, children, act, { open = false, button = "确定", bad = false } = {}) {
  const form = h("form", {}, children, h("button", { type: "submit", class: bad ? "bad" : "" }, button));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answered = await act(given(form), form);
    if (answered) await reload().catch((error) => say(error.message, true));
  });
  return h("details", { open }, h("summary", {}, title), form);
}

// On a narrow screen the panel stands below the list.
function bring(panel) {
  if (window.matchMedia("(max-width: 820px)").matches) panel.scrollIntoView({ block: "start" });
}

function rows(list, items, chosen, draw) {
  list.replaceChildren(...items.map((item) => draw(item, chosen)));
}

function timeline(words, lines) {
  return h("ol", { class: "timeline" }, lines.map((line) => h("li", {}, h("time", {}, moment(line.at)),
    [words.what[line.what], words.states[line.status] ?? line.status, line.note, by(words, line.by ?? line.actor)].filter(Boolean).join(" · "))));
}

function by(words, actor) {
  const [kind, name] = (actor ?? "").split(":");
  return kind === "staff" && name ? name : words.by[kind] ?? actor;
}

// Outages --------------------------------------------------------------------------------------------------------------

export function showOutages(session, list, panel, number) {
  const { overview, words } = session;
  const chosen = number ?? session.outage;
  rows(list, overview.outages, chosen, (outage) => h("button", {
    type: "button", class: `row ${outage.next_update_overdue ? "late" : ""}`, "aria-current": String(outage.outage_no === chosen),
    onclick: () => { session.outage = outage.outage_no; showOutages(session, list, panel); bring(panel); },
  }, h("strong", {}, outage.outage_no), h("span", { class: "tag" }, words.outage_kinds[outage.kind] ?? outage.kind),
    h("span", { class: "tag" }, words.states[outage.status] ?? outage.status),
    outage.next_update_overdue ? h("span", { class: "tag late" }, "该更新进展了") : null,
    h("div", { class: "facts" }, h("span", {}, outage.area_ids.join("、")), h("span", {}, `${outage.homes ?? "?"} 户`),
      h("span", {}, outage.planned_from ? `计划 ${moment(outage.planned_from)} 至 ${moment(outage.planned_to)}` : `开始 ${moment(outage.started)}`),
      h("span", {}, `预计送电 ${moment(outage.eta)}`))));
  if (!overview.outages.length) list.replaceChildren(empty("现在没有停电。"));
  const found = overview.outages.find((outage) => outage.outage_no === chosen);
  panel.replaceChildren(found ? outagePanel(session, found) : h("div", { class: "card" }, h("h2", {}, "登记停电"), raiseForm(session, true)));
}

function areas(session, name, more = {}) {
  return h("label", {}, "台区（可多选）", h("select", { name, multiple: true, size: 6, ...more },
    session.overview.areas.map((area) => h("option", { value: area.area_id }, `${area.area_id} ${area.name}`))));
}

const picked = (form, name) => [...form.querySelector(`[name=${name}]`).selectedOptions].map((option) => option.value);

function raiseForm(session, open = false) {
  const { words } = session;
  return fold("新的停电", [
    choice("类别", "kind", Object.entries(words.outage_kinds)),
    areas(session, "area_ids", { required: true }),
    field("原因", "cause", { maxlength: 200, placeholder: "如：10千伏线路跳闸" }),
    h("div", { class: "two" }, field("抢修队伍", "crew", { maxlength: 40 }), field("预计送电", "eta", { type: "datetime-local" }),
      field("计划开始", "planned_from", { type: "datetime-local" }), field("计划结束", "planned_to", { type: "datetime-local" })),
    field("提前通知不足的理由（仅计划、临时）", "short_reason", { maxlength: 200 }),
  ], (filled, form) => send(form, "POST", "/v1/outages", {
    ...filled, area_ids: picked(form, "area_ids"), eta: asMoment(filled.eta), planned_from: asMoment(filled.planned_from),
    planned_to: asMoment(filled.planned_to), eta_said_by: filled.eta ? session.staff : undefined,
  }), { open, button: "发布" });
}

const OWN_FORM = ["restored", "cancelled", "merged", "postponed", "running", "late"]; // these have a form of their own, or come by the clock

function outagePanel(session, outage) {
  const { overview, words } = session;
  const path = `/v1/outages/${encodeURIComponent(outage.outage_no)}`;
  const next = (overview.outage_moves[outage.kind] ?? {})[outage.status] ?? [];
  const moves = next.filter((state) => !OWN_FORM.includes(state)).map((state) => [state, words.states[state] ?? state]);
  const story = h("div", {});
  call("GET", path).then((detail) => story.replaceChildren(h("h3", {}, "经过"), timeline(words, detail.timeline)), () => {});
  return h("div", { class: "card" },
    h("h2", {}, `${outage.outage_no} ${words.outage_kinds[outage.kind] ?? outage.kind}`),
    facts([["状态", words.states[outage.status] ?? outage.status], ["台区", outage.area_ids.join("、")], ["已恢复", outage.restored_area_ids.join("、")],
      ["影响", outage.homes ? `${outage.homes} 户，来报 ${outage.reports ?? 0} 次` : null], ["原因", outage.cause], ["队伍", outage.crew],
      ["预计送电", outage.eta ? `${moment(outage.eta)}（${moment(outage.eta_said_at)} ${outage.eta_said_by ?? ""} 说）` : "未说"],
      ["下次通报前", moment(outage.next_update_by)], ["主工单", outage.main_order_no]]),
    fold("更新进展", [
      moves.length ? choice("状态", "status", [["", "不变"], ...moves]) : null,
      h("div", { class: "two" }, field("预计送电", "eta", { type: "datetime-local" }), field("队伍", "crew", { maxlength: 40 })),
      field("原因", "cause", { maxlength: 200 }), field("说明", "note", { maxlength: 200 }),
    ], (filled, form) => send(form, "PATCH", path, { ...filled, eta: asMoment(filled.eta), eta_said_by: filled.eta ? session.staff : undefined }), { open: true, button: "通报" }),
    fold("扩大范围", [areas(session, "area_ids", { required: true }), field("说明", "note", { maxlength: 200 })],
      (filled, form) => send(form, "POST", `${path}/areas`, { ...filled, area_ids: picked(form, "area_ids") })),
    fold("送电", [
      h("label", {}, "只恢复这些台区（不选为全部）", h("select", { name: "area_ids", multiple: true, size: Math.min(4, outage.area_ids.length) },
        outage.area_ids.filter((area) => !outage.restored_area_ids.includes(area)).map((area) => h("option", { value: area }, area)))),
      field("说明", "note", { maxlength: 200 }),
    ], (filled, form) => send(form, "POST", `${path}/restoration`, { ...filled, area_ids: picked(form, "area_ids") }), { button: "确认已送电" }),
    next.includes("postponed") ? fold("延期", [h("div", { class: "two" }, field("新开始", "planned_from", { type: "datetime-local", required: true }),
      field("新结束", "planned_to", { type: "datetime-local", required: true })), field("理由", "reason", { required: true, maxlength: 200 })],
    (filled, form) => send(form, "POST", `${path}/postponement`, { ...filled, planned_from: asMoment(filled.planned_from), planned_to: asMoment(filled.planned_to) })) : null,
    next.includes("cancelled") ? fold("取消", [field("理由", "reason", { required: true, maxlength: 200 })],
      (filled, form) => send(form, "POST", `${path}/cancellation`, filled), { bad: true, button: "取消这次停电" }) : null,
    raiseForm(session), story);
}

// Work orders ----------------------------------------------------------------------------------------------------------

export function showOrders(session, list, panel) {
  const { words } = session;
  rows(list, session.orders, session.order, (order) => {
    const used = order.used_percent;
    const colour = used >= 100 ? "late" : used >= 50 ? "soon" : "";
    return h("button", {
      type: "button", class: `row ${colour}`, "aria-current": String(order.order_no === session.order),
      onclick: () => { session.order = order.order_no; showOrders(session, list, panel).then(() => bring(panel)); },
    }, h("strong", {}, order.order_no), h("span", { class: "tag" }, words.kinds[order.kind] ?? order.kind),
      h("span", { class: "tag" }, words.states[order.status] ?? order.status),
      used === null ? null : h("span", { class: `tag ${colour}` }, order.paused ? `时限 ${used}% 暂停` : `时限 ${used}%`),
      h("div", { class: "facts" }, h("span", {}, order.case_type), h("span", {}, `责任人 ${order.owner}`),
        order.due ? h("span", {}, `到期 ${moment(order.due)}`) : null, h("span", {}, `登记 ${moment(order.filed)}`)));
  });
  if (!session.orders.length) list.replaceChildren(empty("没有在办的工单。"));
  if (!session.order) {
    panel.replaceChildren(empty("左边按已用时限排列，最急的在最上面。选一张来办理。"));
    return Promise.resolve();
  }
  panel.replaceChildren(empty("…"));
  const wanted = session.order;
  return call("GET", `/v1/work-orders/${encodeURIComponent(wanted)}`).then(
    (order) => { if (session.order === wanted) panel.replaceChildren(orderPanel(session, order)); },
    (error) => panel.replaceChildren(empty(error.message)));
}

const OWN_MOVES = { fault: (no) => `/v1/fault-orders/${no}/progress`, application: (no) => `/v1/applications/${no}/moves` };

function orderPanel(session, order) {
  const { words } = session;
  const kind = session.overview.kinds[order.kind];
  const no = encodeURIComponent(order.order_no);
  const path = `/v1/work-orders/${no}`;
  const post = (name) => (filled, form) => send(form, "POST", `${path}/${name}`, filled);
  const next = kind.moves[order.state] ?? [];
  const here = !kind.own_door || order.kind === "fault";
  return h("div", { class: "card" },
    h("h2", {}, `${order.order_no} ${words.kinds[order.kind] ?? order.kind}`),
    facts([["状态", [words.states[order.state], words.states[order.side_state]].filter(Boolean).join("，")], ["类型", order.case_type], ["责任人", order.owner],
      ["转派给", order.offered_to], ["户号", order.account_no], ["联系电话", order.contact_phone], ["时限", order.due ? `${moment(order.due)}，已用 ${order.used_percent}%` : null],
      ["督办", words.steps[order.supervision] ?? order.supervision], ["催办", order.urges || null], ["客户说", order.text], ["答复", order.resolution]]),
    next.length && (here || OWN_MOVES[order.kind]) ? moveForm(session, order, next) : null,
    order.offered_to ? fold("接单", [field("备注", "note")], post("acceptance"), { open: true, button: "接单" }) : null,
    kind.resolve_from.includes(order.state) && here ? fold("答复", [
      choice("处理结果", "code", kind.resolutions.map((code) => [code, code])),
      kind.reply.map((name) => field(words.reply[name] ?? name, `reply.${name}`, { required: true })), field("备注", "note"),
    ], (filled, form) => send(form, "POST", `${path}/reply`, replied(filled)), { button: "答复客户" }) : null,
    here && !kind.own_door ? fold("回访", [choice("客户", "satisfied", [["true", "满意"], ["false", "不满意"]]), field("备注", "note")],
      (filled, form) => send(form, "POST", `${path}/callback`, { ...filled, satisfied: filled.satisfied === "true" })) : null,
    kind.close_from.includes(order.state) && here ? fold("归档", [field("备注", "note")], post("closure"), { button: "归档" }) : null,
    fold("转派", [field("转给（接单后才换责任人）", "to", { required: true, maxlength: 100 }), field("备注", "note")], post("offer")),
    fold("备注", [field("内容", "note", { required: true })], post("remarks")),
    kind.own_door && !OWN_MOVES[order.kind] ? h("p", { class: "hint" }, "这类工单在它自己的业务里办理。") : null,
    h("h3", {}, "经过"), timeline(words, order.timeline));
}

function moveForm(session, order, next) {
  const { words } = session;
  const states = next.map((state) => [state, words.states[state] ?? state]);
  const path = (OWN_MOVES[order.kind] ?? ((no) => `/v1/work-orders/${no}/moves`))(encodeURIComponent(order.order_no));
  const more = order.kind === "fault" ? [h("div", { class: "two" }, field("队伍", "crew"), field("预计送电", "eta", { type: "datetime-local" })), field("原因", "cause")] : [];
  return fold("流转", [choice("到", "to", states), more, field("备注", "note")],
    (filled, form) => send(form, "POST", path, order.kind === "fault" ? { ...filled, eta: asMoment(filled.eta) } : filled), { open: true });
}

function replied(filled) {
  const body = { code: filled.code, reply: {}, note: filled.note };
  for (const [name, value] of Object.entries(filled)) if (name.startsWith("reply.")) body.reply[name.slice(6)] = value;
  return body;
}

// Money ----------------------------------------------------------------------------------------------------------------

export function showMoney(session, list, panel) {
  const number = { required: true, maxlength: 40, inputmode: "numeric", placeholder: "13 位户号" };
  const account = (filled) => `/v1/accounts/${encodeURIComponent(filled.account_no)}`;
  const result = h("div", { class: "card" }, h("h2", {}, "结果"), h("p", { class: "hint" }, "办理后的结果显示在这里。"));
  const shown = async (promise) => {
    const answered = await promise;
    if (answered) result.replaceChildren(h("h2", {}, "结果"), facts(Object.entries(answered).filter(([, value]) => typeof value !== "object")
      .map(([name, value]) => [session.words.results[name] ?? name, session.words.results[value] ?? value])));
    return null;
  };
  list.replaceChildren(h("div", { class: "card" }, h("h2", {}, "账务"),
    fold("抄表", [field("户号", "account_no", number), h("div", { class: "two" }, field("抄表日", "read_on", { type: "date", required: true }), field("示数", "value", { required: true, inputmode: "decimal" }))],
      ({ account_no, ...filled }, form) => shown(send(form, "POST", `${account({ account_no })}/readings`, filled))),
    fold("出账", [field("户号", "account_no", number), field("月份", "period", { type: "month", required: true })],
      ({ account_no, ...filled }, form) => shown(send(form, "POST", `${account({ account_no })}/bills`, filled)), { open: true, button: "出账" }),
    fold("到账", [field("户号", "account_no", number), h("div", { class: "two" }, field("金额（元）", "amount", { required: true, pattern: "[0-9]+(\\.[0-9]{1,2})?", placeholder: "190.20" }),
      choice("渠道", "channel", [["营业厅", "营业厅"], ["微信", "微信"], ["支付宝", "支付宝"], ["银行", "银行"]]))],
    (filled, form) => shown(send(form, "POST", "/v1/payments", filled)), { open: true, button: "入账" })));
  panel.replaceChildren(result);
}
