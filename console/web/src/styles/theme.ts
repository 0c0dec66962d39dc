/** antd's tokens; the same palette stands as CSS variables in `tokens.css`. */
import { theme, type ThemeConfig } from "antd";

const LIGHT = {
  colorPrimary: "#0b7285",
  colorInfo: "#0b7285",
  colorInfoBg: "#e3f3f5",
  colorInfoBorder: "#b5dce2",
  colorError: "#c92a2a",
  colorWarning: "#b8690a",
  colorSuccess: "#2b8a3e",
  colorText: "#1b2b31",
  colorTextSecondary: "#566b73",
  colorTextPlaceholder: "#64777e",
  colorBorder: "#d5dfe2",
  colorBorderSecondary: "#e5ecee",
};

const DARK = {
  colorPrimary: "#1b8a9e",
  colorInfo: "#3bb3c8",
  colorInfoBg: "#14343b",
  colorInfoBorder: "#24606b",
  colorError: "#f07171",
  colorWarning: "#e0a04a",
  colorSuccess: "#63b878",
  colorText: "#e3edf0",
  colorTextSecondary: "#a9bbc1",
  colorTextPlaceholder: "#8fa2a9",
  colorBorder: "#35484f",
  colorBorderSecondary: "#2a3a40",
  colorBgBase: "#172226",
  colorBgContainer: "#172226",
  colorBgElevated: "#1e2c31",
  colorBgLayout: "#0f1719",
};

/** The theme of one look. */
export function deskTheme({ dark, tight }: { dark: boolean; tight: boolean }): ThemeConfig {
  return {
    algorithm: [dark ? theme.darkAlgorithm : theme.defaultAlgorithm, ...(tight ? [theme.compactAlgorithm] : [])],
    token: {
      ...(dark ? DARK : LIGHT),
      borderRadius: 6,
      fontSize: 13,
      fontFamily:
        '-apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
      // Without motion antd waits for no end of an animation that `tokens.css` has taken away.
      motion: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.16s",
    },
    components: {
      Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
      Form: { itemMarginBottom: 18, verticalLabelPadding: "0 0 4px" },
      Modal: { titleFontSize: 15 },
      Tabs: dark
        ? { horizontalItemGutter: 20, itemSelectedColor: "#4fbdd0", inkBarColor: "#4fbdd0" }
        : { horizontalItemGutter: 20 },
    },
  };
}
