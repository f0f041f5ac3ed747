// What the pages do beyond themselves where a browser runs this: results while you type, and news as they happen.
// Both fetch the same pages that links lead to and put their live part in place; without it everything works.

const WAIT_MS = 180;
const AT_MOST_EVERY_MS = 700;

/** Put the live part of the page at `url` in place of the one shown. Answers whether it did. */
async function refresh(id, url, signal) {
  const answer = await fetch(url, { headers: { accept: "text/html" }, signal });
  if (!answer.ok) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [now, then] = [fresh.getElementById(id), document.getElementById(id)];
  if (!now || !then) return false;
  const open = [...then.querySelectorAll("details[open][id]")].map((part) => part.id);
  const focused = then.contains(document.activeElement) ? document.activeElement.id : "";
  then.replaceWith(document.importNode(now, true));
  for (const part of open) document.getElementById(part)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus();
  tell(fresh.getElementById("told")?.textContent);
  document.title = fresh.title;
  return true;
}

/** Say it to those who listen instead of looking; the same thing once. */
function tell(news) {
  const told = document.getElementById("told");
  if (told && news && told.textContent !== news) told.textContent = news;
}

function searchAsYouType(form) {
  let timer, running, burst = false;
  const ask = async (url, remember) => {
    running?.abort();
    running = new AbortController();
    document.getElementById("results")?.setAttribute("aria-busy", "true");
    try {
      const done = await refresh("results", url, running.signal);
      if (done && remember) {
        history[burst ? "replaceState" : "pushState"](null, "", url);
        burst = true;
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      location.assign(url);
    }
    document.getElementById("results")?.removeAttribute("aria-busy");
  };
  const address = () => {
    const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
    return `${form.getAttribute("action")}?${asked}`;
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask(address(), true), WAIT_MS);
  });
  form.addEventListener("focusout", () => { burst = false; });
  addEventListener("popstate", () => {
    const asked = new URLSearchParams(location.search);
    for (const field of form.elements) {
      if (field.type === "checkbox") field.checked = asked.has(field.name);
      else if (field.name) field.value = asked.get(field.name) ?? (field.options?.[0].value || "");
    }
    ask(location.href, false);
  });
}

/** Follow server-sent events: each is a reason to look again, the last one ends it. */
function follow(part) {
  const events = new EventSource(part.dataset.events);
  let timer;
  const soon = () => {
    timer ??= setTimeout(async () => {
      timer = undefined;
      await refresh(part.id, location.href).catch(() => {});
      if (!document.getElementById(part.id)?.dataset.events) events.close();
    }, AT_MOST_EVERY_MS);
  };
  for (const kind of part.dataset.kinds.split(" ")) events.addEventListener(kind, soon);
}

function keepFresh(part) {
  setInterval(() => {
    if (!document.hidden) refresh(part.id, location.href).catch(() => {});
  }, Number(part.dataset.every));
}

/** "/" leads to the search box, as people are used to. */
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.activeElement?.matches("input, select, textarea, [contenteditable]")) return;
  const box = document.querySelector("main input[type=search]") ?? document.querySelector("input[type=search]");
  if (!box) return;
  event.preventDefault();
  box.select();
});

for (const form of document.querySelectorAll("form[data-live]")) searchAsYouType(form);
for (const part of document.querySelectorAll("[data-events]")) follow(part);
for (const part of document.querySelectorAll("[data-every]")) keepFresh(part);
