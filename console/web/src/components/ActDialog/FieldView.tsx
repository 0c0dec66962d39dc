/** One field of an act's form, as its kind asks. */
import { Form, Input, Radio, Select } from "antd";

import type { Choices } from "../../api/panel";
import { useLocale, type Locale } from "../../locale/locale";
import { canBeUrged, type ActName, type Field, type Values } from "../../panel/forms";
import { useCustomer, type CustomerDesk } from "../Customer/CustomerContext";
import { SlotField } from "./SlotField";

interface Props {
  field: Field;
  act: ActName;
  values: Values;
  fault: string | undefined;
  choices: Choices | null;
  onChange: (name: string, value: string) => void;
}

interface Option {
  value: string;
  label: string;
}

const LONG = 500;
const PURPOSES = ["all_due", "bill", "top_up"];
const CASE_KINDS = ["complaint", "opinion", "request", "report", "praise"];

export function FieldView({ field, values, fault, choices, onChange }: Props) {
  const locale = useLocale();
  const { t } = locale;
  const desk = useCustomer();
  const { name, kind, required } = field;
  const label = t(`field.${name}`);
  return (
    <Form.Item
      label={label}
      required={required}
      validateStatus={fault ? "error" : undefined}
      help={fault ? t(fault) : undefined}
      htmlFor={`act-${name}`}
    >
      {kind === "slot" ? (
        <SlotField values={values} onPick={(slot) => onChange(name, slot)} />
      ) : (
        <Control
          field={field}
          value={values[name] ?? ""}
          options={optionsOf(kind, values, desk, choices, locale)}
          onChange={(value) => onChange(name, value)}
        />
      )}
    </Form.Item>
  );
}

interface ControlProps {
  field: Field;
  value: string;
  options: Option[] | null;
  onChange: (value: string) => void;
}

function Control({ field: { name, kind, required }, value, options, onChange }: ControlProps) {
  const { t, word } = useLocale();
  const hint = word("hint", name);
  const placeholder = hint === name ? (required ? "" : t("act.optional")) : hint;
  const id = `act-${name}`;
  if (kind === "purpose" || kind === "case_kind") {
    return (
      <Radio.Group
        optionType="button"
        size="small"
        value={value}
        options={options ?? []}
        onChange={(event) => onChange(String(event.target.value))}
        data-testid={id}
      />
    );
  }
  if (options) {
    return (
      <Select
        id={id}
        showSearch
        allowClear={!required}
        optionFilterProp="label"
        value={value || undefined}
        options={options}
        placeholder={placeholder}
        notFoundContent={t("act.none_to_choose")}
        onChange={(next: string | undefined) => onChange(next ?? "")}
        data-testid={id}
      />
    );
  }
  const common = { id, value, placeholder, "data-testid": id };
  if (kind === "text" || kind === "note") {
    const rows = kind === "text" ? 4 : 2;
    return <Input.TextArea {...common} rows={rows} maxLength={LONG} onChange={(event) => onChange(event.target.value)} />;
  }
  return <Input {...common} maxLength={LONG} autoComplete="off" onChange={(event) => onChange(event.target.value)} />;
}

/** What can be chosen; null where the field is written. */
function optionsOf(
  kind: Field["kind"],
  values: Values,
  { customer }: CustomerDesk,
  choices: Choices | null,
  { t, word }: Locale,
): Option[] | null {
  const accounts = customer?.accounts.value ?? [];
  switch (kind) {
    case "account":
    case "account_maybe":
      return [...accounts, ...(customer?.named ?? [])].map(({ ref, tail, address_masked: place }) => ({
        value: ref,
        label: `${t("panel.account", { tail })} ${place}`,
      }));
    case "purpose":
      return PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }));
    case "case_kind":
      return CASE_KINDS.map((value) => ({ value, label: t(`case_kind.${value}`) }));
    case "period": {
      const bills = accounts.find(({ ref }) => ref === values.account)?.bills.value ?? [];
      return bills
        .filter(({ status }) => status !== "paid" && status !== "settled_from_balance")
        .map(({ period, total }) => ({ value: period, label: `${period} ¥${total}` }));
    }
    case "outage":
      return (accounts.find(({ ref }) => ref === values.account)?.outages.value ?? [])
        .filter(({ running }) => running)
        .map(({ outage_no: no, cause }) => ({ value: no, label: `${no} ${cause}` }));
    case "order":
      return (customer?.orders.value ?? [])
        .filter(canBeUrged)
        .map(({ order_no: no, kind: what, status }) => ({
          value: no,
          label: `${word("order_kind", what)} ${no} ${word("order_status", status)}`,
        }));
    case "visit":
      return (customer?.appointments.value ?? [])
        .filter(({ active }) => active)
        .map(({ appointment_no: no, business_type: what, slot }) => ({
          value: no,
          label: `${what} ${slot.day} ${slot.period} (${no})`,
        }));
    default:
      return fixed(kind, values, choices);
  }
}

function fixed(kind: Field["kind"], values: Values, choices: Choices | null): Option[] | null {
  const plain = (words: readonly string[] | undefined) => words?.map((value) => ({ value, label: value })) ?? null;
  switch (kind) {
    case "symptom":
      return plain(choices?.symptoms);
    case "scope":
      return plain(choices?.scopes);
    case "secrecy":
      return plain(choices?.secrecy);
    case "visit_type":
      return plain(choices?.visits);
    case "case_type":
      return plain(choices?.cases[values.kind ?? ""] ?? (choices ? [] : undefined));
    default:
      return null;
  }
}

