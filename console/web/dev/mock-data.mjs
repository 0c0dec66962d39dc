/** Invented conversations for drawing the desk without a server; never part of the product. */

const AGENT = { id: "K0104", name: "江一苇" };
const COLLEAGUE = { id: "K0105", name: "顾南乔" };

export const ACCOUNTS = {
  K0104: { agent: { ...AGENT, role: "agent", skills: ["fault", "danger", "elder", "billing"], max_chats: 4 } },
  S0001: { agent: { id: "S0001", name: "柳沉舟", role: "supervisor", skills: ["all"], max_chats: 4 } },
};
export const PASSWORD = "mock-password";

const at = (clock, day = "2026-11-21") => `${day}T${clock}+08:00`;
const said = (seq, role, clock, text, more = {}) => ({ seq, role, at: at(clock), text, ...more });

function escalation(id, conversation, skill, priority, reason, waiting_s, display_name, channel, last_text) {
  const requested_at = new Date(Date.parse(at("10:00:00")) - waiting_s * 1000).toISOString();
  return {
    id, conversation_id: conversation, state: "waiting", skill, priority, reason,
    requested_at, waiting_s, display_name, channel, last_text,
  };
}

const QUEUE = [
  escalation(1, "c-danger", "danger", 0, "danger", 18, "访客 7F2A", "web", "楼下电线掉地上了还在冒火花，旁边有小孩子在玩"),
  escalation(2, "c-oxygen", "key_account", 1, "life_support", 64, "林*华", "wechat", "家里老人用制氧机，停电了怎么办"),
  escalation(3, "c-complain", "complaint", 3, "complaint", 205, "周*", "alipay", "两个月停了五次电，我要投诉"),
  escalation(4, "c-invoice", "billing", 5, "misunderstood", 341, "访客 03BD", "web", "专票抬头开错了，上个月的，能不能换一张新的，公司财务一直在催"),
];

const BILL = {
  kind: "bill",
  title: "2026年10月电费",
  rows: [
    { label: "户号尾号", value: "8890" },
    { label: "用电量", value: "318 度" },
    { label: "第一档", value: "260 度 · 153.40 元" },
    { label: "第二档", value: "58 度 · 36.80 元" },
  ],
  total: { label: "合计", value: "190.20 元" },
  note: "以当月结算账单为准。",
};

const TALK = [
  said(1, "customer", "21:40:02", "你好", { at: at("21:40:02", "2026-11-20") }),
  said(2, "bot", "21:40:02", "您好，我是电小智。可以帮您查电费、报修、查停电信息，也可以转人工。", {
    at: at("21:40:02", "2026-11-20"), delivery: "sent",
    buttons: [{ label: "查电费", payload: "查电费" }, { label: "停电报修", payload: "停电报修" }, { label: "转人工", payload: "转人工" }],
  }),
  said(3, "customer", "09:31:10", "帮我查一下上个月电费"),
  said(4, "bot", "09:31:11", "这是您 2026 年 10 月的账单：", { card: BILL, delivery: "sent" }),
  said(5, "customer", "09:32:40", "不对，我早上9点充了300块，充到别人户上了\n尾号应该是 6612，我输成 8890 了"),
  said(6, "bot", "09:32:41", "尾号 8890，11/21 09:02，300.00 元。这属于“交费差错更正”，要核实收款户是否用掉，请转人工处理，可以吗？", {
    delivery: "sent", buttons: [{ label: "转人工", payload: "转人工" }, { label: "不用了", payload: "不用了" }],
  }),
  said(7, "customer", "09:33:02", "转人工"),
  said(8, "system", "09:33:02", "已为客户请求人工服务，前面还有 1 位"),
  said(9, "system", "09:34:15", "坐席 江一苇 已接入"),
  said(10, "bot", "09:34:16", "您前面还有 1 位，请稍等。", { delivery: "suppressed" }),
  said(11, "agent", "09:34:40", "您好，我是客服江一苇，您的情况我已经看到，不用再重复一遍。我马上核对收款户。", { agent: AGENT, delivery: "sent" }),
  said(12, "note", "09:35:20", "对方户目前余额还有 300 元，未被用掉，可走差错更正。", { agent: AGENT }),
  said(13, "customer", "09:36:05", "好的，大概多久能退回来？"),
  said(14, "agent", "09:36:50", "看到您 9 点充值 300 元到尾号 8890，对方户余额还在。我已登记更正，5 个工作日内答复。", { agent: AGENT, delivery: "failed" }),
  said(15, "agent", "09:37:20", "刚才的消息可能没有送到，我再发一次：已登记更正，编号 R26112100047，5 个工作日内答复您。", { agent: AGENT, delivery: "pending" }),
];

