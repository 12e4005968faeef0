/** Generalised intersection over union of two boxes (arXiv 1902.09630), with its gradient. */

/** The GIoU of box `i` of `a` and box `j` of `b`; the arrays hold cx, cy, w, h of each box. */
export function giou(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number {
  return overlap(a, 4 * i, b, 4 * j).giou;
}

/**
 * Adds `scale` times the derivative of giou(a, b) by a's cx, cy, w, h to `into`, at a's place. Where edges
 * or areas are equal it is the derivative of PyTorch's max, min and clamp: half for each of two equals, 1
 * at the limit of a clamp.
 */
export function addGiouGradient(
  a: ArrayLike<number>,
  i: number,
  b: ArrayLike<number>,
  j: number,
  scale: number,
  into: Float32Array | Float64Array,
): void {
  const { low, high, inner, hull, inter, union, hullArea } = overlap(a, 4 * i, b, 4 * j);
  // giou = inter / union − (hull − union) / hull = inter / union + union / hull − 1
  const dUnion = -inter / union ** 2 + 1 / hullArea;
  const dInter = 1 / union - dUnion;
  const dHull = -union / hullArea ** 2;
  for (let axis = 0; axis < 2; axis++) {
    const other = 1 - axis;
    const side = inner[axis]! >= 0 ? Math.max(0, inner[other]!) * dInter : 0;
    const outer = hull[axis]! >= 0 ? Math.max(0, hull[other]!) * dHull : 0;
    const area = (high.a[other]! - low.a[other]!) * dUnion;
    // The derivatives by a's low and high edge on this axis, through its area, the intersection and the hull.
    const dLow =
      -area - side * share(low.a[axis]! - low.b[axis]!) - outer * share(low.b[axis]! - low.a[axis]!);
    const dHigh =
      area + side * share(high.b[axis]! - high.a[axis]!) + outer * share(high.a[axis]! - high.b[axis]!);
    const centre = 4 * i + axis;
    into[centre] = into[centre]! + scale * (dLow + dHigh);
    into[centre + 2] = into[centre + 2]! + (scale * (dHigh - dLow)) / 2;
  }
}

/** The part of a max's gradient that goes to the operand that is larger by `lead`. */
function share(lead: number): number {
  return lead > 0 ? 1 : lead < 0 ? 0 : 0.5;
}

function overlap(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number) {
  const edges = (boxes: ArrayLike<number>, at: number, sign: number) =>
    [0, 1].map((axis) => boxes[at + axis]! + (sign * boxes[at + axis + 2]!) / 2);
  const low = { a: edges(a, i, -1), b: edges(b, j, -1) };
  const high = { a: edges(a, i, 1), b: edges(b, j, 1) };
  const axes = [0, 1];
  const inner = axes.map((k) => Math.min(high.a[k]!, high.b[k]!) - Math.max(low.a[k]!, low.b[k]!));
  const hull = axes.map((k) => Math.max(high.a[k]!, high.b[k]!) - Math.min(low.a[k]!, low.b[k]!));
  const area = (box: "a" | "b") => axes.reduce((product, k) => product * (high[box][k]! - low[box][k]!), 1);
  const inter = Math.max(0, inner[0]!) * Math.max(0, inner[1]!);
  const union = area("a") + area("b") - inter;
  const hullArea = Math.max(0, hull[0]!) * Math.max(0, hull[1]!);
  return {
    low,
    high,
    inner,
    hull,
    inter,
    union,
    hullArea,
    giou: inter / union - (hullArea - union) / hullArea,
  };
}
