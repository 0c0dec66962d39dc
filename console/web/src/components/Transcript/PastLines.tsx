/** What the person of this chat said at other doors before, each stretch below its door and its day. */
import { Fragment } from "react";

import { useLocale } from "../../locale/locale";
import { dayLabel, dayOf } from "../../locale/when";
import { keyOf, type Past } from "../../state/past";
import { ChannelIcon } from "../ChannelIcon/ChannelIcon";
import { MessageBubble } from "../MessageBubble/MessageBubble";
import styles from "./Transcript.module.css";

interface Props {
  past: Past;
  customerName: string;
  /** The chat these lines are shown in, which is what lets the agent see their pictures. */
  within: string;
}

export function PastLines({ past, customerName, within }: Props) {
  const locale = useLocale();
  const { t, word } = locale;
  if (past.lines.length === 0) return null;
  return (
    <section aria-label={t("chat.past")} className={styles.past} data-testid="past-lines">
      <ol>
        {past.lines.map((line, index) => {
          const before = past.lines[index - 1];
          const begins =
            !before ||
            before.conversation_id !== line.conversation_id ||
            dayOf(before.message.at) !== dayOf(line.message.at);
          return (
            <Fragment key={keyOf(line)}>
              {begins && (
                <li className={styles.day} data-testid="past-door">
                  <span>
                    <ChannelIcon channel={line.channel} /> {word("channel", line.channel)} · {dayLabel(line.message.at, locale)}
                  </span>
                </li>
              )}
              <MessageBubble message={line.message} customerName={customerName} within={within} />
            </Fragment>
          );
        })}
      </ol>
      <p className={styles.now}>{t("chat.past_ends")}</p>
    </section>
  );
}
