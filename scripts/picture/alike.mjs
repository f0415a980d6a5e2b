/** Makes runs comparable: replaces IDs and ports, and rounds measured times. */

const pools = new Map();
const poolNames = ['us-east-2_LegacyUsr', 'us-east-2_Customers'];

function poolName(id) {
  if (!pools.has(id)) pools.set(id, poolNames[pools.size] ?? id);
  return pools.get(id);
}

/** Rounds a time to 1, 2, or 5 times a power of ten. */
function about(number) {
  const power = 10 ** Math.floor(Math.log10(Math.max(number, 0.1)));
  const first = number / power;
  const rounded = (first < 1.5 ? 1 : first < 3.5 ? 2 : first < 7.5 ? 5 : 10) * power;
  return rounded < 1 ? rounded.toFixed(1) : String(Math.round(rounded));
}

export const alike = (runs) =>
  runs.map(({ look, text }) => ({
    look,
    text: text
      .replace(/\bus-east-2_[A-Za-z0-9]{9}\b/g, poolName)
      .replace(/\b[a-z0-9]{26}\b/g, '1h57kf5cpq17m0eml12example')
      .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '8b5a2d3c-4f1e-4c6b-9a7d-0e1f2a3b4c5d')
      .replace(/(?<=127\.0\.0\.1:)\d+/g, '4599')
      .replace(/(?<![\d–.])(\d+(?:\.\d+)?)(?= m?s\b)/g, (_, number) => about(Number(number)))
      .replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '⠹'),
  }));
