import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock, secondsLeft, untilNextSecond } from "../../src/AiCredits.AspNetCore/Components/Assets/clock.js";

const SERVER = Date.parse("2026-11-01T12:00:00.700Z");
const header = (time) => Math.floor(time / 1000) * 1000;

test("a clock that may be right is left alone", () => {
  const clock = new ServerClock(() => SERVER);

  clock.learn(header(SERVER), SERVER - 50, SERVER + 50, 2000);

  assert.equal(clock.offset, 0);
});

for (const skew of [-3_600_000, -7_300, 4_200, 86_400_000]) {
  test(`a clock that is wrong by ${skew} ms is corrected to within a second by Date headers that are up to two seconds old`, () => {
    let now = SERVER + skew;
    const clock = new ServerClock(() => now);

    for (let round = 0; round < 6; round += 1) {
      clock.learn(header(now - skew + 40 - (round * 190)), now, now + 80, 2000);
      now += 3_130;
    }

    assert.ok(Math.abs(clock.now() - (now - skew)) <= 1000, `off by ${clock.now() - (now - skew)} ms`);
  });

  test(`a clock that is wrong by ${skew} ms is corrected to the tenth of a second by an exact time`, () => {
    const now = SERVER + skew;
    const clock = new ServerClock(() => now);

    clock.learn(SERVER + 40, now, now + 80, 1);

    assert.ok(Math.abs(clock.now() - SERVER) <= 50, `off by ${clock.now() - SERVER} ms`);
  });
}

test("a Date header that was written two seconds ago makes no right clock wrong", () => {
  const clock = new ServerClock(() => SERVER);

  clock.learn(header(SERVER - 999), SERVER - 10, SERVER, 2000);

  assert.equal(clock.offset, 0);
});

test("a clock that is set anew meanwhile is learnt anew", () => {
  let now = SERVER;
  const clock = new ServerClock(() => now);
  clock.learn(SERVER, now, now + 10, 1);
  now += 60_000;

  clock.learn(SERVER, now, now + 10, 1);

  assert.ok(Math.abs(clock.offset + 60_000) <= 10);
});

test("nonsense teaches nothing", () => {
  const clock = new ServerClock(() => SERVER);

  clock.learn(NaN, SERVER, SERVER);
  clock.learn(0, SERVER, SERVER - 1);

  assert.equal(clock.offset, 0);
});

test("the last second counts until it is over", () => {
  assert.deepEqual([2001, 2000, 1999, 1001, 1000, 1, 0, -1].map((left) => secondsLeft(left, 0)), [3, 2, 2, 2, 1, 1, 0, 0]);
});

test("a countdown that wakes when it is told to shows every second once and ends at the very end", () => {
  const until = 10_000;
  const shown = [];
  let now = 37;
  for (; secondsLeft(until, now) > 0; now += untilNextSecond(until, now)) {
    shown.push(secondsLeft(until, now));
  }

  assert.deepEqual(shown, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  assert.equal(now, until);
});

test("it doesn't drift when every timer comes late", () => {
  const until = 60_000;
  let now = 0;
  const late = [];
  while (secondsLeft(until, now) > 0) {
    now += untilNextSecond(until, now);
    late.push(now % 1000);
    now += 15;
  }

  assert.deepEqual(new Set(late), new Set([0]));
});
