/** A clock for what counts up on the page. */
import { useEffect, useState } from "react";

/** The page clock in ms, renewed every `everyMs`. */
export function useTick(everyMs = 1000): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
