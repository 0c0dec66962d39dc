/** Shows the page the session asks for: log in, the desk, or the notice that the desk is open elsewhere. */
import { App as Antd, Spin } from "antd";

import { useSession } from "../../hooks/useSession";
import { DeskPage } from "../DeskPage/DeskPage";
import { DuePage } from "../DuePage/DuePage";
import { ErrorBoundary } from "../ErrorBoundary/ErrorBoundary";
import { LoginPage } from "../LoginPage/LoginPage";
import { ReplacedNotice } from "../ReplacedNotice/ReplacedNotice";
import styles from "./App.module.css";

export function App() {
  return (
    <Antd className={styles.root}>
      <ErrorBoundary>
        <CurrentPage />
      </ErrorBoundary>
    </Antd>
  );
}

function CurrentPage() {
  const session = useSession();
  const { phase } = session;
  switch (phase.name) {
    case "asking":
      return <Spin className={styles.asking} size="large" />;
    case "login":
      return <LoginPage noticeKey={phase.noticeKey} onLogin={session.login} onCode={session.loginCode} />;
    case "due":
      return <DuePage must={phase.must} api={session.api} onDone={session.settled} onLogout={session.logout} />;
    case "replaced":
      return <ReplacedNotice onAgain={session.toLogin} />;
    case "desk":
      return (
        <DeskPage
          key={phase.agent.id}
          me={phase.agent}
          api={session.api}
          onReplaced={session.replaced}
          onLogout={session.logout}
        />
      );
  }
}
