/** What a customer sees before the first message: who answers, what it can do, and what becomes of the words. */

import { useLocale } from "../../locales/locale";
import { useLook } from "../../page/use_look";
import { BotAvatar, Icon, type IconName } from "../Icons/Icons";
import "./welcome.css";

export interface WelcomeProps {
  /** The operator's own sentence in place of ours. */
  greeting: string | null;
}

/** Draws the introduction; in elder mode only what must not wait, since the assistant greets in its first line. */
export function Welcome({ greeting }: WelcomeProps): JSX.Element {
  const { welcome } = useLocale();
  const { look } = useLook();

  return (
    <section className="welcome" aria-label={welcome.title} data-testid="welcome">
      {(!look.isElder || greeting) && <Head text={greeting ?? welcome.who} />}
      {!look.isElder && <Skills />}
      <Line icon="alert" text={welcome.danger} tone="welcome-danger" />
      {!look.isElder && <Line icon="person" text={welcome.human} />}
      <Line icon="shield" text={welcome.privacy} />
    </section>
  );
}

function Head({ text }: { text: string }): JSX.Element {
  const { welcome, message } = useLocale();
  return (
    <div className="welcome-head">
      <BotAvatar />
      <div>
        <h2>
          {welcome.title}
          <span className="badge">{message.botBadge}</span>
        </h2>
        <p data-testid="greeting">{text}</p>
      </div>
    </div>
  );
}

function Skills(): JSX.Element {
  const { welcome } = useLocale();
  return (
    <>
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
    </>
  );
}

function Line({ icon, text, tone = "" }: { icon: IconName; text: string; tone?: string }): JSX.Element {
  return (
    <p className={`welcome-line ${tone}`.trim()}>
      <Icon name={icon} />
      <span>{text}</span>
    </p>
  );
}
