// The tab's icon tells from afar: a green light while people are connected, an amber one while the page is cut off.
const colours = { live: "#43C96F", warn: "#E7A52E" };
const link = () => document.querySelector('link[rel="icon"]');
const plain = link()?.href;
let people = 0;

async function draw() {
  const colour = document.documentElement.classList.contains("offline") ? colours.warn : people > 0 ? colours.live : null;
  const icon = link();
  if (!icon || icon.dataset.colour === (colour ?? "")) {
    return;
  }

  icon.dataset.colour = colour ?? "";
  if (!colour) {
    icon.href = plain;
    return;
  }

  source ??= await (await fetch(plain)).text();
  icon.href = "data:image/svg+xml," + encodeURIComponent(source.replace("</svg>", `<circle cx="18.500" cy="5.500" r="5" fill="${colour}" stroke="#fff" stroke-width="1.500"/></svg>`));
}

let source;

customElements.define("pp-people", class extends HTMLElement {
  static observedAttributes = ["count"];

  attributeChangedCallback(_, __, count) {
    people = Number(count);
    draw();
  }

  disconnectedCallback() {
    people = 0;
    draw();
  }
});

new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
