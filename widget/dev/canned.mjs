/** The canned lines of the mock server, after the facts of the demo city; development only. */

const AGENT = { id: "K0104", name: "江一苇" };

const BILL = {
  kind: "bill",
  title: "2026年10月电费",
  rows: [
    { label: "户号", value: "6201********17" },
    { label: "用电地址", value: "启明区天河路***" },
    { label: "用电量", value: "318 度" },
    { label: "阶梯", value: "第二档" },
    { label: "缴费状态", value: "已于 11月11日 缴清" },
  ],
  total: { label: "合计", value: "190.20 元" },
  note: "本月第一档 200 度，超出 118 度按第二档计费。",
  chart: { kind: "bar", labels: ["2026年5月", "2026年6月", "2026年7月", "2026年8月", "2026年9月", "2026年10月"], values: [176, 230, 333, 412, 380, 318], unit: "度", highlight: 5 },
};

const OUTAGE = {
  kind: "outage",
  title: "北斗里小区 故障停电",
  rows: [
    { label: "停电时间", value: "今天 08:31" },
    { label: "原因", value: "电缆接头故障" },
    { label: "抢修进展", value: "09:04 抢修人员已到场" },
  ],
  total: { label: "预计送电", value: "12:30" },
  note: "下次通报时间不晚于 11:22。",
};

const ORDER = {
  kind: "order",
  title: "故障报修 F26112100031",
  rows: [
    { label: "状态", value: "抢修人员已出发" },
    { label: "受理时间", value: "今天 09:12" },
    { label: "预计到达", value: "10:35" },
  ],
};

const LONG = `编号 ${"6201011006117".repeat(9)}，详见 https://power.example.cn/notice/${"a1b2c3d4".repeat(20)}?signature=${"f".repeat(80)} Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft`;

/** The first lines of a conversation. */
export function greeting() {
  return [
    {
      role: "bot",
      text: "您好，我是星河供电公司的自动助手“电小智”。\n请问有什么可以帮您？",
      buttons: ["查电费", "我家停电了", "报修进度"].map((label) => ({ label, payload: label })),
    },
  ];
}

/** What follows a text of the customer. */
export function answerTo(text, owner) {
  if (text.includes("断线")) return [{ drop: true }];
  if (text.includes("排队")) return toPerson().slice(0, 1);
  if (text.includes("图片")) return [{ say: { role: "bot", text: "图片收到了，已随报修一起转给抢修人员。" } }];
  if (text.includes("位置")) return [{ say: { role: "bot", text: "您在织女苑附近，这里现在没有停电记录。" } }];
  if (text.includes("长词")) return [{ say: { role: "bot", text: LONG } }];
  if (text.includes("出错")) return [{ error: { code: "web.rate.limited", message: "slow down" } }];
  if (owner === "agent" && text.includes("再见")) {
    return [{ owner: "bot", say: { role: "system", text: "客服 江一苇 已结束本次人工服务。", survey: true } }];
  }
  if (text.includes("旧话")) return Array.from({ length: 260 }, (_, index) => ({ now: true, say: { role: "bot", text: `旧话 ${index + 1}` } }));
  if (owner === "agent") return [{ typing: "agent" }, {}, { say: { role: "agent", agent: AGENT, text: "收到，我来为您核实一下，请稍等。" } }];
  if (text.includes("转人工")) return toPerson();
  if (/电费|電費/.test(text)) return [{ typing: "bot" }, { say: billAnswer() }];
  if (text.includes("停电")) return [{ typing: "bot" }, { say: { role: "bot", text: "查到您所在小区正在抢修：", card: OUTAGE } }];
  if (text.includes("进度")) return [{ typing: "bot" }, { say: { role: "bot", text: "", card: ORDER } }];
  return [{ typing: "bot" }, { say: { role: "bot", text: "您可以查看停电公告：https://power.example.cn/notice?id=12。也可以说“转人工”。" } }];
}

function billAnswer() {
  return {
    role: "bot",
    text: "您 10 月的电费如下：",
    card: BILL,
    buttons: [
      { label: "为什么比上月少", payload: "10月电费为什么比9月少" },
      { label: "查看阶梯余量", payload: "阶梯还剩多少" },
      { label: "开具电子发票", payload: "开发票" },
    ],
  };
}

function toPerson() {
  return [
    { owner: "queue", say: { role: "system", text: "正在为您转接人工客服，前面还有 1 位客户。" } },
    {},
    {},
    { owner: "agent", agent: AGENT, say: { role: "system", text: "人工客服 江一苇 已接入" } },
    { typing: "agent" },
    { say: { role: "agent", agent: AGENT, text: "您好，我是客服江一苇，刚才的对话我已经看到了，您想了解哪一项费用？" } },
  ];
}
