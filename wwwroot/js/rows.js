// Which rows of a long table are in sight: tells the server when the window moved by more than it can spare.
const spare = 8;
const step = 4;

export function watch(spacer, server) {
  const body = spacer.parentElement;
  let told = "";

  function look() {
    const rows = [...body.querySelectorAll(":scope > tr:not(.spacer)")];
    if (rows.length === 0) {
      return;
    }

    const height = (rows.at(-1).getBoundingClientRect().bottom - rows[0].getBoundingClientRect().top) / rows.length;
    const top = body.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(-top / height) - spare);
    const last = Math.max(first, Math.ceil((innerHeight - top) / height)) + spare;
    const window = `${Math.floor(first / step)} ${Math.ceil(last / step)} ${Math.round(height)}`;
    if (window !== told) {
      told = window;
      server.invokeMethodAsync("MoveAsync", first, last - first + step, height);
    }
  }

  let waiting = false;
  const soon = () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => { waiting = false; look(); });
    }
  };

  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon, { passive: true });
  soon();
  return {
    stop() {
      removeEventListener("scroll", soon);
      removeEventListener("resize", soon);
    },
  };
}