function summary(id, display_name, channel, owner, agent, messages, unread, escalated = null) {
  const last = messages[messages.length - 1];
  return {
    id, channel, display_name, owner, epoch: owner === "agent" ? 3 : 1, agent,
    last_text: last.text, last_at: last.at, last_seq: last.seq, unread, customer_read: last.seq - 1, escalation: escalated,
  };
}

function card(display_name, channel, more = {}) {
  return {
    who: { display_name, channel, verified: "none", accounts: [] },
    intent: "", slots: [], orders: [], risks: [], promises: [], asked: "", ...more,
  };
}

const PAYMENT_CARD = card("访客 51C8", "web", {
  who: {
    display_name: "访客 51C8", channel: "web", verified: "account",
    accounts: [{ tail: "6612", address_masked: "东关区**路*号*栋***" }, { tail: "8890", address_masked: "东关区**路*号*栋***" }],
  },
  intent: "payment_issue",
  slots: [
    { name: "account_no", label: "户号", value: "尾号 6612" },
    { name: "amount", label: "金额", value: "300.00 元" },
    { name: "paid_at", label: "交费时间", value: "11-21 09:02" },
    { name: "wrong_account", label: "错交户号", value: "尾号 8890" },
  ],
  orders: ["R26112100047"],
  risks: ["arrears", "elder"],
  promises: [{ text: "5 个工作日内答复差错更正", at: at("18:00:00", "2026-11-28") }],
  asked: "好的，大概多久能退回来？",
});

const PAYMENT_TIMELINE = [
  { name: "escalation.requested", actor: "customer", at: at("09:33:02"), detail: { owner: "queue", epoch: 2, reason: "asked" } },
  { name: "escalation.accepted", actor: "K0104", at: at("09:34:15"), detail: { owner: "agent", epoch: 3 } },
];

function waitingThread(one) {
  const messages = [
    said(1, "customer", "09:55:40", one.last_text),
    said(2, "bot", "09:55:41", "我正在为您接人工，请保持在线。", { delivery: "sent" }),
    said(3, "system", "09:55:41", "已为客户请求人工服务"),
  ];
  const held = summary(one.conversation_id, one.display_name, one.channel, "queue", null, [messages[0], ...messages.slice(1)], 1, one);
  return {
    conversation: { ...held, last_text: one.last_text },
    card: card(one.display_name, one.channel, { asked: one.last_text, risks: one.priority < 4 ? [one.reason] : [] }),
    messages,
    timeline: [{ name: "escalation.requested", actor: "bot", at: one.requested_at, detail: { reason: one.reason } }],
  };
}

function plainThread(id, name, channel, owner, agent, texts, unread) {
  const messages = texts.map((text, index) => said(index + 1, index % 2 ? "agent" : "customer", `09:2${index}:00`, text, index % 2 ? { agent, delivery: "sent" } : {}));
  return { conversation: summary(id, name, channel, owner, agent, messages, unread), card: card(name, channel), messages, timeline: [] };
}

/** A fresh world for one run of the mock. */
export function world() {
  const threads = new Map();
  const add = (thread) => threads.set(thread.conversation.id, thread);
  add({
    conversation: summary("c-payment", "访客 51C8", "web", "agent", AGENT, TALK, 1),
    card: PAYMENT_CARD, messages: [...TALK], timeline: PAYMENT_TIMELINE,
  });
  add(plainThread("c-old", "王*芳", "wechat", "agent", AGENT, ["闺女，电费咋交啊，我不会弄那个手机", "阿姨您别急，我一步一步教您。", "哎好，我找到那个绿的了"], 2));
  add(plainThread("c-colleague", "陈*", "alipay", "agent", COLLEAGUE, ["过户要什么材料", "您好，带身份证和房产证明就可以。"], 0));
  QUEUE.forEach((one) => add(waitingThread(one)));
  return { threads, queue: [...QUEUE] };
}

/** The time of the demo city: ten o'clock when the mock started, and on from there. */
export function demoClock() {
  const started = Date.now();
  return () => new Date(Date.parse(at("10:00:00")) + Date.now() - started).toISOString();
}
