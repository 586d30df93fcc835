/** @type {Map<string, any>} */
const formats = new Map();

function cached(kind, language, options, make) {
  const key = `${kind}|${language}|${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    try {
      format = make(language, options);
    } catch {
      // A language tag or a currency that no browser knows.
      format = make("en", kind === "currency" ? {} : options);
    }
    formats.set(key, format);
  }

  return format;
}

const numberFormat = (language, options) => cached("number", language, options, (tag, wanted) => new Intl.NumberFormat(tag, wanted));

/** An amount of credits, exact to the millionth. */
export const formatAmount = (language, value) => numberFormat(language, { maximumFractionDigits: 6 }).format(value);

/** An amount where there is little room: millions are shortened. */
export const formatShort = (language, value) =>
  Math.abs(value) < 1e6 ? formatAmount(language, value) : numberFormat(language, { notation: "compact", maximumFractionDigits: 1 }).format(value);

/** @param {number} value 0 to 100. */
export const formatPercent = (language, value) => numberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(value / 100);

/** @param {number} [digits] More digits after the point than the currency has, for a price per credit. */
export function formatMoney(language, value, currency, digits) {
  const options = { style: "currency", currency: currency || "USD", ...(digits ? { maximumFractionDigits: digits } : {}) };
  const text = cached("currency", language, options, (tag, wanted) => new Intl.NumberFormat(tag, wanted)).format(value);
  return /[^\d\s.,’'-]/.test(text) ? text : `${text} ${currency}`;
}

export const formatTime = (language, date) => cached("time", language, {}, (tag) => new Intl.DateTimeFormat(tag, { hour: "numeric", minute: "2-digit" })).format(date);

export const formatDate = (language, date) => cached("date", language, {}, (tag) => new Intl.DateTimeFormat(tag, { dateStyle: "medium" })).format(date);

/** @param {number} seconds Shown as 23:59:07, and as 4:07 below an hour. */
export function formatDuration(language, seconds) {
  const two = (part) => numberFormat(language, { minimumIntegerDigits: 2, useGrouping: false }).format(part);
  const one = (part) => numberFormat(language, { useGrouping: false }).format(part);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${one(hours)}:${two(minutes)}:${two(seconds % 60)}` : `${one(minutes)}:${two(seconds % 60)}`;
}

/** The same for people who hear it: 23 hours and 59 minutes. */
export function formatSpokenDuration(language, seconds) {
  const unit = (value, name) => numberFormat(language, { style: "unit", unit: name, unitDisplay: "long" }).format(value);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const parts = hours > 0 ? [unit(hours, "hour"), minutes > 0 && unit(minutes, "minute")] : [minutes > 0 ? unit(minutes, "minute") : unit(seconds, "second")];
  return cached("list", language, {}, (tag) => new Intl.ListFormat(tag, { type: "conjunction" })).format(parts.filter(Boolean));
}
