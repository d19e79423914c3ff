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
