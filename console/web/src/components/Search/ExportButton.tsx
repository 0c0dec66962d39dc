/** Takes a workbook out of the house: the reason is asked first, and kept by the server. */
import { DownloadOutlined } from "@ant-design/icons";
import { App as Antd, Button, Input, Modal } from "antd";
import { useState } from "react";

import { errorKey } from "../../api/errors";
import { useLocale } from "../../locale/locale";
import { saveAs, stamp } from "./download";

const LEAST_REASON = 4;

interface Props {
  name: string;
  onExport: (reason: string) => Promise<Blob>;
  disabled?: boolean;
}

export function ExportButton({ name, onExport, disabled }: Props) {
  const { t } = useLocale();
  const { message } = Antd.useApp();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState("");
  const take = async () => {
    setBusy(true);
    try {
      saveAs(await onExport(reason.trim()), `${name}-${stamp()}.xlsx`);
      setOpen(false);
      void message.success(t("export.done"));
    } catch (error) {
      void message.error(t(errorKey(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button icon={<DownloadOutlined />} disabled={disabled} onClick={() => setOpen(true)} data-testid="export">
        {t("export.button")}
      </Button>
      <Modal
        open={open}
        title={t("export.title")}
        okText={t("export.confirm")}
        cancelText={t("action.cancel")}
        okButtonProps={{ disabled: reason.trim().length < LEAST_REASON }}
        confirmLoading={busy}
        onOk={() => void take()}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <p>{t("export.lead")}</p>
        <Input.TextArea
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          placeholder={t("export.placeholder")}
          maxLength={200}
          rows={3}
          autoFocus
          data-testid="export-reason"
        />
      </Modal>
    </>
  );
}
