// The part of a picture that is shown: a frame on the picture, moved and pulled by pointer, finger or arrow keys.
// The four numbers beside it are the form; without this file they do the same. Loaded by compose.js when it is opened.

const LEAST = 5; // percent of a side, as the server says (posts/crop_actions.py)
const EDGE = 24; // pixels within which a corner is caught
const STEP = 1; // percent for one arrow key
const within = (value, least, most) => Math.min(Math.max(value, least), most);

const parts = (box) => ({
  stage: box.querySelector(".hc-crop__stage"),
  frame: box.querySelector(".hc-crop__frame"),
  fields: Object.fromEntries(Array.from(box.querySelectorAll("[data-side]"), (field) => [field.dataset.side, field])),
});

function read({ fields }) {
  const found = Object.fromEntries(Object.entries(fields).map(([side, { value }]) => [side, Number(value) || 0]));
  const width = within(found.width, LEAST, 100);
  const height = within(found.height, LEAST, 100);
  return { width, height, left: within(found.left, 0, 100 - width), top: within(found.top, 0, 100 - height) };
}

function draw({ frame }, part) {
  for (const [side, share] of Object.entries(part)) frame.style[side] = `${share}%`;
}

function set(these, wanted) {
  const width = within(wanted.width, LEAST, 100);
  const height = within(wanted.height, LEAST, 100);
  const part = { width, height, left: within(wanted.left, 0, 100 - width), top: within(wanted.top, 0, 100 - height) };
  for (const [side, share] of Object.entries(part)) these.fields[side].value = String(Math.round(share * 100) / 100);
  draw(these, part);
}

function shaped(these, ratio) {
  const { naturalWidth: wide, naturalHeight: high } = these.stage.querySelector("img");
  if (!wide || !high) return;
  const now = read(these);
  const height = Math.min(100, (100 * wide) / (ratio * high));
  const width = (height * ratio * high) / wide;
  set(these, { width, height, left: now.left + (now.width - width) / 2, top: now.top + (now.height - height) / 2 });
}

// --- pointer and finger: the middle moves it, a corner pulls it ---

function drag(these, event) {
  const { frame, stage } = these;
  const [area, box] = [stage.getBoundingClientRect(), frame.getBoundingClientRect()];
  const start = read(these);
  const from = [event.clientX, event.clientY];
  const side = (at, low, high) => (at - low < EDGE ? -1 : high - at < EDGE ? 1 : 0);
  const [across, down] = [side(event.clientX, box.left, box.right), side(event.clientY, box.top, box.bottom)];
  const move = (now) => {
    const x = ((now.clientX - from[0]) * 100) / area.width;
    const y = ((now.clientY - from[1]) * 100) / area.height;
    const next = { ...start };
    if (!across || !down) Object.assign(next, { left: start.left + x, top: start.top + y });
    else {
      next.width = within(start.width + across * x, LEAST, across < 0 ? start.left + start.width : 100 - start.left);
      next.height = within(start.height + down * y, LEAST, down < 0 ? start.top + start.height : 100 - start.top);
      if (across < 0) next.left = start.left + start.width - next.width;
      if (down < 0) next.top = start.top + start.height - next.height;
    }
    set(these, next);
  };
  const end = () => frame.removeEventListener("pointermove", move);
  frame.setPointerCapture(event.pointerId);
  frame.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) frame.addEventListener(name, end, { once: true });
}

function key(these, event) {
  const way = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
  if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  const now = read(these);
  if (event.shiftKey) set(these, { ...now, width: within(now.width + way[0], LEAST, 100 - now.left), height: within(now.height + way[1], LEAST, 100 - now.top) });
  else set(these, { ...now, left: now.left + way[0], top: now.top + way[1] });
}

// --- the point that stays in view: a click or the arrow keys; three small shapes show what would be seen ---

function point(box) {
  const dot = box.querySelector(".hc-point__dot");
  const stage = box.querySelector(".hc-crop__stage");
  const fields = [...box.querySelectorAll("[data-at]")];
  const shapes = box.querySelector(".hc-point__shapes");
  const show = () => {
    const [left, top] = fields.map(({ value }) => within(Number(value) || 0, 0, 100));
    Object.assign(dot.style, { left: `${left}%`, top: `${top}%` });
    for (const img of shapes.querySelectorAll("img")) img.style.objectPosition = `${left}% ${top}%`;
  };
  const put = (...shares) => {
    fields.forEach((field, place) => (field.value = String(Math.round(within(shares[place], 0, 100) * 100) / 100)));
    show();
  };
  dot.hidden = shapes.hidden = false;
  for (const img of shapes.querySelectorAll("img")) img.style.aspectRatio = img.dataset.ratio;
  show();
  stage.addEventListener("click", (event) => {
    const area = stage.querySelector("img").getBoundingClientRect();
    if (event.detail) put(((event.clientX - area.left) * 100) / area.width, ((event.clientY - area.top) * 100) / area.height);
  });
  dot.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    put(...fields.map(({ value }, place) => (Number(value) || 0) + way[place] * (event.shiftKey ? 5 : 1)));
  });
  for (const field of fields) {
    for (const name of ["input", "change"]) {
      field.addEventListener(name, (event) => {
        event.stopPropagation(); // nothing of the post was typed
        show();
      });
    }
  }
}

// box: the part of the page that was opened, perhaps again.
export function open(box) {
  if (box.dataset.crop) return;
  box.dataset.crop = "on";
  const these = parts(box);
  point(box.querySelector("[data-point]"));
  these.frame.hidden = false;
  box.querySelector(".hc-crop__shapes").hidden = false;
  draw(these, read(these));
  these.frame.addEventListener("pointerdown", (event) => drag(these, event));
  these.frame.addEventListener("keydown", (event) => key(these, event));
  for (const field of Object.values(these.fields)) {
    for (const name of ["input", "change"]) {
      field.addEventListener(name, (event) => {
        event.stopPropagation(); // nothing of the post was typed
        draw(these, read(these));
      });
    }
  }
  for (const shape of box.querySelectorAll("[data-shape]")) {
    shape.addEventListener("click", () => shaped(these, Number(shape.dataset.shape)));
  }
}
