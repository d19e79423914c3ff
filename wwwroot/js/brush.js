// Dragging over a histogram chooses a part of it; the server hears of it by the change of an unseen input.
const least = 0.01;
let drag = null;

const share = (box, x) => {
  const { left, width } = box.querySelector(".bars").getBoundingClientRect();
  return Math.min(1, Math.max(0, (x - left) / width));
};

function draw() {
  const { box, from, to } = drag;
  const chosen = box.querySelector(".chosen");
  const { left, width } = box.querySelector(".bars").getBoundingClientRect();
  const start = left - box.getBoundingClientRect().left;
  chosen.hidden = Math.abs(to - from) < least;
  chosen.style.left = `${start + Math.min(from, to) * width}px`;
  chosen.style.width = `${Math.abs(to - from) * width}px`;
}

document.addEventListener("pointerdown", e => {
  const box = e.target.closest?.("[data-pp-brush]");
  if (box && e.button === 0) {
    const at = share(box, e.clientX);
    drag = { box, from: at, to: at };
    box.setPointerCapture(e.pointerId);
  }
});

document.addEventListener("pointermove", e => {
  if (drag) {
    drag.to = share(drag.box, e.clientX);
    draw();
  }
});

function end(take) {
  if (!drag) {
    return;
  }

  const { box, from, to } = drag;
  drag = null;
  box.querySelector(".chosen").hidden = true;
  if (take && Math.abs(to - from) >= least) {
    const out = box.querySelector("[data-pp-brush-out]");
    out.value = `${Math.min(from, to).toFixed(4)},${Math.max(from, to).toFixed(4)}`;
    out.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

document.addEventListener("pointerup", () => end(true));
document.addEventListener("pointercancel", () => end(false));
