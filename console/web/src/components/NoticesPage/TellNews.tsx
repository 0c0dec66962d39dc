/** A supervisor's line to those who asked for news of grid and service: written, approved and handed over here. */
import { App as Antd, Button, Input, Modal, Space } from "antd";
import { useState } from "react";

import type { DeskApi } from "../../api/client";
import { errorKey } from "../../api/errors";
import { useLocale } from "../../locale/locale";
import styles from "./NoticesPage.module.css";

const EMPTY = { title: "", text: "", areas: "" };

export function TellNews({ api }: { api: DeskApi }) {
  const { t } = useLocale();
  const { message } = Antd.useApp();
  const [open, setOpen] = useState(false);
  const [line, setLine] = useState(EMPTY);
  const tell = () =>
    api.request("POST", "/api/notice-information", line).then(
      () => {
        setOpen(false);
        setLine(EMPTY);
        void message.success(t("notices.told"));
      },
      (error: unknown) => void message.error(t(errorKey(error))),
    );
  return (
    <>
      <Button onClick={() => setOpen(true)} data-testid="notices-tell">
        {t("notices.tell")}
      </Button>
      <Modal
        open={open}
        title={t("notices.tell_title")}
        onCancel={() => setOpen(false)}
        okText={t("notices.tell_send")}
        okButtonProps={{ disabled: !line.title.trim() || !line.text.trim() }}
        onOk={() => void tell()}
      >
        <Space direction="vertical" style={{ width: "100%" }}>
          <Input value={line.title} maxLength={40} onChange={(event) => setLine({ ...line, title: event.target.value })} placeholder={t("notices.tell_head")} aria-label={t("notices.tell_head")} />
          <Input.TextArea className={styles.counted} rows={4} value={line.text} maxLength={200} showCount onChange={(event) => setLine({ ...line, text: event.target.value })} placeholder={t("notices.tell_text")} aria-label={t("notices.tell_text")} />
          <Input value={line.areas} maxLength={4000} onChange={(event) => setLine({ ...line, areas: event.target.value })} placeholder={t("notices.tell_areas")} aria-label={t("notices.tell_areas")} />
        </Space>
      </Modal>
    </>
  );
}
