// Numbers by the reader's locale; times in UTC, as the figures are.

const amounts = new Intl.NumberFormat(undefined, { maximumFractionDigits: 6 });
const rough = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1, notation: "compact" });
const parts = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });

export const amount = value => value === null || value === undefined ? "–" : amounts.format(value);

/** Short where it would be long: 12.3K. */
export const short = value => value === null || value === undefined ? "–" : Math.abs(value) < 10_000 ? new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 }).format(value) : rough.format(value);

/** An amount in its currency, with the decimals that the currency has, and more where the amount does. */
export const money = (value, currency) => new Intl.NumberFormat(undefined, { style: "currency", currency, maximumFractionDigits: 4 }).format(value);

export const percent = value => Number.isFinite(value) ? parts.format(value) : "–";

/** 2026-11-24 10:12 */
export const time = value => value ? new Date(value).toISOString().slice(0, 16).replace("T", " ") : "–";

export const day = value => new Date(value).toISOString().slice(0, 10);

/** A length of time in the unit that suits it. */
export function span(seconds) {
  if (seconds === null || seconds === undefined) {
    return "–";
  }

  const [value, unit] = seconds < 1 ? [seconds * 1_000, "ms"] : seconds < 120 ? [seconds, "s"] : seconds < 7_200 ? [seconds / 60, "min"] : seconds < 172_800 ? [seconds / 3_600, "h"] : [seconds / 86_400, "days"];
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`;
}

/** camelCase as words: "clientGoneAfterOutput" is "client gone after output". */
export const words = name => (name ?? "").replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);

export function step(start, interval) {
  const text = new Date(start).toISOString();
  return interval === "hour" ? text.slice(5, 16).replace("T", " ") : interval === "month" ? text.slice(0, 7) : text.slice(0, 10);
}
