// The video of a post: sent as soon as it is chosen, with what is sent so far; captions in the same way.
// Without this file the buttons do the same.

const one = (selector, within = document) => within.querySelector(selector);
const sentence = (name) => one(`[data-say="${name}"]`).textContent;
const compose = one("#compose");

const [OFTEN, SELDOM] = [2000, 20_000]; // milliseconds between looks

let sending = false;

function problem(text) {
  const place = one("#video-problem");
  place.textContent = text;
  place.hidden = !text;
}

function progress(share) {
  const bar = one("#video-progress");
  if (!bar) return;
  bar.hidden = share === null;
  bar.value = share ?? 0;
  one("#video-sending").textContent = share === null ? "" : `${sentence("video-sending")} ${Math.floor(share * 100)} %`;
}

function send(body) {
  return new Promise((done, failed) => {
    const ask = new XMLHttpRequest();
    ask.open("POST", one("#video-form").getAttribute("action"));
    ask.setRequestHeader("Accept", "application/json");
    ask.responseType = "json";
    ask.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    ask.addEventListener("load", () => (ask.response ? done(ask.response) : failed(new Error("lost"))));
    ask.addEventListener("error", () => failed(new Error("lost")));
    ask.send(body);
  });
}

async function hand(body) {
  if (sending) return;
  sending = true;
  problem("");
  try {
    const told = await send(body);
    if (told.sentence) return problem(told.sentence);
    compose.elements.revision.value = told.revision;
    await fresh();
  } catch {
    problem(sentence("video-lost"));
  } finally {
    sending = false;
    progress(null);
  }
}

function fresh() {
  // The section as the server has it now; words that were typed into it meanwhile stay.
  return new Promise((done) => {
    const ask = new XMLHttpRequest();
    ask.open("GET", compose.getAttribute("action"));
    ask.responseType = "document";
    ask.addEventListener("loadend", () => {
      const now = ask.response && one("#video", ask.response);
      if (now) {
        const typed = one("#video-alt")?.value;
        const section = document.adoptNode(now);
        one("#video").replaceWith(section);
        if (typed && one("#video-alt")) one("#video-alt").value = typed;
        section.focus();
        follow();
        again();
      }
      done();
    });
    ask.send();
  });
}

const again = () => one("#id_text").dispatchEvent(new Event("input", { bubbles: true })); // look and check again

// While a worker looks at it, the page asks how far it is.
let asking = 0;
function follow() {
  clearTimeout(asking);
  const address = one("#video-state")?.dataset.state;
  if (address) asking = setTimeout(() => look(address), document.hidden ? SELDOM : OFTEN);
}

function look(address) {
  const ask = new XMLHttpRequest();
  ask.open("GET", address);
  ask.responseType = "document";
  ask.addEventListener("loadend", () => {
    const now = ask.response && one("#video-state", ask.response);
    const old = one("#video-state");
    if (now && old && !old.isEqualNode(now)) {
      old.replaceWith(document.adoptNode(now));
      again();
    }
    follow();
  });
  ask.send();
}

function chosen(field) {
  const [file] = field.files;
  if (!file) return;
  const most = Number(one("#video").dataset.most);
  if (field.name === "video" && most && file.size > most) {
    field.value = "";
    return problem(sentence("video-large"));
  }
  const body = new FormData(one("#video-form"));
  body.set("do", field.name === "video" ? "add" : "captions");
  hand(body);
}

document.addEventListener("change", (event) => event.target.form?.id === "video-form" && chosen(event.target));
document.addEventListener("submit", (event) => {
  if (event.target.id !== "video-form") return;
  event.preventDefault();
  hand(new FormData(event.target, event.submitter));
});
addEventListener("beforeunload", (event) => sending && event.preventDefault());

// A video dropped or pasted anywhere on the form is a video, not a picture.
function caught(event, from) {
  const film = Array.from(from?.files ?? []).find((file) => file.type.startsWith("video/"));
  const field = one("#video-file");
  if (!film || !field) return;
  event.preventDefault();
  event.stopPropagation();
  const kept = new DataTransfer();
  kept.items.add(film);
  field.files = kept.files;
  chosen(field);
}
document.addEventListener("drop", (event) => caught(event, event.dataTransfer), true);
document.addEventListener("paste", (event) => caught(event, event.clipboardData), true);
follow();
