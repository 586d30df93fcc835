// What every page has: the account, and the choice of colours. The elements show the credits by themselves.

import { client } from "/api/credits/ui/aicredits.js";
import { amount, call } from "./api.js";
import { $, say, show } from "./dom.js";

// --- Signing up, in and out ----------------------------------------------------------------------------------------------

let signingUp = true;

export function openAccount(toSignUp) {
  document.querySelector("credit-packs-modal")?.close();
  accountMode(toSignUp);
  $("account-dialog").showModal();
  $("email").focus();
}

function accountMode(toSignUp) {
  signingUp = toSignUp;
  const title = toSignUp ? "Sign up" : "Sign in";
  const welcome = client.state.signUp?.welcomeCredits ?? 0;
  $("account-title").textContent = title;
  $("account-submit").textContent = title;
  $("account-offer").textContent = `New accounts start with ${amount(welcome)} credits.`;
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
  $("account-email").title = who.email;
  document.body.dataset.caller = "user";
  await client.refresh();
  say(signingUp ? "Welcome." : "Signed in.");
  document.dispatchEvent(new Event("signed-in"));
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
  document.body.dataset.caller = "guest";
  await client.refresh();
  document.dispatchEvent(new Event("signed-out"));
  say("Signed out.");
  $("main").focus();
}

// --- Start ------------------------------------------------------------------------------------------------------------------

function chooseTheme() {
  const { value } = $("theme");
  localStorage.setItem("theme", value);
  document.documentElement.dataset.theme = value;
}

/** Calls back with what is known of the visitor, now and whenever it changes. */
export function watch(parts, changed) {
  client.watch(parts, changed);
  changed(client.state);
}

function followCaller({ credits, guest }) {
  // Signed in or out in another tab.
  if (credits || guest) {
    document.body.dataset.caller = credits ? "user" : "guest";
  }
}

/** A page calls this once its own listeners are there. */
export function start() {
  // The elements ask for a sign-up; where it happens is the app's own business.
  document.addEventListener("credits-sign-up", (event) => {
    event.preventDefault();
    openAccount(true);
  });
  if ($("balance")) {
    // Not where the elements show fixtures.
    watch(["credits"], followCaller);
  }
  $("sign-in-open").addEventListener("click", () => openAccount(false));
  $("sign-out").addEventListener("click", signOut);
  $("account-cancel").addEventListener("click", () => $("account-dialog").close());
  $("account-switch").addEventListener("click", () => accountMode(!signingUp));
  $("account-form").addEventListener("submit", submitAccount);
  $("theme").value = localStorage.getItem("theme") ?? "";
  $("theme").addEventListener("change", chooseTheme);
  document.documentElement.dataset.ready = "true";
}
