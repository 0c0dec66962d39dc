/** What a customer brings behind the `#` of the address: a token from a platform's OAuth, or a code to go on with. */

const HANDOVER = "gridtalk_handover";

export interface Arrival {
  token: string | null;
  code: string | null;
}

/** Reads it; a token counts only when the cookie shows that this browser was sent here by our own server. */
export function readArrival(hash: string, cookies: string): Arrival {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const word = values.get("word");
  const isOurs = Boolean(word) && cookies.split("; ").includes(`${HANDOVER}=${word}`);
  const code = values.get("resume");
  return { token: isOurs ? values.get("token") : null, code: code && /^[0-9]{12}$/.test(code) ? code : null };
}

/** Takes it out of the address and the history, and ends the cookie. */
export function clearArrival(): void {
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
  document.cookie = `${HANDOVER}=; Max-Age=0; Path=/`;
}
