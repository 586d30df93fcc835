// The start page: shows the visitor which step of the funnel they are on, and what comes next.

import { amount, credits, plural } from "./api.js";
import { $ } from "./dom.js";
import { start, watch } from "./page.js";

const stepOf = ({ credits: account, guest }) =>
  guest ? (guest.remaining > 0 ? "guest" : "limit")
  : account.balance <= 0 ? "empty"
  : account.lowBalance ? "low"
  : account.lifetimeSpent > 0 ? "spend"
  : "welcome";

const next = {
  guest: ({ guest }) => `You are a guest with ${plural(guest.remaining, "free picture")} left.`,
  limit: ({ signUp }) => `Your free pictures are used up. Sign up${signUp.welcomeCredits > 0 ? ` for ${credits(signUp.welcomeCredits)}` : ""}, or wait for the countdown.`,
  welcome: ({ credits: account }) => `You have ${credits(account.balance)} and have spent none. The studio shows the price before each click.`,
  spend: ({ credits: account }) => `You have spent ${credits(account.lifetimeSpent)} and have ${amount(account.balance)} left.`,
  low: ({ credits: account }) => `You have ${credits(account.balance)} left: low enough for the warning.`,
  empty: () => "You have no credits left. The next click is refused with 402, and costs nothing.",
};

function showStep(snapshot) {
  if (!snapshot.credits && !snapshot.guest) {
    return;
  }

  const step = stepOf(snapshot);
  for (const item of $("funnel").children) {
    const here = item.dataset.step === step;
    item.toggleAttribute("data-here", here);
    item[here ? "setAttribute" : "removeAttribute"]("aria-current", "step");
  }
  $("funnel-next").textContent = next[step](snapshot);
}

watch(["credits"], showStep);
start();
