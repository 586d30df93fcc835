const root = document.documentElement.dataset.root;

/** A refusal, in the server's own words. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export const actor = document.documentElement.dataset.actor;

/** The address of something of the API, with what is given as its query. */
export function address(path, query = {}) {
  const set = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return `${root}/api${path}${set.length > 0 ? `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}` : ""}`;
}

export function get(path, query) {
  return send(address(path, query), { headers: { Accept: "application/json" } });
}

/** Does an act. The key makes it safe to repeat. */
export function act(name, body, key) {
  return send(address(`/acts/${name}`), {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(body),
  });
}

async function send(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...options });
  } catch {
    throw new ApiError("The server can't be reached. Check your connection and try again.", 0);
  }

  const text = await response.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    // Not ours: a proxy's page, or a sign-in page. What follows says so.
  }

  if (response.ok && body !== null) {
    return body;
  }

  const reason = response.status === 401 || response.redirected ? "You are signed out. Sign in again, then reload the page."
    : response.status === 403 && !body?.detail ? "You may not do this."
    : body?.detail ?? body?.title ?? `The server answered ${response.status}, and not as it should.`;
  throw new ApiError(reason, response.status);
}
