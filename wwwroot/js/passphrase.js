// A passphrase that somebody makes up: the eye shows what was typed, and four bars say how hard it is to guess. Nothing of it leaves the page.
import { announce } from "./copy.js";

const levels = ["too short", "weak", "fair", "strong", "very strong"];
const edges = [45, 65, 95]; // bits

// As if each character were drawn from the different ones in it: what repeats counts for little.
const bits = text => text.length * Math.log2(Math.max(1, new Set(text).size));
const levelOf = (text, least) => text.length < least ? 0 : 1 + edges.filter(edge => bits(text) >= edge).length;

function measure(input) {
  const field = input.closest(".pp-field");
  const meter = field.querySelector("[data-pp-meter]");
  const help = document.getElementById(input.getAttribute("aria-describedby"));
  const least = Number(input.dataset.ppPassphrase);
  const level = levelOf(input.value, least);
  meter.hidden = input.value.length === 0;
  [...meter.children].forEach((bar, i) => bar.classList.toggle("on", i < Math.max(1, level)));
  if (help && !help.classList.contains("bad")) {
    help.dataset.ppSaid ??= help.textContent;
    help.textContent = input.value.length === 0 ? help.dataset.ppSaid
      : level === 0 ? `${input.value.length} of at least ${least} characters.`
        : `${input.value.length} characters, ${levels[level]}. Four random words beat one clever one.`;
  }

  if (meter.dataset.level !== String(level) && input.value.length > 0) {
    announce(`Passphrase ${levels[level]}`);
  }

  meter.dataset.level = level;
}

function show(button, shown) {
  button.setAttribute("aria-pressed", String(shown));
  button.closest(".pp-input").querySelector("input").type = shown ? "text" : "password";
}

document.addEventListener("click", e => {
  const button = e.target.closest?.("[data-pp-reveal]");
  if (button) {
    show(button, button.getAttribute("aria-pressed") !== "true");
  }
});

document.addEventListener("input", e => {
  if (e.target.matches?.("[data-pp-passphrase]")) {
    measure(e.target);
  }
});

// It leaves as a password, so that the browser keeps it as one.
document.addEventListener("submit", e => e.target.querySelectorAll("[data-pp-reveal]").forEach(button => show(button, false)), true);

const reveal = () => document.querySelectorAll("[data-pp-reveal]").forEach(button => button.hidden = false);

reveal();
globalThis.Blazor?.addEventListener?.("enhancedload", reveal);
