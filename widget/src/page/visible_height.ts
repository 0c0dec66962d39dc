/**
 * Keeps the chat in the part of the window that is not covered.
 *
 * The keyboard of an iPhone, also inside WeChat and Alipay, lies over the page instead of shrinking it: only
 * `visualViewport` tells. Browsers without it shrink the page themselves, and nothing is set.
 */

/** Writes `--visible-height` and `--visible-top` on the root while something covers the page; gives the way to stop. */
export function followVisibleHeight(view: Window): () => void {
  const visible = view.visualViewport as VisualViewport | null | undefined;
  if (!visible) return () => undefined;
  const root = view.document.documentElement;

  const follow = (): void => {
    const covered = view.innerHeight - visible.height;
    // A page that was zoomed by two fingers is smaller too: there the customer moves it about.
    const isCovered = covered > 1 && Math.abs(visible.scale - 1) < 0.01;
    if (!isCovered) {
      root.style.removeProperty("--visible-height");
      root.style.removeProperty("--visible-top");
      return;
    }
    root.style.setProperty("--visible-height", `${Math.round(visible.height)}px`);
    root.style.setProperty("--visible-top", `${Math.round(visible.offsetTop)}px`);
  };
  visible.addEventListener("resize", follow);
  visible.addEventListener("scroll", follow);
  follow();

  return () => {
    visible.removeEventListener("resize", follow);
    visible.removeEventListener("scroll", follow);
  };
}
