/** What a customer sees before the first message: who answers, what it can do, and what becomes of the words. */

import { useLocale } from "../../locales/locale";
import { BotAvatar, Icon, type IconName } from "../Icons/Icons";
import "./welcome.css";

/** Draws the introduction. */
export function Welcome(): JSX.Element {
  const { welcome, message } = useLocale();

  return (
    <section className="welcome" aria-label={welcome.title} data-testid="welcome">
      <div className="welcome-head">
        <BotAvatar />
        <div>
          <h2>
            {welcome.title}
            <span className="badge">{message.botBadge}</span>
          </h2>
          <p>{welcome.who}</p>
        </div>
      </div>
      <h3>{welcome.can}</h3>
      <ul className="welcome-skills">
        {welcome.skills.map((skill) => (
          <li key={skill.icon}>
            <span className="welcome-icon">
              <Icon name={skill.icon as IconName} />
            </span>
            <strong>{skill.title}</strong>
            <span>{skill.text}</span>
          </li>
        ))}
      </ul>
      <Line icon="alert" text={welcome.danger} tone="welcome-danger" />
      <Line icon="person" text={welcome.human} />
      <Line icon="shield" text={welcome.privacy} />
    </section>
  );
}

function Line({ icon, text, tone = "" }: { icon: IconName; text: string; tone?: string }): JSX.Element {
  return (
    <p className={`welcome-line ${tone}`.trim()}>
      <Icon name={icon} />
      {text}
    </p>
  );
}
