// Source packets that repair packets determine, for a batch of windows: elimination on the coefficients alone, then
// every symbol at once as one sum over what came.
//
//   @binding(0) params     windows in the batch, words of a symbol
//   @binding(1) windows    what each knows and what came for it
//   @binding(2) rows       the repair packets: seed and what they speak of
//   @binding(3) symbols    source symbols and coded bytes, each symbolWords long, zeros behind their end
//   @binding(4) weights    of each recovered packet, for every row and every place: a byte each, WEIGHT_WORDS
//   @binding(5) results    which places were recovered, which rows were redundant
//   @binding(6) recovered  their symbols
//
// Rows count in their order: one that follows from those before it is left out, whatever its bytes say.
// Invariant: a place is recovered if and only if those rows determine it, and then its symbol is exact.
// Dispatch: solve one workgroup a window; combine (words / 64, windows * 32). Twin: engine/gpu/twins/gf256-recover.ts.
// include: gf256

struct RecoverParams {
  windowCount: u32,
  symbolWords: u32,
}

struct RecoverWindow {
  places: u32,
  rows: u32,
  knownLow: u32,
  knownHigh: u32,
  firstSymbol: u32,
  firstCoded: u32,
  firstRow: u32,
  firstRecovered: u32,
}

struct RecoverRow {
  seed: u32,
  first: u32,
  count: u32,
}

struct RecoverResult {
  recoveredLow: u32,
  recoveredHigh: u32,
  redundantRows: u32,
  recovered: u32,
}

@group(0) @binding(0) var<uniform> params: RecoverParams;
@group(0) @binding(1) var<storage, read> windows: array<RecoverWindow>;
@group(0) @binding(2) var<storage, read> rows: array<RecoverRow>;
@group(0) @binding(3) var<storage, read> symbols: array<u32>;
@group(0) @binding(4) var<storage, read_write> weights: array<u32>;
@group(0) @binding(5) var<storage, read_write> results: array<RecoverResult>;
@group(0) @binding(6) var<storage, read_write> recovered: array<u32>;

const ROWS_MAX = 32u;
const PLACES_MAX = 64u;
const PLACE_WORDS = 16u;
const ROW_WORDS = 8u;
/// A row of the system: coefficients of the places, then which rows it is made of.
const SYSTEM_WORDS = 24u;
const WEIGHT_WORDS = 24u;
const NONE = 0xffffffffu;

/// ROWS_MAX rows of SYSTEM_WORDS words.
var<workgroup> system: array<u32, 768>;
/// The coefficients as they came: those of known places go into the weights.
var<workgroup> given: array<u32, 512>;
/// The place that a row is solved for; NONE: the row is redundant.
var<workgroup> pivots: array<u32, 32>;
var<workgroup> factors: array<u32, 32>;
var<workgroup> inverse: u32;
/// Row whose symbol is the n-th recovered one.
var<workgroup> solved: array<u32, 32>;
var<workgroup> solvedCount: u32;

fn byteAt(word: u32, index: u32) -> u32 {
  return (word >> (8u * (index & 3u))) & 255u;
}

fn mix(word: u32) -> u32 {
  var z = word;
  z = (z ^ (z >> 16u)) * 0x21f0aaadu;
  z = (z ^ (z >> 15u)) * 0x735a2d97u;
  return z ^ (z >> 15u);
}

/// As engine/fec/coefficients.ts makes them.
fn coefficient(row: RecoverRow, place: u32) -> u32 {
  if (place < row.first || place >= row.first + row.count) {
    return 0u;
  }
  let k = place - row.first;
  return 1u + mix(mix(row.seed ^ 0x6a616d62u) + (k + 1u) * 0x9e3779b9u) % 255u;
}

fn isKnown(window: RecoverWindow, place: u32) -> bool {
  return (select(window.knownLow, window.knownHigh, place >= 32u) & (1u << (place & 31u))) != 0u;
}

fn loadRow(window: RecoverWindow, r: u32, lane: u32) {
  if (lane < PLACE_WORDS) {
    var all = 0u;
    var missing = 0u;
    for (var b = 0u; b < 4u; b++) {
      let place = lane * 4u + b;
      let value = select(0u, coefficient(rows[window.firstRow + r], place), place < window.places);
      all |= value << (8u * b);
      missing |= select(value << (8u * b), 0u, isKnown(window, place));
    }
    given[r * PLACE_WORDS + lane] = all;
    system[r * SYSTEM_WORDS + lane] = missing;
  } else if (lane < SYSTEM_WORDS) {
    system[r * SYSTEM_WORDS + lane] = select(0u, 1u << (8u * (r & 3u)), lane == PLACE_WORDS + r / 4u);
  }
}

/// Takes out of row r what the rows before it are solved for.
fn reduceRow(r: u32, lane: u32) {
  if (lane < r) {
    factors[lane] = 0u;
    if (pivots[lane] != NONE) {
      factors[lane] = byteAt(system[r * SYSTEM_WORDS + pivots[lane] / 4u], pivots[lane]);
    }
  }
  workgroupBarrier();
  if (lane < SYSTEM_WORDS) {
    var word = system[r * SYSTEM_WORDS + lane];
    for (var p = 0u; p < r; p++) {
      word ^= gfTimes(system[p * SYSTEM_WORDS + lane], factors[p]);
    }
    system[r * SYSTEM_WORDS + lane] = word;
  }
  workgroupBarrier();
}

