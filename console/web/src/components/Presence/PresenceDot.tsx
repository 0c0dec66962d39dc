/** The colour of somebody's presence. */
import type { Status } from "../../api/offers";
import styles from "./PresenceDot.module.css";

export function PresenceDot({ status, title }: { status: Status; title?: string }) {
  return <i className={styles.dot} data-status={status} title={title} />;
}
