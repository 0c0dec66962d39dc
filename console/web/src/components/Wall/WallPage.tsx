/** The supervisor's wall: what waits, who serves, how the day goes, what is alarming; reports behind its second tab. */
import { FullscreenExitOutlined, FullscreenOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { Alert, Button, ConfigProvider, Segmented, Spin, theme } from "antd";
import { lazy, Suspense, useEffect, useRef, useState } from "react";

import { useTick } from "../../hooks/useTick";
import { useAppearance } from "../../appearance/appearance";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import type { PageProps } from "../../pages/pages";
import { FiguresView } from "../Figures/FiguresView";
import { AgentDrawer } from "./AgentDrawer";
import { Alarms } from "./Alarms";
import { Floor } from "./Floor";
import { QueueBoard } from "./QueueBoard";
import { Today } from "./Today";
import { useWall, type LiveWall } from "./useWall";
import styles from "./WallPage.module.css";

// ECharts is larger than the rest of the desk: it comes when the wall is opened.
const Trend = lazy(() => import("./Trend"));

type Tab = "live" | "report";

/** antd's own parts on the dark wall; the rest takes the variables of the style sheet. */
const DARK = {
  algorithm: theme.darkAlgorithm,
  token: {
    colorText: "#e6f0f2",
    colorTextSecondary: "#a9bfc6",
    colorBgContainer: "#17262d",
    colorBgElevated: "#17262d",
    colorBgLayout: "#0f1a1f",
    colorBorder: "#4a5f67",
    colorBorderSecondary: "#26393f",
  },
};

export function WallPage({ api, onOpen }: PageProps) {
  const { t } = useLocale();
  const [tab, setTab] = useState<Tab>("live");
  const appearance = useAppearance();
  const [dark, setDark] = useState(false);
  const [agentId, setAgentId] = useState<string | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const full = useFullscreen(root.current);
  const live = useWall(api);
  const { wall } = live;
  const isDark = dark || full || appearance.dark;
  return (
    <ConfigProvider theme={isDark ? DARK : undefined}>
    <div className={styles.page} ref={root} data-dark={isDark} data-full={full} data-testid="wall">
      <header className={styles.head}>
        <h1>{t("wall.title")}</h1>
        <Segmented<Tab>
          size="small"
          value={tab}
          onChange={setTab}
          options={[
            { label: t("wall.live"), value: "live" },
            { label: t("wall.report"), value: "report" },
          ]}
        />
        <Freshness live={live} />
        <Button
          size="small"
          type="text"
          icon={isDark ? <SunOutlined /> : <MoonOutlined />}
          aria-label={t("wall.dark")}
          aria-pressed={isDark}
          disabled={full}
          onClick={() => setDark(!dark)}
        />
        <Button
          size="small"
          icon={full ? <FullscreenExitOutlined /> : <FullscreenOutlined />}
          onClick={() => void toggleFullscreen(root.current)}
          data-testid="wall-full"
        >
          {t(full ? "wall.leave_full" : "wall.full")}
        </Button>
      </header>
      {tab === "report" && wall && <FiguresView api={api} today={dayOf(wall.at)} />}
      {!wall && <Waiting live={live} />}
      {tab === "live" && wall && (
        <div className={styles.live}>
          <Today wall={wall} />
          <div className={styles.columns}>
            <QueueBoard live={live} onOpen={onOpen} />
            <div className={styles.middle}>
              <Floor live={live} onOpen={onOpen} onAgent={setAgentId} />
              <Suspense fallback={<Spin className={styles.spin} />}>
                <Trend hours={wall.today.hours} dark={isDark} />
              </Suspense>
            </div>
            <Alarms live={live} onOpen={onOpen} onAgent={setAgentId} />
          </div>
          <AgentDrawer api={api} live={live} agentId={agentId} onClose={() => setAgentId(null)} onOpen={onOpen} />
        </div>
      )}
    </div>
    </ConfigProvider>
  );
}

function Waiting({ live }: { live: LiveWall }) {
  const { t } = useLocale();
  if (live.errorKey) return <Alert type="error" showIcon message={t(live.errorKey)} className={styles.notice} />;
  return <Spin className={styles.spin} size="large" />;
}

/** Which moment the wall shows, and that it stands still when the server does not answer. */
function Freshness({ live }: { live: LiveWall }) {
  const { t } = useLocale();
  const now = useTick();
  const shown = new Date(Date.now() + live.ahead).toISOString();
  return (
    <span className={styles.fresh} data-stale={live.errorKey !== null} data-now={Math.floor(now)}>
      <i /> {live.errorKey ? t("wall.stale") : live.wall ? clockTime(shown) : ""}
    </span>
  );
}

function useFullscreen(element: HTMLElement | null): boolean {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const look = () => setFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", look);
    return () => document.removeEventListener("fullscreenchange", look);
  }, [element]);
  return full;
}

/** A browser may refuse; the page is as it was then. */
async function toggleFullscreen(element: HTMLElement | null): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen().catch(() => undefined);
  else await element?.requestFullscreen().catch(() => undefined);
}
