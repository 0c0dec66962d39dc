/** The sentences for what log-in, passwords, accounts and unmasking refuse, by the server's stable codes. */
const CODES = [
  "console.must_first",
  "console.confirm.needed",
  "console.login.too_many",
  "console.code.wrong",
  "console.ticket.over",
  "console.totp.exists",
  "console.password.short",
  "console.password.personal",
  "console.password.simple",
  "console.password.used_before",
  "console.account.taken",
  "console.account.number",
  "console.account.role",
  "console.account.last_administrator",
  "console.unmask.reason",
  "console.unmask.words",
  "console.unmask.unknown",
  "console.export.too_many",
] as const;

export const SECURITY_KEYS: Readonly<Record<string, string>> = Object.fromEntries(
  CODES.map((code) => [code, `error.${code}`]),
);
