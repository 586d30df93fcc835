/** What an element shows, decided from what is known. Pure functions: the elements only draw what they say. */

/**
 * How an account stands.
 *
 * @param {import("./client.js").Snapshot} snapshot
 * @returns {"loading" | "error" | "ok" | "low" | "empty" | "guest" | "guest-empty"}
 */
export function balanceState({ credits, guest, errors }) {
  if (credits) {
    return credits.balance <= 0 ? "empty" : credits.lowBalance ? "low" : "ok";
  }

  if (guest) {
    return guest.remaining > 0 ? "guest" : "guest-empty";
  }

  return errors.credits ? "error" : "loading";
}

/** What a guest with nothing left is told: it is used up, or there was never anything for guests here. */
export const guestEndOf = (guest) => (guest && guest.limit <= 0 ? "guestOffText" : "guestEmptyText");

/** Sums of a few digits after the point, without the dust of binary fractions. */
export const exact = (value) => Number(value.toFixed(6));

/** A count of results from an attribute; 1 when it isn't one. */
export function countOf(value) {
  const count = Number(value);
  return Number.isInteger(count) && count > 0 ? count : 1;
}

/**
 * What a generation costs and whether the caller can pay it.
 *
 * @param {import("./client.js").Snapshot} snapshot
 * @param {string | null} modelId
 * @param {number} count
 * @param {number | null} [fixed] A cost that the page knows itself, in place of the model's.
 * @returns {{ state: "loading" | "error" | "unknown" | "sufficient" | "low" | "insufficient" | "guest", cost: number, left: number, missing: number, held: boolean, exhausted: boolean, model: import("./read.js").Model | null }}
 */
export function costOf(snapshot, modelId, count, fixed = null) {
  const { credits, guest, models, errors } = snapshot;
  const model = models?.find((candidate) => candidate.id === modelId) ?? null;
  const view = { state: "loading", cost: 0, left: 0, missing: 0, held: false, exhausted: false, model };
  if (fixed === null && modelId === null && guest) {
    return { ...view, state: "guest", left: guest.remaining - count, exhausted: guest.remaining < count };
  }
  if (fixed === null && modelId === null && credits && models?.length) {
    // Nothing is selected where nothing is within the balance: then not even the cheapest is.
    const cheapest = costOf(snapshot, models.reduce((least, other) => (other.credits < least.credits ? other : least)).id, count);
    return cheapest.state === "insufficient" ? cheapest : { ...view, state: "unknown" };
  }
  if (fixed === null && !model) {
    return { ...view, state: models ? "unknown" : errors.models ? "error" : "loading" };
  }

  const each = fixed ?? model.credits;
  const cost = exact(each * count);
  if (guest) {
    return { ...view, cost, state: "guest", left: guest.remaining - count, exhausted: guest.remaining < count };
  }

  if (!credits) {
    return { ...view, cost, state: errors.credits ? "error" : "loading" };
  }

  const left = exact(credits.balance - cost);
  // Some credits pay for some models only, which the server alone knows; it counts what the balance held when it was asked.
  const reaches = left >= 0 && (model === null || fixed !== null || model.runsLeft >= count || !stillTrue(model, credits));
  if (!reaches) {
    const missing = left < 0 ? -left : cost;
    return { ...view, cost, left, missing: exact(missing), held: exact(left + credits.held) >= 0 && left < 0, state: "insufficient" };
  }

  // After this one there must be enough for another one, or it is time to say so.
  return { ...view, cost, left, state: credits.lowBalance || left < each ? "low" : "sufficient" };
}

// Runs that the whole balance could have paid were counted at another balance, if they don't fit this one.
const stillTrue = (model, credits) => model.credits > 0 && model.runsLeft <= Math.floor(exact(credits.balance / model.credits));

/**
 * Whether the caller can run a model that often.
 *
 * @param {import("./client.js").Snapshot} snapshot
 * @param {import("./read.js").Model} model
 */
export const isAffordable = (snapshot, model, count) => {
  const { state, exhausted } = costOf(snapshot, model.id, count);
  return state === "guest" ? !exhausted : state === "sufficient" || state === "low" || (!snapshot.credits && model.affordable);
};

/** How often the balance pays for a model. */
export function runsOf({ credits, guest }, model) {
  if (guest) {
    return guest.remaining;
  }

  const byBalance = credits && model.credits > 0 ? Math.max(0, Math.floor(exact(credits.balance / model.credits))) : model.runsLeft;
  return Math.min(byBalance, credits && stillTrue(model, credits) ? model.runsLeft : byBalance);
}

/**
 * Where a model stands among all: the cheapest are budget, those dearer than the middle are premium.
 *
 * @param {import("./read.js").Model} model
 * @param {import("./read.js").Model[]} models
 * @returns {"budget" | "standard" | "premium"}
 */
export function tierOf(model, models) {
  const prices = models.map((candidate) => candidate.credits).sort((a, b) => a - b);
  const middle = prices[Math.floor((prices.length - 1) / 2)];
  return model.credits > middle ? "premium" : model.credits < middle ? "budget" : "standard";
}

/**
 * The model to advise: what the server recommends if the balance reaches for it, else the dearest that it does reach for.
 *
 * @param {import("./client.js").Snapshot} snapshot
 * @returns {import("./read.js").Model | null}
 */
export function recommendedOf(snapshot, count) {
  const models = snapshot.models ?? [];
  const affordable = models.filter((model) => isAffordable(snapshot, model, count));
  return affordable.find((model) => model.recommended)
    ?? affordable.reduce((best, model) => (best && best.credits >= model.credits ? best : model), /** @type {any} */ (null));
}
