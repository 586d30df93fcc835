// Who the visitor is and what they have, for whatever on the page shows it.

import { call } from "./api.js";

class Session extends EventTarget {
  /** The answer of GET /api/credits; null until there is one. */
  me = null;
  /** The answer of GET /api/credit-models. */
  models = [];

  get signedIn() {
    return this.me?.authenticated === true;
  }

  /** Asks anew, and raises "change". Null when it worked, else the answer that was a failure. */
  async refresh() {
    const [me, models] = await Promise.all([call("GET", "/api/credits"), call("GET", "/api/credit-models")]);
    if (!me.ok || !models.ok) {
      return me.ok ? models : me;
    }

    this.me = me.body;
    this.models = models.body;
    this.dispatchEvent(new Event("change"));
    return null;
  }
}

export const session = new Session();
