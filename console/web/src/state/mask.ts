/** Hides numbers in words as the server does (runtime/privacy.py), for what the page itself puts into a card. */
const SPACED_PHONE = /(?<!\d)(1[3-9]\d)[ -]\d{4}[ -](\d{4})(?!\d)/g;
const NUMBERS = /(?<![0-9A-Za-z])(\d{17}[0-9Xx]|\d{16,19}|\d{13}|\d{10}|1[3-9]\d{9})(?![0-9])/g;

export function maskText(text: string): string {
  return text
    .replace(SPACED_PHONE, "$1****$2")
    .replace(NUMBERS, (number) => (number.length === 11 ? `${number.slice(0, 3)}****${number.slice(-4)}` : `****${number.slice(-4)}`));
}
