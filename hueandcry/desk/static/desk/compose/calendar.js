// The calendar: a post is dragged to another day. Without this file “Move to…” below each does the same.

const form = document.querySelector("#to-day");
let moving = null;

for (const entry of document.querySelectorAll("[data-move]")) {
  entry.draggable = true;
  entry.addEventListener("dragstart", (event) => {
    moving = entry;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", entry.textContent.trim());
    entry.classList.add("hc-entry--moving");
  });
  entry.addEventListener("dragend", () => {
    entry.classList.remove("hc-entry--moving");
    moving = null;
  });
}

for (const day of document.querySelectorAll("[data-day]")) {
  day.addEventListener("dragover", (event) => {
    if (!moving || day.contains(moving)) return;
    event.preventDefault();
    day.classList.add("hc-calendar__over");
  });
  day.addEventListener("dragleave", () => day.classList.remove("hc-calendar__over"));
  day.addEventListener("drop", (event) => {
    day.classList.remove("hc-calendar__over");
    if (!moving) return;
    event.preventDefault();
    form.setAttribute("action", moving.dataset.move);
    form.elements.day.value = day.dataset.day;
    form.submit();
  });
}
