/** Where the customer writes from. */
import { AlipayCircleOutlined, GlobalOutlined, WechatOutlined } from "@ant-design/icons";

import { useLocale } from "../../locale/locale";

const ICONS: Readonly<Record<string, typeof GlobalOutlined>> = {
  web: GlobalOutlined,
  wechat: WechatOutlined,
  alipay: AlipayCircleOutlined,
};
const COLORS: Readonly<Record<string, string>> = { web: "var(--text-faint)", wechat: "var(--ok)", alipay: "var(--priority-4)" };

export function ChannelIcon({ channel }: { channel: string }) {
  const { word } = useLocale();
  const Icon = ICONS[channel] ?? GlobalOutlined;
  const name = word("channel", channel);
  return <Icon style={{ color: COLORS[channel] ?? COLORS.web }} title={name} aria-label={name} />;
}
