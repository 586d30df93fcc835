/**
 * Knows the server's time although the browser's clock may be wrong. Each answer of the server bounds the difference of
 * the two clocks; all bounds together narrow it down, usually to well below a second.
 */
export class ServerClock {
  #now;
  #low = -Infinity;
  #high = Infinity;

  /** @param {() => number} [now] The browser's clock, in milliseconds. */
  constructor(now = () => Date.now()) {
    this.#now = now;
  }

  /** How far the server's clock is ahead, in milliseconds; 0 as long as the browser's own may be right. */
  get offset() {
    return this.#low <= 0 && this.#high >= 0 ? 0 : (this.#low + this.#high) / 2;
  }

  /** The server's time now, in milliseconds since 1970. */
  now() {
    return this.#now() + this.offset;
  }

  /**
   * Learns from an answer.
   *
   * @param {number} told The time that the server told, in milliseconds.
   * @param {number} sent When the request left, by the browser's clock.
   * @param {number} received When the answer came, by the browser's clock.
   * @param {number} precision How much later it may have been: a Date header leaves out the milliseconds, and many servers
   * write it anew only once a second.
   */
  learn(told, sent, received, precision) {
    if (!Number.isFinite(told) || received < sent) {
      return;
    }

    const low = told - received;
    const high = told + precision - sent;
    this.#low = Math.max(this.#low, low);
    this.#high = Math.min(this.#high, high);
    if (this.#low > this.#high) {
      // One of the clocks was set anew: only the latest answer counts.
      this.#low = low;
      this.#high = high;
    }
  }
}

/**
 * How much time is left, in whole seconds: 1 until the very end, 0 from then on.
 *
 * @param {number} until In milliseconds.
 * @param {number} now In milliseconds.
 */
export const secondsLeft = (until, now) => Math.max(0, Math.ceil((until - now) / 1000));

/** When the whole seconds that are left change next, in milliseconds from now. */
export const untilNextSecond = (until, now) => {
  const rest = (until - now) % 1000;
  return rest > 0 ? rest : 1000;
};
