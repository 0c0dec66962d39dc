/** The hours of one skill on each kind of day; what the server refuses stays in the form. */
import { Button, Form, Input, Modal } from "antd";
import { useState } from "react";

import type { SkillHours, WeekHours } from "../../api/hours";
import { useLocale } from "../../locale/locale";

interface Props {
  skill: SkillHours;
  onSave: (week: WeekHours) => Promise<boolean>;
  onReset: () => Promise<boolean>;
  onClose: () => void;
}

const KINDS = ["workday", "weekend", "holiday"] as const;

export function WeekForm({ skill, onSave, onReset, onClose }: Props) {
  const { t, word } = useLocale();
  const [busy, setBusy] = useState(false);
  const run = async (write: () => Promise<boolean>) => {
    setBusy(true);
    if (await write()) onClose();
    else setBusy(false);
  };
  const week = { workday: skill.workday, weekend: skill.weekend, holiday: skill.holiday };
  return (
    <Modal open title={t("calendar.edit", { skill: word("skill", skill.skill) })} onCancel={onClose} footer={null} destroyOnHidden>
      <Form<WeekHours>
        layout="vertical"
        initialValues={week}
        onFinish={(given) => void run(() => onSave({ ...week, ...given }))}
        data-testid="week-form"
      >
        {KINDS.map((kind) => (
          <Form.Item key={kind} name={kind} label={t(`calendar.${kind}`)} normalize={(text: string) => text.replaceAll("，", ",").replaceAll("：", ":")}>
            <Input maxLength={60} placeholder={t("calendar.closed")} data-testid={`hours-${kind}`} />
          </Form.Item>
        ))}
        <p>{t("calendar.hours_hint")}</p>
        <div style={{ display: "flex", gap: 8, justifyContent: "flex-end", marginTop: 16 }}>
          {skill.own && (
            <Button disabled={busy} onClick={() => void run(onReset)} data-testid="hours-reset">
              {t("calendar.reset")}
            </Button>
          )}
          <Button onClick={onClose}>{t("calendar.cancel")}</Button>
          <Button type="primary" htmlType="submit" loading={busy} data-testid="hours-save">
            {t("calendar.save")}
          </Button>
        </div>
      </Form>
    </Modal>
  );
}