/// The oldest place that row r still speaks of, if any, becomes its pivot.
fn choosePivot(r: u32) {
  pivots[r] = NONE;
  for (var place = 0u; place < PLACES_MAX; place++) {
    let value = byteAt(system[r * SYSTEM_WORDS + place / 4u], place);
    if (value != 0u) {
      pivots[r] = place;
      inverse = gfInverse(value);
      return;
    }
  }
}

/// Row r, its pivot made 1, is taken out of the rows before it.
fn eliminate(r: u32, lane: u32) {
  let pivot = pivots[r];
  if (lane < SYSTEM_WORDS && pivot != NONE) {
    system[r * SYSTEM_WORDS + lane] = gfTimes(system[r * SYSTEM_WORDS + lane], inverse);
  }
  if (lane < r) {
    factors[lane] = 0u;
    if (pivot != NONE && pivots[lane] != NONE) {
      factors[lane] = byteAt(system[lane * SYSTEM_WORDS + pivot / 4u], pivot);
    }
  }
  workgroupBarrier();
  for (var i = lane; i < r * SYSTEM_WORDS; i += 64u) {
    system[i] ^= gfTimes(system[r * SYSTEM_WORDS + i % SYSTEM_WORDS], factors[i / SYSTEM_WORDS]);
  }
  workgroupBarrier();
}

/// Rows that speak of their pivot alone, in the order of their places.
fn collect(window: RecoverWindow, index: u32) {
  var result = RecoverResult();
  for (var place = 0u; place < window.places; place++) {
    for (var r = 0u; r < window.rows; r++) {
      if (pivots[r] != place || !speaksOfOne(r)) {
        continue;
      }
      solved[result.recovered] = r;
      result.recovered++;
      if (place < 32u) {
        result.recoveredLow |= 1u << place;
      } else {
        result.recoveredHigh |= 1u << (place - 32u);
      }
    }
  }
  for (var r = 0u; r < window.rows; r++) {
    result.redundantRows |= select(0u, 1u << r, pivots[r] == NONE);
  }
  solvedCount = result.recovered;
  results[index] = result;
}

fn speaksOfOne(r: u32) -> bool {
  for (var w = 0u; w < PLACE_WORDS; w++) {
    let own = select(0u, 255u << (8u * (pivots[r] & 3u)), w == pivots[r] / 4u);
    if ((system[r * SYSTEM_WORDS + w] & ~own) != 0u) {
      return false;
    }
  }
  return true;
}

/// What each recovered symbol is made of: rows first, then the places that are known.
fn writeWeights(window: RecoverWindow, index: u32, lane: u32) {
  for (var i = lane; i < solvedCount * WEIGHT_WORDS; i += 64u) {
    let n = i / WEIGHT_WORDS;
    let w = i % WEIGHT_WORDS;
    let row = solved[n] * SYSTEM_WORDS;
    var weight = 0u;
    if (w < ROW_WORDS) {
      weight = system[row + PLACE_WORDS + w];
    } else {
      for (var r = 0u; r < window.rows; r++) {
        let share = byteAt(system[row + PLACE_WORDS + r / 4u], r);
        weight ^= gfTimes(given[r * PLACE_WORDS + w - ROW_WORDS], share);
      }
      weight &= knownBytes(window, (w - ROW_WORDS) * 4u);
    }
    weights[(index * ROWS_MAX + n) * WEIGHT_WORDS + w] = weight;
  }
}

fn knownBytes(window: RecoverWindow, place: u32) -> u32 {
  var mask = 0u;
  for (var b = 0u; b < 4u; b++) {
    mask |= select(0u, 255u << (8u * b), isKnown(window, place + b));
  }
  return mask;
}

@compute @workgroup_size(64)
fn solve(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = group.x + group.y * 32768u;
  if (index >= params.windowCount) {
    return;
  }
  let window = windows[index];
  for (var r = 0u; r < window.rows; r++) {
    loadRow(window, r, lane);
    workgroupBarrier();
    reduceRow(r, lane);
    if (lane == 0u) {
      choosePivot(r);
    }
    workgroupBarrier();
    eliminate(r, lane);
  }
  if (lane == 0u) {
    collect(window, index);
  }
  workgroupBarrier();
  writeWeights(window, index, lane);
}

@compute @workgroup_size(64)
fn combine(@builtin(global_invocation_id) id: vec3u) {
  let word = id.x;
  let index = id.y / ROWS_MAX + id.z * 1024u;
  let n = id.y % ROWS_MAX;
  if (index >= params.windowCount || word >= params.symbolWords || n >= results[index].recovered) {
    return;
  }
  let window = windows[index];
  // One sum for each bit of the weights: eight doublings in all instead of eight for each term.
  var sums = array<u32, 8>();
  for (var s = 0u; s < window.rows + window.places; s++) {
    let place = s - window.rows;
    let ofRow = s < window.rows;
    let at = select(ROW_WORDS * 4u + place, s, ofRow);
    let weight = byteAt(weights[(index * ROWS_MAX + n) * WEIGHT_WORDS + at / 4u], at);
    if (weight == 0u) {
      continue;
    }
    let symbol = select(window.firstSymbol + place, window.firstCoded + s, ofRow);
    let value = symbols[symbol * params.symbolWords + word];
    for (var bit = 0u; bit < 8u; bit++) {
      sums[bit] ^= value & (0u - ((weight >> bit) & 1u));
    }
  }
  var total = sums[7];
  for (var bit = 7u; bit > 0u; bit--) {
    total = gfDouble(total) ^ sums[bit - 1u];
  }
  recovered[(window.firstRecovered + n) * params.symbolWords + word] = total;
}
