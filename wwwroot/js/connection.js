// Starts Blazor, and keeps the page useful while its circuit is away: an amber bar, values dimmed, inputs kept.
// The script of .NET 9 serves here, so this relies on Blazor.start, reconnectionHandler, Blazor.reconnect and Blazor.disconnect only.
const waits = [0, 200, 500, 1000, 2000, 3000];
const patience = 30_000;

let process = 0;
let leaving = false;
let wake = () => {};

const bar = () => document.getElementById("pp-reconnect");
const clock = () => new Date().toLocaleTimeString("en-GB");

function show(since) {
  document.documentElement.classList.add("offline");
  bar().querySelector("[data-pp-since]").textContent = since;
  bar().hidden = false;
}

function hide() {
  document.documentElement.classList.remove("offline");
  bar().hidden = true;
  offerHelp(false);
}

function offerHelp(offer) {
  for (const button of bar().querySelectorAll("button")) {
    button.hidden = !offer;
  }
}

const pause = milliseconds => new Promise(done => {
  wake = done;
  setTimeout(done, milliseconds);
});

async function reconnect(mine) {
  const began = Date.now();
  for (let attempt = 0; process === mine; attempt++) {
    await pause(waits[Math.min(attempt, waits.length - 1)]);
    if (process !== mine) {
      return;
    }

    try {
      if (await Blazor.reconnect()) {
        return;
      }

      // The server is there and knows this circuit no more.
      location.reload();
      return;
    } catch {
      offerHelp(Date.now() - began > patience);
    }
  }
}

export function start() {
  bar()?.addEventListener("click", e => {
    if (e.target.closest("[data-pp-retry]")) {
      wake();
    } else if (e.target.closest("[data-pp-reload]")) {
      location.reload();
    }
  });

  // The circuit learns at once that nobody is signed in, and would lead to the sign-in page what is on its way elsewhere.
  document.addEventListener("submit", e => {
    if (e.target.matches("form[action='/sign-out']")) {
      leaving = true;
      Blazor.disconnect();
    }
  });

  addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", () => wake());

  Blazor.start({
    circuit: {
      reconnectionHandler: {
        onConnectionDown() {
          if (leaving) {
            return;
          }

          show(clock());
          reconnect(++process);
        },
        onConnectionUp() {
          process++;
          hide();
        },
      },
    },
  });
}
