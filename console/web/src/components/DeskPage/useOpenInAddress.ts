/** Keeps the open conversation in the page's address, so that a reload comes back to it. */
import { useEffect } from "react";

const PREFIX = "#/c/";

export function useOpenInAddress(openId: string | null, open: (id: string) => void): void {
  useEffect(() => {
    const { hash } = window.location;
    if (hash.startsWith(PREFIX)) open(decodeURIComponent(hash.slice(PREFIX.length)));
    // Only when the desk is first shown: afterwards the desk writes the address and does not follow it.
  }, []);
  useEffect(() => {
    if (openId !== null) window.history.replaceState(null, "", `${PREFIX}${encodeURIComponent(openId)}`);
  }, [openId]);
}

/** The next agent at this machine must not land in this one's conversation. */
export function forgetOpenInAddress(): void {
  window.history.replaceState(null, "", window.location.pathname);
}
