/**
 * Reads what servers send. Whatever isn't of the right shape is a fault, so that no element shows a figure that nobody
 * told.
 *
 * @typedef {{ balance: number, held: number, welcome: number, purchased: number, lifetimeEarned: number, lifetimeSpent: number, lowBalance: boolean, nextExpiry: number | null }} Figures
 * @typedef {{ limit: number, used: number, remaining: number, resetsAt: number | null, windowHours: number }} Guest
 * @typedef {{ welcomeCredits: number, url: string | null }} SignUp
 * @typedef {{ id: string, name: string, bestFor: string, credits: number, affordable: boolean, runsLeft: number, recommended: boolean }} Model
 * @typedef {{ id: string, name: string, credits: number, bonusCredits: number, price: number, currency: string, pricePerCredit: number, savingsPercent: number, bestValue: boolean }} Pack
 */

export class MalformedError extends Error {
  /** @param {string} what */
  constructor(what) {
    super(`The server's answer has no usable ${what}.`);
    this.name = "MalformedError";
  }
}

const number = (value, what) => {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new MalformedError(what);
  }

  return value;
};

const numberOr = (value, fallback) => (typeof value === "number" && Number.isFinite(value) ? value : fallback);

const string = (value, fallback) => (typeof value === "string" && value !== "" ? value : fallback);

const time = (value) => {
  const at = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isFinite(at) ? at : null;
};

/** An address to go to, or null: only http and https lead out of the page. */
export function safeUrl(value, base) {
  if (typeof value !== "string" || value === "") {
    return null;
  }

  try {
    const url = new URL(value, base);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

const object = (value, what) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MalformedError(what);
  }

  return value;
};

const list = (value, what, read) => {
  if (!Array.isArray(value)) {
    throw new MalformedError(what);
  }

  return value.map(read);
};

/** @returns {Figures} */
function readFigures(json) {
  const figures = object(json, "credits");
  return {
    balance: number(figures.balance, "balance"),
    held: numberOr(figures.held, 0),
    welcome: numberOr(figures.welcome, 0),
    purchased: numberOr(figures.purchased, 0),
    lifetimeEarned: numberOr(figures.lifetimeEarned, 0),
    lifetimeSpent: numberOr(figures.lifetimeSpent, 0),
    lowBalance: figures.lowBalance === true,
    nextExpiry: time(figures.nextExpiry),
  };
}

/** @returns {Guest} */
function readGuest(json) {
  const guest = object(json, "guestInfo");
  const limit = Math.max(0, number(guest.limit, "limit"));
  return {
    limit,
    used: numberOr(guest.used, 0),
    remaining: Math.max(0, number(guest.remaining, "remaining")),
    resetsAt: time(guest.resetsAt),
    windowHours: numberOr(guest.windowHours, 24),
  };
}

/**
 * The answer of GET /credits.
 *
 * @returns {{ credits: Figures | null, guest: Guest | null, signUp: SignUp | null }}
 */
export function readAccount(json) {
  const answer = object(json, "account");
  return answer.authenticated === true || (answer.authenticated === undefined && answer.credits)
    ? { credits: readFigures(answer.credits), guest: null, signUp: null }
    : {
        credits: null,
        guest: readGuest(answer.guestInfo),
        signUp: { welcomeCredits: numberOr(answer.signUp?.welcomeCredits, 0), url: string(answer.signUp?.url, null) },
      };
}

/** @returns {Model[]} */
export const readModels = (json) => list(json, "models", (entry) => {
  const model = object(entry, "model");
  return {
    id: string(model.id, "") || String(number(model.id, "model id")),
    name: string(model.name, string(model.id, "?")),
    bestFor: string(model.bestFor, ""),
    credits: number(model.credits, "price of a model"),
    affordable: model.affordable !== false,
    runsLeft: numberOr(model.runsLeft, model.affordable === false ? 0 : Infinity),
    recommended: model.recommended === true,
  };
});

/** @returns {Pack[]} */
export const readPacks = (json) => list(json, "packs", (entry) => {
  const pack = object(entry, "pack");
  const credits = number(pack.credits, "credits of a pack");
  const price = number(pack.price, "price of a pack");
  return {
    id: string(pack.id, "") || String(number(pack.id, "pack id")),
    name: string(pack.name, string(pack.id, "?")),
    credits,
    bonusCredits: numberOr(pack.bonusCredits, 0),
    price,
    currency: string(pack.currency, "USD"),
    pricePerCredit: numberOr(pack.pricePerCredit, credits > 0 ? price / credits : 0),
    savingsPercent: numberOr(pack.savingsPercent, 0),
    bestValue: pack.bestValue === true,
  };
});

/** One number of a structured header such as `"guest";r=2;t=86399`. */
export function readParameter(header, name) {
  const found = new RegExp(`;\\s*${name}=(\\d+)`).exec(header ?? "");
  return found ? Number(found[1]) : null;
}

/** The figure in a header such as Credits-Remaining; null when there is none. */
export function readFigure(header) {
  const value = header === null || header === undefined || header.trim() === "" ? NaN : Number(header);
  return Number.isFinite(value) ? value : null;
}

/** The members of problem details that name a refusal, whatever else is in them. */
export function readProblem(json, response, base) {
  const problem = typeof json === "object" && json !== null ? json : {};
  const names = (value) => (Array.isArray(value) ? value.filter((name) => typeof name === "string") : []);
  return {
    type: string(problem.type, ""),
    title: string(problem.title, ""),
    detail: string(problem.detail, ""),
    status: response.status,
    required: numberOr(problem.required, null),
    available: numberOr(problem.available, null),
    held: numberOr(problem.held, 0),
    retryable: problem.retryable === true,
    retryAfter: readFigure(response.headers.get("Retry-After")),
    packsUrl: safeUrl(problem.packsUrl, base),
    affordableModels: names(problem.affordableModels),
    limit: numberOr(problem.limit, null),
    remaining: numberOr(problem.remaining, null),
    resetsAt: time(problem.resetsAt),
    signUpUrl: safeUrl(problem.signUpUrl, base),
    welcomeCredits: numberOr(problem.welcomeCredits, 0),
  };
}
