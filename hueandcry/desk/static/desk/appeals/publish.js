// The sheet before publishing: tick all accounts or none, and count those ticked. Without this file the boxes work alone.

const boxes = Array.from(document.querySelectorAll("[name=accounts]"));
const many = document.querySelector("#tick-many");

function count() {
  document.querySelector("#ticked").textContent = String(boxes.filter((box) => box.checked).length);
}

for (const box of boxes) box.addEventListener("change", count);
many?.addEventListener("click", (event) => {
  const wanted = event.target.closest("[data-tick]")?.dataset.tick;
  if (!wanted) return;
  for (const box of boxes) box.checked = wanted === "all";
  count();
});
if (many && boxes.length > 1) {
  boxes[0].closest(".govuk-checkboxes").before(many); // below the question that they answer
  many.hidden = false;
}
count(); // the browser may have kept other ticks than the page came with
