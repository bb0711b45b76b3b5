// Bar charts as SVG text, drawn by hand: rows of bars on a logarithmic axis, with marks for bars to be met and
// goals. No library and nothing loaded; colours come from the page's style sheet by class (`s0`, `s1` ...).

export interface ChartBar {
  /** Which series: its colour. */
  readonly series: number;
  readonly value: number | null;
  /** What is shown behind the bar, and when pointed at. */
  readonly text: string;
  readonly hint: string;
}

export interface ChartMark {
  readonly kind: 'bar' | 'goal';
  readonly value: number;
  /** Among the row's bars, which one it is for. */
  readonly at: number;
}

export interface ChartRow {
  readonly label: string;
  readonly bars: readonly ChartBar[];
  readonly marks: readonly ChartMark[];
}

export interface Chart {
  readonly rows: readonly ChartRow[];
  /** Reads the axis: `x native`, `ns`. */
  readonly unit: string;
  /** The value at which bars begin to mean something, drawn as a line: 1 for ratios. */
  readonly reference: number | null;
}

const WIDTH = 920;
const LABEL = 210;
const RIGHT = 70;
const BAR = 13;
const GAP = 3;
const BETWEEN = 12;
const TOP = 26;

export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (c) => entities[c]!);
}

/** Powers of ten that hold all values between them; at least one decade. */
export function decades(values: readonly number[]): { low: number; high: number } {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return { low: 0, high: 1 };
  const low = Math.floor(Math.log10(Math.min(...positive)) + 1e-9);
  const high = Math.ceil(Math.log10(Math.max(...positive)) - 1e-9);
  return { low, high: Math.max(high, low + 1) };
}

const fixed = (value: number): string => value.toFixed(1);

/** 0.01, 1, 1,000. */
const tick = (power: number): string =>
  power < 0 ? (10 ** power).toFixed(-power) : (10 ** power).toLocaleString('en');

export function renderChart(chart: Chart): string {
  const values = chart.rows.flatMap((row) => [
    ...row.bars.flatMap((bar) => bar.value ?? []),
    ...row.marks.map((mark) => mark.value),
  ]);
  if (chart.reference !== null) values.push(chart.reference);
  const { low, high } = decades(values);
  const span = WIDTH - LABEL - RIGHT;
  const x = (value: number): number =>
    LABEL + (Math.min(Math.max(Math.log10(value) - low, 0), high - low) / (high - low)) * span;
  const parts: string[] = [];
  let y = TOP;
  for (const row of chart.rows) {
    const height = row.bars.length * (BAR + GAP) - GAP;
    parts.push(
      `<text class="label" x="${LABEL - 10}" y="${fixed(y + height / 2 + 4)}">${escapeHtml(row.label)}</text>`,
    );
    row.bars.forEach((bar, index) => {
      const top = y + index * (BAR + GAP);
      const end = bar.value === null || !(bar.value > 0) ? LABEL : Math.max(x(bar.value), LABEL + 2);
      const middle = fixed(top + BAR - 2.5);
      parts.push(
        `<g><title>${escapeHtml(bar.hint)}</title>` +
          `<rect class="s${bar.series}" x="${LABEL}" y="${top}" width="${fixed(end - LABEL)}" height="${BAR}" rx="2"/>` +
          `<text class="value" x="${fixed(end + 6)}" y="${middle}">${escapeHtml(bar.text)}</text></g>`,
      );
    });
    for (const { kind, value, at } of row.marks) {
      const top = y + at * (BAR + GAP) - 2;
      parts.push(
        `<line class="${kind}" x1="${fixed(x(value))}" x2="${fixed(x(value))}" y1="${top}" y2="${top + BAR + 4}"/>`,
      );
    }
    y += height + BETWEEN;
  }
  const grid: string[] = [];
  for (let power = low; power <= high; power++) {
    const at = fixed(x(10 ** power));
    grid.push(`<line class="grid" x1="${at}" x2="${at}" y1="${TOP - 6}" y2="${y}"/>`);
    grid.push(`<text class="tick" x="${at}" y="${TOP - 11}">${tick(power)}</text>`);
  }
  if (chart.reference !== null) {
    const at = fixed(x(chart.reference));
    grid.push(`<line class="reference" x1="${at}" x2="${at}" y1="${TOP - 6}" y2="${y}"/>`);
  }
  grid.push(`<text class="unit" x="${LABEL - 24}" y="${TOP - 11}">${escapeHtml(chart.unit)}</text>`);
  return `<svg viewBox="0 0 ${WIDTH} ${y + 2}" role="img">${grid.join('')}${parts.join('')}</svg>`;
}
