/** The day by the hour: how many asked, were answered and gave up, and how long they waited. A chunk of its own. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts, type EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

import type { Measures } from "../../api/wall";
import { useLocale, type Locale } from "../../locale/locale";
import styles from "./Trend.module.css";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

type Hour = Measures & { hour: number };

const INK = { light: { text: "#566b73", line: "#e1e9eb" }, dark: { text: "#a9bfc6", line: "#26393f" } };
const COLOURS = { requests: "#8ab8c2", answered: "#0b7285", abandoned: "#c92a2a", wait: "#b8690a", first: "#7048a8" };

export default function Trend({ hours, dark }: { hours: Hour[]; dark: boolean }) {
  const locale = useLocale();
  return (
    <div className={styles.charts} data-testid="wall-trend">
      <Chart label={locale.t("wall.trend_counts")} option={countsOf(hours, dark, locale)} />
      <Chart label={locale.t("wall.trend_times")} option={timesOf(hours, dark, locale)} />
    </div>
  );
}

function Chart({ label, option }: { label: string; option: EChartsCoreOption }) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  useEffect(() => {
    if (!box.current) return undefined;
    const drawn = init(box.current);
    chart.current = drawn;
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      drawn.dispose();
    };
  }, []);
  useEffect(() => chart.current?.setOption(option, { notMerge: true }));
  return <div ref={box} className={styles.chart} role="img" aria-label={label} />;
}

function frame(hours: Hour[], dark: boolean, unit: string): Record<string, unknown> {
  const ink = dark ? INK.dark : INK.light;
  const words = { color: ink.text, fontSize: 11 };
  return {
    animation: false,
    textStyle: { fontFamily: "inherit" },
    grid: { left: 8, right: 8, top: 30, bottom: 4, containLabel: true },
    legend: { top: 4, left: 8, itemWidth: 12, itemHeight: 8, textStyle: words },
    tooltip: { trigger: "axis", confine: true },
    xAxis: {
      type: "category",
      data: spanOf(hours).map((hour) => `${hour}:00`),
      axisLabel: words,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: ink.line } },
    },
    yAxis: {
      type: "value",
      minInterval: 1,
      axisLabel: { ...words, formatter: `{value}${unit}` },
      splitLine: { lineStyle: { color: ink.line } },
    },
  };
}

function countsOf(hours: Hour[], dark: boolean, { t }: Locale): EChartsCoreOption {
  const bar = (name: "requests" | "answered" | "abandoned") => ({
    name: t(`wall.figure_${name === "answered" ? "answered_count" : name}`),
    type: "bar",
    data: spanOf(hours).map((hour) => hours.find((one) => one.hour === hour)?.[name] ?? 0),
    itemStyle: { color: COLOURS[name] },
    barMaxWidth: 18,
  });
  return { ...frame(hours, dark, ""), series: [bar("requests"), bar("answered"), bar("abandoned")] };
}

function timesOf(hours: Hour[], dark: boolean, { t }: Locale): EChartsCoreOption {
  const line = (name: "wait_s" | "first_response_s", key: "wait" | "first") => ({
    name: t(`wall.figure_${key}`),
    type: "line",
    smooth: true,
    data: spanOf(hours).map((hour) => rounded(hours.find((one) => one.hour === hour)?.[name])),
    itemStyle: { color: COLOURS[key] },
    symbolSize: 5,
  });
  return { ...frame(hours, dark, "s"), series: [line("wait_s", "wait"), line("first_response_s", "first")] };
}

/** Every hour from the first to the last one that has figures, so that a quiet hour is seen as one. */
function spanOf(hours: Hour[]): number[] {
  if (hours.length === 0) return [];
  const [first, last] = [hours[0]!.hour, hours[hours.length - 1]!.hour];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function rounded(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.round(value);
}
