
(() => {
  "use strict";
  const root = document.getElementById("source");
  const panel = document.getElementById("panel"), body = document.getElementById("panel-body");
  const status = document.getElementById("matches"), search = document.getElementById("search");
  const selects = ["topic", "kind", "code"].map(name => document.getElementById("by-" + name));
  const marks = Array.from(root.querySelectorAll("a.n"));
  const rows = Array.from(root.querySelectorAll("#register tbody tr"));
  const at = new Map(marks.map((mark, i) => [mark.id, i]));
  let words = null, shown = marks.map((_, i) => i), current = -1;

  function filter() {
    const wanted = search.value.trim().toLowerCase();
    if (wanted && !words) words = rows.map(row => row.textContent.toLowerCase());
    const [topic, kind, code] = selects.map(select => select.value);
    const active = Boolean(wanted || topic || kind || code);
    shown = [];
    marks.forEach((mark, i) => {
      const data = mark.dataset;
      const fits = (!topic || data.topic === topic) && (!kind || data.kind === kind)
        && (!code || data.code === code) && (!wanted || words[i].includes(wanted));
      if (fits) shown.push(i);
      mark.classList.toggle("off", !fits);
      mark.classList.toggle("hit", fits && active);
      if (fits) mark.removeAttribute("tabindex"); else mark.tabIndex = -1;
      rows[i].hidden = !fits;
    });
    status.textContent = status.dataset.words.replace("{n}", shown.length).replace("{all}", marks.length);
  }

  function fill(i) {
    const list = document.createElement("dl");
    for (const cell of rows[i].cells) {
      if (!cell.dataset.label || !cell.textContent.trim()) continue;
      const term = document.createElement("dt"), said = document.createElement("dd");
      term.textContent = cell.dataset.label;
      for (const node of cell.childNodes) said.append(node.cloneNode(true));
      list.append(term, said);
    }
    const title = document.createElement("p");
    title.className = "panel-raw";
    title.lang = "zh-CN";
    title.textContent = marks[i].textContent;
    body.replaceChildren(title, list);
  }

  function select(i) {
    for (const mark of root.querySelectorAll("a.n.sel, a.n.rel")) {
      mark.classList.remove("sel", "rel");
      mark.removeAttribute("aria-current");
    }
    document.body.classList.toggle("open", i >= 0);
    current = i;
    if (i < 0) { body.replaceChildren(); return; }
    marks[i].classList.add("sel");
    marks[i].setAttribute("aria-current", "true");
    for (const link of rows[i].querySelectorAll("a.to")) {
      const other = at.get(link.hash.slice(1));
      if (other !== undefined && other !== i) marks[other].classList.add("rel");
    }
    fill(i);
  }

  function follow() {
    const i = at.get(decodeURIComponent(location.hash.slice(1)));
    if (i === undefined) { if (current >= 0) select(-1); return; }
    select(i);
    marks[i].focus({ preventScroll: true });
    marks[i].scrollIntoView({ block: "center" });
  }

  function step(by) {
    if (!shown.length) return;
    const where = shown.indexOf(current);
    const next = where < 0 ? 0 : (where + by + shown.length) % shown.length;
    location.hash = marks[shown[next]].id;
  }

  function close() {
    const back = current;
    select(-1);
    history.replaceState(null, "", location.pathname + location.search);
    if (back >= 0) marks[back].focus();
  }

  document.getElementById("previous").addEventListener("click", () => step(-1));
  document.getElementById("next").addEventListener("click", () => step(1));
  document.getElementById("close").addEventListener("click", close);
  document.addEventListener("keydown", event => { if (event.key === "Escape" && current >= 0) close(); });
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
  selects.forEach(select => select.addEventListener("change", filter));
  document.getElementById("filters").addEventListener("submit", event => event.preventDefault());
  document.getElementById("filters").addEventListener("reset", () => setTimeout(filter));
  window.addEventListener("hashchange", follow);
  document.documentElement.classList.add("js");
  filter();
  follow();
})();
