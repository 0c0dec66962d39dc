/** A year of bills as bars; loaded on its own, with no more of the chart library than bars need. */
import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

import type { Bill } from "../../api/panel";
import { useLocale } from "../../locale/locale";
import { barsOf } from "../../panel/bars";
import styles from "./Customer.module.css";

use([BarChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

export default function BillChart({ bills }: { bills: readonly Bill[] }) {
  const { t } = useLocale();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const { labels, values, tones } = barsOf(bills);
    const chart = init(place.current, undefined, { renderer: "svg" });
    const colours = { paid: colour("--primary-line"), newest: colour("--primary"), owed: colour("--danger") };
    chart.setOption({
      animation: false,
      aria: { enabled: true },
      grid: { left: 4, right: 4, top: 20, bottom: 24, containLabel: false },
      tooltip: {
        trigger: "axis",
        confine: true,
        axisPointer: { type: "shadow" },
        formatter: ([bar]: { dataIndex: number }[]) => {
          const bill = [...bills].reverse()[bar?.dataIndex ?? 0];
          return bill ? `${bill.period}<br/>¥${bill.total} · ${t("panel.kwh", { kwh: bill.kwh })}` : "";
        },
      },
      xAxis: {
        type: "category",
        data: labels,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: colour("--line-strong") } },
        axisLabel: { color: colour("--text-faint"), fontSize: 11, interval: 0 },
      },
      yAxis: { type: "value", show: false },
      series: [
        {
          type: "bar",
          data: values.map((value, index) => ({ value, itemStyle: { color: colours[tones[index]!], borderRadius: [3, 3, 0, 0] } })),
          barCategoryGap: "28%",
          label: {
            show: true,
            position: "top",
            fontSize: 10,
            color: colour("--text-soft"),
            formatter: ({ value }: { value: number }) => String(Math.round(value)),
          },
        },
      ],
    });
    const fit = new ResizeObserver(() => chart.resize());
    fit.observe(place.current);
    return () => {
      fit.disconnect();
      chart.dispose();
    };
  }, [bills, t]);
  return <div ref={place} className={styles.chart} role="img" aria-label={t("panel.chart")} data-testid="bill-chart" />;
}
