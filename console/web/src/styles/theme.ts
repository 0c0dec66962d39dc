/** antd's tokens; the same palette stands as CSS variables in `tokens.css`. */
import type { ThemeConfig } from "antd";

export const deskTheme: ThemeConfig = {
  token: {
    colorPrimary: "#0b7285",
    colorInfo: "#0b7285",
    colorError: "#c92a2a",
    colorWarning: "#b8690a",
    colorSuccess: "#2b8a3e",
    colorText: "#1b2b31",
    colorTextSecondary: "#566b73",
    colorBorder: "#d5dfe2",
    colorBorderSecondary: "#e5ecee",
    borderRadius: 6,
    fontSize: 13,
    fontFamily:
      '-apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
    motionDurationMid: "0.12s",
    motionDurationSlow: "0.16s",
  },
  components: {
    Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
    Form: { itemMarginBottom: 18, verticalLabelPadding: "0 0 4px" },
    Modal: { titleFontSize: 15 },
    Tabs: { horizontalItemGutter: 20 },
  },
};
