// The server knows UTC only; the reader's own time joins the title when it is about to be read.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });

function tell(e) {
  const time = e.target.closest?.("time[datetime]");
  if (time && !time.title.includes(" · ")) {
    time.title = `${format.format(new Date(time.dateTime))} · ${time.title}`;
  }
}

document.addEventListener("pointerover", tell);
document.addEventListener("focusin", tell);

// Which zone that clock is of, and how many minutes it is east of UTC now: the server groups by the reader's days.
export function zone() {
  return { name: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "", offset: -new Date().getTimezoneOffset() };
}

// A moment by the reader's own clock. What it shows is its own tree: the server's stays as the server wrote it.
const shapes = {
  second: new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
  minute: new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  day: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
};

customElements.define("pp-local-time", class extends HTMLElement {
  static observedAttributes = ["at", "shape"];

  #shown = this.attachShadow({ mode: "open" }).appendChild(document.createElement("time"));

  attributeChangedCallback() {
    const at = new Date(this.getAttribute("at"));
    if (Number.isNaN(at.getTime())) {
      return;
    }

    const utc = at.toISOString();
    this.#shown.dateTime = utc;
    this.#shown.textContent = (shapes[this.getAttribute("shape")] ?? shapes.second).format(at).replace(",", "");
    this.#shown.title = `${format.format(at)} · ${utc.slice(0, 19).replace("T", " ")} UTC`;
  }
});
