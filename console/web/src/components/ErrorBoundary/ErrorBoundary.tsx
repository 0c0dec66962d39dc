/** The last net: a fault in drawing the page shows a way back instead of a white screen. */
import { Button, Result } from "antd";
import { Component, type ReactNode } from "react";

import { useLocale } from "../../locale/locale";

export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  render(): ReactNode {
    return this.state.failed ? <Failed /> : this.props.children;
  }
}

function Failed() {
  const { t } = useLocale();
  return (
    <Result
      status="error"
      title={t("error.page")}
      subTitle={t("error.page_detail")}
      extra={
        <Button type="primary" onClick={() => window.location.reload()}>
          {t("error.reload")}
        </Button>
      }
    />
  );
}
