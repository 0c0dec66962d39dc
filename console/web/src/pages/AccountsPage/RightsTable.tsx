/** The table right x role, as the server has it. */
import type { AccountList } from "../../api/security";
import { useLocale } from "../../locale/locale";
import styles from "./AccountsPage.module.css";
import { ROLES } from "./roles";

export function RightsTable({ rights }: { rights: AccountList["rights"] }) {
  const { t, word } = useLocale();
  const all = [...new Set(Object.values(rights).flat())].filter((right) => right !== "self");
  if (all.length === 0) return null;
  return (
    <details className={styles.rights}>
      <summary>{t("accounts.rights")}</summary>
      <table>
        <thead>
          <tr>
            <th />
            {ROLES.map((role) => (
              <th key={role} scope="col">
                {word("role_name", role)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {all.map((right) => (
            <tr key={right}>
              <th scope="row">{word("right", right)}</th>
              {ROLES.map((role) => (
                <td key={role}>{rights[role]?.includes(right) ? "●" : ""}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
