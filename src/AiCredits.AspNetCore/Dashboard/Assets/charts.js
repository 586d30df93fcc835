import { h, table } from "./dom.js";
import { short, span, step } from "./format.js";

// What is drawn is for those who see; the same figures stand in a table below, for everyone.

const live = new Set();
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const scheme = matchMedia("(prefers-color-scheme: dark)");

scheme.addEventListener("change", () => live.forEach(plot => plot.draw()));

/** Forgets the plots of the view before. */
export function clearCharts() {
  live.forEach(plot => plot.remove());
  live.clear();
}

/**
 * A plot with its legend and its data as a table.
 * @param {string} title
 * @param {string} note
 * @param {any} report
 * @param {Array<{ name: string, colour: string, value: (figures: any) => number | null, bars?: boolean, dash?: number[] }>} series
 * @param {{ seconds?: boolean }} [options]
 */
export function chart(title, note, report, series, options = {}) {
  const format = options.seconds ? span : short;
  const place = h("div", { class: "plot", "aria-hidden": "true" });
  const plot = new Plot(place, report, series, format);
  live.add(plot);
  // It needs its width, which it has once it is on the page.
  requestAnimationFrame(() => plot.draw());
  return h("section", { class: "card" },
    h("h2", {}, title),
    h("p", { class: "note" }, note),
    place,
    h("details", { class: "data" },
      h("summary", {}, "Data as a table"),
      table(title, [
        { title: "From", cell: bucket => step(bucket.start, report.interval), head: true },
        ...series.map(line => ({ title: line.name, num: true, cell: bucket => format(line.value(bucket.figures)) })),
      ], report.buckets)));
}

class Plot {
  constructor(place, report, series, format) {
    this.place = place;
    this.report = report;
    this.series = series;
    this.format = format;
    this.sized = new ResizeObserver(() => {
      const width = Math.floor(this.place.clientWidth);
      if (this.uplot && width > 0 && width !== this.uplot.width) {
        this.uplot.setSize({ width, height: 200 });
      }
    });
    this.sized.observe(place);
  }

  remove() {
    this.sized.disconnect();
    this.uplot?.destroy();
  }

  draw() {
    const width = Math.floor(this.place.clientWidth);
    if (width === 0 || !this.place.isConnected) {
      return;
    }

    this.uplot?.destroy();
    const grid = resolve("--line");
    const text = resolve("--soft");
    const axis = { stroke: text, font: "12px system-ui, sans-serif", grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    const bars = uPlot.paths.bars({ size: [0.7, 48], radius: 0.15 });
    const data = [
      this.report.buckets.map(bucket => Date.parse(bucket.start) / 1_000),
      ...this.series.map(line => this.report.buckets.map(bucket => line.value(bucket.figures))),
    ];
    const room = this.report.buckets.length > 1 ? (data[0][1] - data[0][0]) / 2 : 43_200;
    this.uplot = new uPlot({
      width,
      height: 200,
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC"),
      scales: {
        x: { time: true, range: (_, from, to) => [from - room, to + room] },
        y: { range: (_, from, to) => [Math.min(0, from), to > 0 ? to * 1.08 : 1] },
      },
      axes: [
        { ...axis, space: 64, values: (_, at) => at.map(seconds => step(seconds * 1_000, this.report.interval).slice(this.report.interval === "hour" ? 6 : this.report.interval === "month" ? 0 : 5)) },
        { ...axis, size: 58, values: (_, at) => at.map(value => this.format(value)) },
      ],
      series: [
        { label: "From", value: (_, seconds) => seconds === null ? "" : step(seconds * 1_000, this.report.interval) },
        ...this.series.map(line => ({
          label: line.name,
          stroke: resolve(line.colour),
          fill: line.bars ? resolve(line.colour) : undefined,
          width: line.bars ? 0 : 2,
          dash: line.dash,
          paths: line.bars ? bars : undefined,
          points: { show: !line.bars && this.report.buckets.length < 40, size: 5, fill: resolve("--card") },
          spanGaps: true,
          value: (_, value) => value === null ? "" : this.format(value),
        })),
      ],
      cursor: { points: { size: 7 }, drag: { x: false, y: false } },
    }, data, this.place);
  }
}

// A canvas knows neither variables nor light-dark(): a probe says what they come to.
function resolve(name) {
  const probe = h("span", {});
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found || colour(name);
}
