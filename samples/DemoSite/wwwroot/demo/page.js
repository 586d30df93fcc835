// What every page has: the balance, the account, and the choice of colours.

import { amount, call, credits, serverNow } from "./api.js";
import { $, say, show } from "./dom.js";
import { session } from "./session.js";

// --- The balance, with the guest's countdown -----------------------------------------------------------------------------

let ticker = 0;

function showBalance() {
  const { me } = session;
  const box = $("balance");
  document.body.dataset.caller = me.authenticated ? "user" : "guest";
  if (!me.authenticated) {
    const guest = me.guestInfo;
    box.dataset.state = guest.remaining > 0 ? "guest" : "empty";
    $("balance-value").textContent = `${guest.remaining} of ${guest.limit}`;
    $("balance-unit").textContent = "free pictures left";
    show("balance-detail", guest.resetsAt !== null);
    $("balance-detail-text").textContent = guest.remaining > 0 ? `All ${guest.limit} again in` : "Free again in";
    countDownTo(guest.resetsAt);
    return;
  }

  const { balance, held, lowBalance } = me.credits;
  box.dataset.state = balance <= 0 ? "empty" : lowBalance ? "low" : "good";
  $("balance-value").textContent = amount(balance);
  $("balance-unit").textContent = balance === 1 ? "credit" : "credits";
  show("balance-detail", held > 0);
  $("balance-detail-text").textContent = `${amount(held)} set aside for running generations`;
  countDownTo(null);
}

/** Counts down wherever the page has a place for it; raises "reset" on the session when it is over. */
export function countDownTo(resetsAt) {
  clearTimeout(ticker);
  if (!resetsAt) {
    $("balance-countdown").textContent = "";
    return;
  }

  const left = Date.parse(resetsAt) - serverNow();
  if (left <= 0) {
    session.dispatchEvent(new Event("reset"));
    session.refresh();
    return;
  }

  // Rounded up, like Retry-After: at 00:00:00 it is over.
  const seconds = Math.ceil(left / 1000);
  const text = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
  for (const timer of document.querySelectorAll("[role=timer]")) {
    timer.textContent = text;
  }
  ticker = setTimeout(() => countDownTo(resetsAt), left - (seconds - 1) * 1000);
}

// --- Signing up, in and out ----------------------------------------------------------------------------------------------

let signingUp = true;

export function openAccount(toSignUp) {
  accountMode(toSignUp);
  $("account-dialog").showModal();
  $("email").focus();
}

function accountMode(toSignUp) {
  signingUp = toSignUp;
  const title = toSignUp ? "Sign up" : "Sign in";
  const welcome = session.me?.signUp?.welcomeCredits ?? 0;
  $("account-title").textContent = title;
  $("account-submit").textContent = title;
  $("account-offer").textContent = welcome > 0 ? `New accounts start with ${credits(welcome)}.` : "";
  show("account-offer", toSignUp && welcome > 0);
  show("email-hint", toSignUp);
  show("password-hint", toSignUp);
  $("password").autocomplete = toSignUp ? "new-password" : "current-password";
  $("account-switch-text").textContent = toSignUp ? "Have an account already?" : "New here?";
  $("account-switch").textContent = toSignUp ? "Sign in" : "Sign up";
  accountFault(null);
}

function accountFault(text) {
  show("account-error", text !== null);
  $("account-error").textContent = text ?? "";
}

async function submitAccount(event) {
  event.preventDefault();
  const invalid = [$("email"), $("password")].filter((field) => !field.checkValidity());
  for (const field of [$("email"), $("password")]) {
    field.setAttribute("aria-invalid", String(invalid.includes(field)));
  }
  if (invalid.length > 0) {
    accountFault(invalid[0] === $("email") ? "Give an email address, such as you@example.com." : "Give a password of at least 8 characters.");
    invalid[0].focus();
    return;
  }

  const who = { email: $("email").value, password: $("password").value };
  $("account-submit").setAttribute("aria-disabled", "true");
  const fault = await signIn(who);
  $("account-submit").removeAttribute("aria-disabled");
  if (fault !== null) {
    accountFault(fault);
    $("email").focus();
    return;
  }

  $("account-dialog").close();
  $("account-form").reset();
  $("account-email").textContent = who.email;
  await session.refresh();
  say(`${signingUp ? "Welcome" : "Signed in"}. You have ${credits(session.me?.credits?.balance ?? 0)}.`);
  session.dispatchEvent(new Event("signed-in"));
}

/** Null when it worked, else what to tell. */
async function signIn(who) {
  if (signingUp) {
    const registered = await call("POST", "/account/register", who);
    if (!registered.ok) {
      const faults = Object.values(registered.body?.errors ?? {}).flat();
      return faults[0] ?? registered.body?.detail ?? registered.body?.title ?? "That didn't work. Try again.";
    }
  }

  const answer = await call("POST", "/account/login?useCookies=true", who);
  return answer.ok ? null : answer.status === 401 ? "The email or the password is wrong." : answer.body?.detail ?? answer.body?.title ?? "That didn't work. Try again.";
}

async function signOut() {
  await call("POST", "/account/logout");
  $("account-email").textContent = "";
  await session.refresh();
  session.dispatchEvent(new Event("signed-out"));
  say("Signed out.");
  $("sign-up-open").focus();
}

// --- Start ------------------------------------------------------------------------------------------------------------------

function chooseTheme() {
  const { value } = $("theme");
  localStorage.setItem("theme", value);
  document.documentElement.dataset.theme = value;
}

/** A page calls this once its own listeners are there. */
export async function start() {
  session.addEventListener("change", showBalance);
  $("sign-up-open").addEventListener("click", () => openAccount(true));
  $("sign-in-open").addEventListener("click", () => openAccount(false));
  $("sign-out").addEventListener("click", signOut);
  $("account-cancel").addEventListener("click", () => $("account-dialog").close());
  $("account-switch").addEventListener("click", () => accountMode(!signingUp));
  $("account-form").addEventListener("submit", submitAccount);
  $("theme").value = localStorage.getItem("theme") ?? "";
  $("theme").addEventListener("change", chooseTheme);
  // Another tab may have spent meanwhile.
  addEventListener("focus", () => session.refresh());

  const failed = await session.refresh();
  document.documentElement.dataset.ready = "true";
  return failed;
}
