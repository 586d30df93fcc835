// What the server answers in each situation of the gallery.

const hours = (count) => new Date(Date.now() + count * 3_600_000).toISOString();

const user = (figures = {}) => ({
  authenticated: true,
  credits: { balance: 42.5, held: 0, welcome: 12.5, purchased: 30, lifetimeEarned: 75, lifetimeSpent: 32.5, lowBalance: false, nextExpiry: null, ...figures },
  recentTransactions: [],
});

const guest = (info = {}) => ({
  authenticated: false,
  guestInfo: { limit: 3, used: 1, remaining: 2, resetsAt: hours(23.2), windowHours: 24, ...info },
  signUp: { welcomeCredits: 50, url: "/account/register" },
});

const hostile = "\"><img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";

/** For each situation what GET /api/credits answers, and whatever else is unlike an ordinary day. */
const situations = {
  ok: { credits: user() },
  low: { credits: user({ balance: 3.5, welcome: 0, purchased: 3.5, lowBalance: true }) },
  empty: { credits: user({ balance: 0, welcome: 0, purchased: 0, lowBalance: true }) },
  held: { credits: user({ balance: 0, held: 6, welcome: 0, purchased: 0, lowBalance: true }) },
  expiring: { credits: user({ nextExpiry: hours(50) }) },
  guest: { credits: guest() },
  "guest-empty": { credits: guest({ used: 3, remaining: 0, resetsAt: hours(2.05) }) },
  "guest-off": { credits: guest({ limit: 0, used: 0, remaining: 0, resetsAt: null }) },
  loading: { wait: Infinity },
  slow: { credits: user(), wait: 16_000 },
  offline: { credits: user(), goesOffline: true },
  error: { status: 500 },
  malformed: { text: "<!doctype html><p>A proxy says hello" },
  missing: { status: 404 },
  "signed-out": { status: 401 },
  none: { credits: user(), models: [], packs: [] },
  huge: { credits: user({ balance: 123456789012.345678, welcome: 0, purchased: 123456789012.345678 }) },
  negative: { credits: user({ balance: -12.25, welcome: 0, purchased: 0, lowBalance: true }) },
  hostile: { credits: user(), rename: hostile },
};

const respond = (body, status = 200) => new Response(typeof body === "string" ? body : JSON.stringify(body), {
  status,
  headers: { "Content-Type": "application/json", Date: new Date().toUTCString() },
});

/** Which of the models the balance of a situation reaches for. */
function priced(models, { credits: account, guestInfo }) {
  const runs = (model) => (account ? Math.max(0, Math.floor(account.balance / model.credits)) : guestInfo.remaining);
  const affordable = models.filter((model) => runs(model) > 0);
  return models.map((model) => ({ ...model, runsLeft: runs(model), affordable: runs(model) > 0, recommended: model === affordable.at(-1) }));
}

const renamed = (items, name) => (name ? items.map((item) => ({ ...item, name, bestFor: name })) : items);

/** Stands in for fetch. Models and packs are this site's own, unless the situation says otherwise. */
export function answersOf(state) {
  const situation = situations[state];
  let answered = false;
  return async (url, init) => {
    if (situation.wait) {
      await new Promise((resolve) => situation.wait < Infinity && setTimeout(resolve, situation.wait));
    }
    if (situation.status || situation.text) {
      return respond(situation.text ?? {}, situation.status);
    }
    if (situation.goesOffline && answered) {
      throw new TypeError("offline");
    }

    const path = new URL(url, location.href).pathname;
    if (path.endsWith("/credits")) {
      return respond(situation.credits);
    }

    const items = await fetch(url, init).then((response) => response.json());
    if (situation.goesOffline) {
      // Once everything is there.
      setTimeout(() => {
        answered = true;
        dispatchEvent(new Event("offline"));
      }, 500);
    }
    return respond(path.endsWith("/credit-packs")
      ? situation.packs ?? renamed(items, situation.rename)
      : situation.models ?? renamed(priced(items, situation.credits), situation.rename));
  };
}
