// The start page: shows the visitor which step of the funnel they are on, and what comes next.

import { amount, credits, plural } from "./api.js";
import { $ } from "./dom.js";
import { start } from "./page.js";
import { session } from "./session.js";

function stepOf({ authenticated, guestInfo, credits: account }) {
  if (!authenticated) {
    return guestInfo.remaining > 0 ? "guest" : "limit";
  }
  return account.balance <= 0 ? "empty" : account.lowBalance ? "low" : account.lifetimeSpent > 0 ? "spend" : "welcome";
}

const next = {
  guest: ({ guestInfo }) => `You are a guest with ${plural(guestInfo.remaining, "free picture")} left.`,
  limit: ({ signUp }) => `Your free pictures are used up. Sign up${signUp.welcomeCredits > 0 ? ` for ${credits(signUp.welcomeCredits)}` : ""}, or wait for the countdown.`,
  welcome: ({ credits: account }) => `You have ${credits(account.balance)} and have spent none. The studio shows the price before each click.`,
  spend: ({ credits: account }) => `You have spent ${credits(account.lifetimeSpent)} and have ${amount(account.balance)} left.`,
  low: ({ credits: account }) => `You have ${credits(account.balance)} left: low enough for the warning.`,
  empty: () => "You have no credits left. The next click is refused with 402, and costs nothing.",
};

function showStep() {
  const { me } = session;
  const step = stepOf(me);
  for (const item of $("funnel").children) {
    const here = item.dataset.step === step;
    item.toggleAttribute("data-here", here);
    item[here ? "setAttribute" : "removeAttribute"]("aria-current", "step");
  }
  $("funnel-next").textContent = next[step](me);
}

session.addEventListener("change", showStep);
await start();
