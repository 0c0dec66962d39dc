/** Figures as bars; who cannot see them reads the same figures as a table. */

import { fill, useLocale } from "../../locales/locale";
import type { Chart as Figures } from "../../connection/wire";
import "./chart.css";

const WIDTH = 288;
const HEIGHT = 132;
const TOP = 22;
const BOTTOM = 106;
const BAR_SHARE = 0.62;
/** More names than these run into one another. */
const MOST_NAMES = 7;

/** Draws one chart. */
export function Chart({ figures }: { figures: Figures }): JSX.Element {
  const { card } = useLocale();
  const { labels, values, unit, highlight } = figures;
  const most = Math.max(...values, 0) || 1;
  const step = WIDTH / values.length;
  const every = Math.ceil(values.length / MOST_NAMES);
  const label = fill(card.chart, { first: labels[0], last: labels[labels.length - 1] ?? "", unit });

  return (
    <figure className="chart" data-testid="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {values.map((value, place) => {
          const height = (Math.max(value, 0) / most) * (BOTTOM - TOP);
          const middle = step * (place + 0.5);
          const isNamed = place === highlight || (place % every === 0 && Math.abs(place - (highlight ?? -every)) >= every);
          return (
            <g key={place} className="chart-bar" data-highlight={place === highlight}>
              <rect x={middle - (step * BAR_SHARE) / 2} y={BOTTOM - height} width={step * BAR_SHARE} height={height} rx={2} />
              {isNamed && (
                <>
                  <text x={middle} y={BOTTOM - height - 6}>
                    {round(value)}
                  </text>
                  <text x={middle} y={BOTTOM + 17} className="chart-name">
                    {shorten(labels[place] ?? "")}
                  </text>
                </>
              )}
            </g>
          );
        })}
        <line x1={0} x2={WIDTH} y1={BOTTOM} y2={BOTTOM} />
      </svg>
      <table className="unseen">
        <caption>{label}</caption>
        <tbody>
          {values.map((value, place) => (
            <tr key={place}>
              <th scope="row">{labels[place]}</th>
              <td>{`${value} ${unit}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function round(value: number): string {
  return Math.abs(value) >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1);
}

/** The year of a month is the same for most bars: without it the names stand side by side. */
function shorten(label: string): string {
  return label.replace(/^\d{4}\s*[年-]\s*/, "");
}
