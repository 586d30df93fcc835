/**
 * What the elements say. A text with a number has a form per plural category of the language; `{name}` is filled in.
 * Numbers that are shown come formatted; `n` decides the form.
 *
 * @typedef {string | { zero?: string, one?: string, two?: string, few?: string, many?: string, other: string }} Text
 */

/** @type {Record<string, Text>} */
const english = {
  credits: { one: "{amount} credit", other: "{amount} credits" },
  creditsUnit: { one: "credit", other: "credits" },
  creditsLeft: { one: "{amount} credit left", other: "{amount} credits left" },
  guestLeft: { one: "{amount} of {limit} free left", other: "{amount} of {limit} free left" },
  loading: "Loading …",
  slow: "This takes longer than usual …",
  yourCredits: "Your credits",
  freeGenerations: "Free generations",
  low: "Low",
  empty: "Empty",
  lowText: "Your credits are running low.",
  emptyText: "You have no credits left.",
  emptyHeldText: "All your credits are set aside for generations that still run.",
  held: "Set aside",
  welcome: "Welcome credits",
  purchased: "Bought credits",
  expires: "Some expire on {date}",
  buy: "Buy credits",
  buyShort: "Buy",
  signUp: "Sign up",
  signUpFor: { one: "Sign up for {amount} credit", other: "Sign up for {amount} credits" },
  signUpText: { one: "Sign up and get {amount} credit to start with.", other: "Sign up and get {amount} credits to start with." },
  signIn: "Sign in",
  freeAgainIn: "Free again in {time}",
  nextFreeIn: "More in {time}",
  guestText: { one: "You can generate once more for free.", other: "You can generate {amount} more times for free." },
  guestEmptyText: "Your free generations are used up.",
  guestOffText: "Sign up to generate.",
  retry: "Try again",
  stale: "As of {time}",
  offline: "You are offline.",
  errorFailed: "This can't be shown right now.",
  errorSignedOut: "Sign in to see your credits.",
  errorMissing: "Credits are not set up on this site.",
  purchasePending: "Your payment is being confirmed …",
  purchaseDone: { one: "{amount} credit added. Thank you!", other: "{amount} credits added. Thank you!" },
  purchaseFailed: "The payment did not go through. Nothing was charged.",
  packsTitle: "Get more credits",
  packsLead: "Pay once, generate with any model.",
  close: "Close",
  balanceIs: "You have {credits}.",
  bestValue: "Best value",
  bonus: { one: "{amount} bonus credit included", other: "{amount} bonus credits included" },
  perCredit: "{price} per credit",
  savings: "Save {percent}",
  buyPack: "Buy {name}",
  buying: "One moment …",
  buyFailed: "The checkout could not be opened. Nothing was charged. Try again.",
  buyMissing: "Credits can't be bought here yet.",
  buySignIn: "Sign up first, then buy.",
  packsEmpty: "No packs are on sale right now.",
  modelsTitle: "What a pack is good for",
  modelsCaption: "How many generations of each model a pack pays for",
  model: "Model",
  costColumn: "Credits each",
  insufficientTitle: "Not enough credits",
  insufficientText: "This costs {required} and you have {available}. Nothing was charged.",
  insufficientModels: "Within your balance: {models}",
  retryableText: "{held} are set aside for generations that still run. Try again in a moment.",
  guestLimitFewer: "Fewer free generations are left",
  costLabel: "Cost",
  costEnough: "Leaves you {credits}.",
  costLow: "Leaves you {credits}: running low.",
  costLast: "Takes all that you have.",
  costInsufficient: { one: "{amount} credit short.", other: "{amount} credits short." },
  costHeld: "Enough as soon as running generations end.",
  costGuest: { one: "Free: uses {amount} of your {left}.", other: "Free: uses {amount} of your {left}." },
  costGuestShort: "Free",
  costGuestFewer: { one: "Only {amount} free generation left.", other: "Only {amount} free generations left." },
  costUnknown: "Unknown model",
  stateEnough: "enough credits",
  stateLow: "running low",
  stateInsufficient: "not enough credits",
  modelLabel: "Model",
  recommended: "Recommended",
  tierBudget: "Budget",
  tierStandard: "Standard",
  tierPremium: "Premium",
  runsLeft: { one: "{amount} run left", other: "{amount} runs left" },
  needsMore: { one: "Needs {amount} more credit", other: "Needs {amount} more credits" },
  freeRun: "Free",
  freeUsedUp: "Sign up to use",
  modelsEmpty: "No models are available right now.",
  modelsNone: "Your balance doesn't reach for any model.",
};

/** @type {Map<string, Record<string, Text>>} */
const languages = new Map([["en", english]]);

/** Languages that come with the module and are loaded when a page asks for them. */
const shipped = new Set(["de"]);

/** @type {Map<string, Promise<void>>} */
const loading = new Map();

/** Tells elements that texts have come or changed. */
export const textEvents = new EventTarget();

/**
 * Adds a language, or replaces some texts of one. Texts that are missing are English.
 *
 * @param {string} language A language tag: de, or pt-BR.
 * @param {Record<string, Text>} texts
 */
export function setTexts(language, texts) {
  const tag = language.toLowerCase();
  languages.set(tag, { ...languages.get(tag), ...texts });
  textEvents.dispatchEvent(new Event("change"));
}

/** The keys that a language may fill. */
export const textKeys = Object.freeze(Object.keys(english));

function chain(language) {
  const tag = language.toLowerCase();
  const tags = [tag];
  for (let at = tag.lastIndexOf("-"); at > 0; at = tag.lastIndexOf("-", at - 1)) {
    tags.push(tag.slice(0, at));
  }

  return tags;
}

/**
 * Gets the texts of a language that comes with the module.
 *
 * @param {string} language
 * @returns {Promise<void>}
 */
export function loadTexts(language) {
  const tag = chain(language).find((candidate) => shipped.has(candidate));
  if (!tag) {
    return Promise.resolve();
  }

  let load = loading.get(tag);
  if (!load) {
    load = import(new URL(`./${tag}.js`, import.meta.url).href).then(
      // What the page itself has set goes before.
      (module) => setTexts(tag, { ...module.default, ...languages.get(tag) }),
      () => {
        loading.delete(tag);
      },
    );
    loading.set(tag, load);
  }

  return load;
}

const plurals = new Map();

function form(language, n) {
  if (!plurals.has(language)) {
    let rules;
    try {
      rules = new Intl.PluralRules(language);
    } catch {
      rules = new Intl.PluralRules("en");
    }
    plurals.set(language, rules);
  }

  return plurals.get(language).select(n);
}

/**
 * @param {string} language
 * @param {string} key
 * @param {Record<string, any>} [values] `n` decides the plural form.
 * @returns {string}
 */
export function text(language, key, values = {}) {
  const found = [...chain(language), "en"].map((tag) => languages.get(tag)?.[key]).find((candidate) => candidate !== undefined);
  const template = typeof found === "object" ? (found[form(language, Math.abs(Number(values.n ?? 0)))] ?? found.other) : (found ?? key);
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
