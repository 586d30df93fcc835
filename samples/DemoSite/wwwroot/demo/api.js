// Calls of the API, and how its numbers and times read.

const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });
const times = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export const amount = (value) => numbers.format(value);
export const time = (value) => times.format(value);
export const plural = (count, one, many = `${one}s`) => `${amount(count)} ${count === 1 ? one : many}`;
export const credits = (count) => plural(count, "credit");
export const money = (value, currency) => new Intl.NumberFormat("en", { style: "currency", currency }).format(value);

/**
 * Calls the API. Never throws: what can't be reached is an answer with status 0. A body that is a string is sent as it is.
 * `send` is the browser's fetch, or creditsFetch to tell the elements what came of it.
 * @returns {Promise<{ ok: boolean, status: number, headers: Headers, body: any, text: string }>}
 */
export async function call(method, url, body, headers = {}, send = fetch) {
  let response, text;
  try {
    response = await send(url, {
      method,
      headers: { Accept: "application/json, application/problem+json, */*;q=0.5", ...(body ? { "Content-Type": "application/json" } : {}), ...headers },
      body: typeof body === "string" ? body : body && JSON.stringify(body),
    });
    text = await response.text();
  } catch {
    return { ok: false, status: 0, headers: new Headers(), text: "", body: { title: "The site can't be reached", detail: "Nothing is known of this attempt. Check the connection and try again; the history tells whether it was charged." } };
  }

  return { ok: response.ok, status: response.status, headers: response.headers, body: parse(text), text };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const telling = ["Credits-Charged", "Credits-Remaining", "RateLimit-Policy", "RateLimit", "Retry-After", "Content-Type"];
const shorten = (_, value) => (typeof value === "string" && value.startsWith("data:") ? `${value.slice(0, 40)}…` : value);

/** An answer as text, with the data of pictures cut short. */
export const describeAnswer = (answer) => [
  `HTTP ${answer.status}`,
  ...telling.filter((name) => answer.headers.has(name)).map((name) => `${name}: ${answer.headers.get(name)}`),
  "",
  answer.body === null ? answer.text : JSON.stringify(answer.body, shorten, 2),
].join("\n").trimEnd();

/** A call with its answer as text. */
export const describe = (method, url, body, answer) => [
  `${method} ${url}`,
  ...(body ? ["Content-Type: application/json", "", JSON.stringify(body, null, 2)] : []),
  "",
  describeAnswer(answer),
].join("\n");
