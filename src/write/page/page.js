"use strict";
(() => {
  document.documentElement.classList.add("js");
  const byId = (id) => document.getElementById(id);
  const sections = [...document.querySelectorAll("main > section")];
  const links = [...document.querySelectorAll("nav a")];
  const unit = byId("unit");
  let texts = null;
  const read = (id) => JSON.parse(byId(id).textContent);
  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const list = byId("s0") && byId("s0").querySelector("tbody.units");
  // The rows by unit, before anything is sorted: the calculation of row n has the name u and n.
  const rowOf = new Map(unit && list
    ? [...list.rows].map((row, index) => [row.querySelector("a").getAttribute("href").slice(6), { row, id: "u" + index }])
    : []);

  // A list of units: search, group, sorting. Rows beyond the first are only laid out when they are wanted.
  for (const tools of document.querySelectorAll("div.tools")) {
    const table = tools.parentElement.querySelector("table.list");
    const body = table.querySelector("tbody.units");
    if (!body) continue;
    const rows = [...body.rows];
    const words = rows.map((row) => row.textContent.toLowerCase());
    const listed = Number(tools.dataset.listed);
    const column = tools.dataset.group === undefined ? -1 : Number(tools.dataset.group);
    const find = tools.querySelector("input");
    const group = tools.querySelector("select");
    const count = tools.querySelector("output");
    const more = tools.querySelector(".more");
    const none = tools.querySelector(".none");
    const groups = column < 0 ? [] : rows.map((row) => row.cells[column].textContent);
    let all = false;
    if (group) {
      const names = [...new Set(groups)];
      group.append(new Option(tools.dataset.all, ""), ...names.map((name) => new Option(name, name)));
    }
    const order = rows.map((_, index) => index);
    const filter = () => {
      const wanted = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = group ? group.value : "";
      let found = 0;
      for (const index of order) {
        const fits = (!chosen || groups[index] === chosen) && wanted.every((word) => words[index].includes(word));
        if (fits) found += 1;
        const hide = !fits || (!all && found > listed);
        if (rows[index].hidden !== hide) rows[index].hidden = hide;
      }
      count.textContent = tools.dataset.count.replace("{n}", found);
      more.hidden = all || found <= listed;
      none.hidden = found > 0;
    };
    find.addEventListener("input", filter);
    if (group) group.addEventListener("change", filter);
    more.querySelector("button").addEventListener("click", () => { all = true; filter(); });
    const number = (text) => { const value = parseFloat(text); return Number.isNaN(value) ? null : value; };
    const compare = (at) => (a, b) => {
      const [x, y] = [rows[a].cells[at].textContent, rows[b].cells[at].textContent];
      const [m, n] = [number(x), number(y)];
      if (m !== null && n !== null) return m - n || a - b;
      if (m !== null || n !== null) return m === null ? 1 : -1;
      return x.localeCompare(y, document.documentElement.lang) || a - b;
    };
    const head = table.tHead ? [...table.tHead.rows[0].cells] : [];
    head.forEach((cell, at) => {
      if (rows[0] && at >= rows[0].cells.length) return;
      cell.setAttribute("aria-sort", "none");
      cell.tabIndex = 0;
      cell.title = tools.dataset.sort;
      const sort = () => {
        const down = cell.getAttribute("aria-sort") === "ascending";
        head.forEach((other) => other.hasAttribute("aria-sort") && other.setAttribute("aria-sort", "none"));
        cell.setAttribute("aria-sort", down ? "descending" : "ascending");
        order.sort(compare(at));
        if (down) order.reverse();
        body.append(...order.map((index) => rows[index]));
        filter();
      };
      cell.addEventListener("click", sort);
      cell.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(); }
      });
    });
    if (rows.length > listed) filter();
  }

  // A calculation: its parts are made when they are opened.
  const summary = (node, into) => {
    const [label, value, how, file, cell] = node;
    into.append(element("span", "label", texts[label]), " ", element("span", "value", value));
    if (how !== undefined && how !== null) into.append(" ", element("span", "how", "= " + texts[how]));
    if (file !== undefined && file !== null) into.append(" ", element("span", "place", "← " + texts[file] + (cell ? "!" + cell : "")));
    return into;
  };
  const build = (node) => {
    const parts = node[5];
    if (!parts) return summary(node, element("div", "leaf"));
    const made = element("details");
    made.append(summary(node, element("summary")));
    const fill = () => { if (made.children.length === 1) made.append(...parts.map(build)); };
    made.addEventListener("toggle", () => { if (made.open) fill(); });
    made.fill = fill;
    return made;
  };
  const openAll = (node, open) => {
    for (const child of node.querySelectorAll(":scope > details")) {
      if (open) child.fill();
      child.open = open;
      openAll(child, open);
    }
  };
  const shownUnit = (code) => {
    if (!rowOf.has(code)) return false;
    const { row, id } = rowOf.get(code);
    const heads = [...list.parentElement.tHead.rows[0].cells];
    texts = texts || read("texts");
    const [, notes, tree] = read(id);
    unit.querySelector("h2").textContent = texts[tree[0]];
    unit.querySelector("dl").replaceChildren(...heads.slice(0, row.cells.length - 1).map((head, at) => {
      const pair = element("div");
      pair.append(element("dt", "", head.textContent), element("dd", "", row.cells[at].textContent || "—"));
      return pair;
    }));
    unit.querySelector(".notes").replaceChildren(...notes.map((note) => element("p", "", note)));
    const built = (tree[5] || []).map(build);
    unit.querySelector(".tree").replaceChildren(...built);
    built.forEach((own) => { if (own.fill) { own.fill(); own.open = true; } });
    return true;
  };
  if (unit) {
    const tree = unit.querySelector(".tree");
    unit.querySelector("[name=open]").addEventListener("click", () => openAll(tree, true));
    unit.querySelector("[name=close]").addEventListener("click", () => openAll(tree, false));
  }
  for (const button of document.querySelectorAll("[name=print]")) button.addEventListener("click", () => window.print());

  const show = () => {
    const wanted = decodeURIComponent(location.hash.slice(1));
    const code = wanted.startsWith("unit-") ? wanted.slice(5) : null;
    const isUnit = code !== null && shownUnit(code);
    const id = isUnit ? "unit" : byId(wanted) && sections.includes(byId(wanted)) && wanted !== "unit" ? wanted : "s0";
    if (unit) unit.hidden = !isUnit;
    sections.forEach((section) => section.classList.toggle("shown", section.id === id));
    links.forEach((link) => link.getAttribute("href") === "#" + id ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current"));
    if (isUnit) { unit.focus({ preventScroll: true }); window.scrollTo(0, 0); }
  };
  window.addEventListener("hashchange", show);
  show();
})();
