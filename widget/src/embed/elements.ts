/** Small things the launcher is made of; nothing here parses markup, so that the strictest policy of a page lets it be. */

const SVG = "http://www.w3.org/2000/svg";
const BUBBLE = "M4 4.500h16a1.500 1.500 0 0 1 1.500 1.500v10a1.500 1.500 0 0 1-1.500 1.500h-8.500L6.500 21.500v-4H4A1.500 1.500 0 0 1 2.500 16V6A1.500 1.500 0 0 1 4 4.500Z";
const SPARK = "m12.800 6.200-5 5.800h3.400l-.9 4.200 5.300-6.200h-3.500z";

/** Makes an element with a class and a text. */
export function element<Name extends keyof HTMLElementTagNameMap>(name: Name, className = "", text = ""): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** Makes a button that submits nothing. */
export function button(className: string, text: string, onPress: () => void): HTMLButtonElement {
  const made = element("button", className, text);
  made.type = "button";
  made.onclick = onPress;
  return made;
}

/** The sign of the chat: a bubble with a spark. */
export function sparkSign(): SVGElement {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  [BUBBLE, SPARK].forEach((line) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    if (line === SPARK) path.setAttribute("class", "spark");
    drawing.append(path);
  });
  return drawing;
}

/** Gives a shadow root its styles without inline styles of the page; old browsers need the nonce or `style-src 'unsafe-inline'`. */
export function addStyles(root: ShadowRoot, css: string, nonce: string): void {
  if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    return;
  }
  const sheet = element("style");
  if (nonce) sheet.nonce = nonce;
  sheet.textContent = css;
  root.append(sheet);
}
