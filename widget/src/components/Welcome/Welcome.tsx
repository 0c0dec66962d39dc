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
      <p className="welcome-line welcome-danger">
        <Icon name="alert" />
        {welcome.danger}
      </p>
      <p className="welcome-line">
        <Icon name="person" />
        {welcome.human}
      </p>
      <p className="welcome-line">
        <Icon name="shield" />
        {welcome.privacy}
      </p>
    </section>
  );
}
