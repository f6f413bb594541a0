
(() => {
  "use strict";
  const root = document.getElementById("source"), text = root.querySelector("article.text");
  const panel = document.getElementById("panel"), body = document.getElementById("panel-body");
  const form = document.getElementById("filters");
  const status = document.getElementById("matches"), search = document.getElementById("search");
  const selects = ["topic", "kind", "code"].map(name => document.getElementById("by-" + name));
  const marks = Array.from(text.querySelectorAll("a.n"));
  const rows = Array.from(root.querySelectorAll("#register tbody tr"));
  const at = new Map(marks.map((mark, i) => [mark.id, i]));
  const bar = window.matchMedia("(min-width: 861px)");
  let words = null, sentences = null, shown = marks.map((_, i) => i), current = -1, goOn = null;

  // What is searched: lower case, digits without the commas between them, one space for many.
  function plain(said) {
    return said.toLowerCase().replace(/(\d)[,，](?=\d{3})/g, "$1").replace(/\s+/g, " ");
  }

  // The words of each number: its row, its sentence, its names in the other language, its value in digits.
  function index() {
    const also = new Map();
    for (const option of form.querySelectorAll("option[data-also]")) also.set(option.value, option.dataset.also);
    sentences = [];
    const sentence = new Array(marks.length).fill("");
    for (const block of text.children) {
      const here = [];
      let said = "";
      for (const node of block.childNodes) {
        if (node.nodeType === 1 && node.classList.contains("pn")) continue;
        if (at.has(node.id)) here.push([at.get(node.id), said.length]);
        said += node.textContent;
      }
      let from = 0, waiting = 0;
      for (const part of said.split(/(?<=[。！？；!?;])/)) {
        sentences.push(plain(part));
        for (; waiting < here.length && here[waiting][1] < from + part.length; waiting += 1) {
          sentence[here[waiting][0]] = part;
        }
        from += part.length;
      }
    }
    words = marks.map((mark, i) => plain([rows[i].textContent, sentence[i], rows[i].dataset.plain || "",
      also.get(mark.dataset.code) || "", also.get(mark.dataset.topic) || ""].join(" ")));
  }

  function filter(scroll) {
    const wanted = plain(search.value.trim()).split(" ").filter(Boolean);
    if (wanted.length && !words) index();
    const [topic, kind, code] = selects.map(select => select.value);
    const active = Boolean(wanted.length || topic || kind || code);
    const found = [];
    marks.forEach((mark, i) => {
      const data = mark.dataset;
      const fits = (!topic || data.topic === topic) && (!kind || data.kind === kind)
        && (!code || data.code === code) && wanted.every(word => words[i].includes(word));
      if (fits) found.push(i);
      const hit = fits && active;
      if (mark.classList.contains("hit") !== hit) {
        mark.classList.toggle("hit", hit);
        rows[i].classList.toggle("hit", hit);
      }
      if ((mark.tabIndex < 0) === fits) { if (fits) mark.removeAttribute("tabindex"); else mark.tabIndex = -1; }
    });
    shown = found;
    root.classList.toggle("filtered", active);
    const unnumbered = !shown.length && wanted.length
      && sentences.some(said => wanted.every(word => said.includes(word)));
    status.classList.toggle("none", !shown.length);
    status.textContent = status.dataset.words.replace("{n}", shown.length).replace("{all}", marks.length)
      + (unnumbered ? " · " + status.dataset.none : "");
    if (scroll && active && shown.length) reveal(marks[shown[0]]);
  }

  function reveal(mark) {
    const box = mark.getBoundingClientRect(), top = bar.matches ? form.getBoundingClientRect().bottom : 0;
    if (box.top < top || box.bottom > window.innerHeight) mark.scrollIntoView({ block: "center" });
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
    for (const mark of text.querySelectorAll("a.n.sel, a.n.rel")) {
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

  // Show the number that the address names. Who chose it by keyboard goes on in the panel, where its links are;
  // who steps with a button of the panel stays on the button. The browser itself has moved to the number.
  function follow() {
    const i = at.get(decodeURIComponent(location.hash.slice(1)));
    if (i === undefined) { if (current >= 0) select(-1); return; }
    select(i);
    (goOn || marks[i]).focus({ preventScroll: true });
    goOn = null;
    marks[i].scrollIntoView({ block: "center" });
  }

  function step(by, button) {
    if (!shown.length) return;
    const where = shown.indexOf(current);
    const next = where < 0 ? 0 : (where + by + shown.length) % shown.length;
    if (shown[next] === current) return;
    goOn = button;
    location.hash = marks[shown[next]].id;
  }

  function close() {
    const back = current, page = root.closest(".page");
    select(-1);
    history.replaceState(null, "", location.pathname + location.search + (page ? "#" + page.id : ""));
    if (back >= 0) marks[back].focus();
  }

  // In one file that is mailed, the row of links tells which of its pages is shown.
  const tabs = Array.from(document.querySelectorAll(".single nav.tabs a"));
  function tab() {
    if (!tabs.length) return;
    const there = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const page = (there && there.closest(".page")) || document.querySelector(".page");
    for (const link of tabs) {
      if (link.hash === "#" + page.id) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    }
  }

  text.addEventListener("click", event => {
    const mark = event.target.closest("a.n");
    if (!mark) return;
    // A click without a pointer is the Enter key.
    goOn = event.detail === 0 ? body : null;
    if (location.hash === "#" + mark.id) { event.preventDefault(); follow(); }
  });
  panel.addEventListener("click", event => { if (event.target.closest("a.to") && event.detail === 0) goOn = body; });
  document.getElementById("previous").addEventListener("click", event => step(-1, event.currentTarget));
  document.getElementById("next").addEventListener("click", event => step(1, event.currentTarget));
  document.getElementById("close").addEventListener("click", close);
  document.addEventListener("keydown", event => { if (event.key === "Escape" && current >= 0) close(); });
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    // Where the field would scroll away under the writer's hands, the page waits for Enter.
    waiting = setTimeout(() => filter(bar.matches), 120);
  });
  selects.forEach(select => select.addEventListener("change", () => filter(true)));
  form.addEventListener("submit", event => { event.preventDefault(); clearTimeout(waiting); filter(true); });
  form.addEventListener("reset", () => setTimeout(filter));
  window.addEventListener("hashchange", () => { follow(); tab(); });
  document.documentElement.classList.add("js");
  filter();
  follow();
  tab();
})();
