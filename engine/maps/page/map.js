"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const card = document.getElementById("card");
  const PADDING_PX = 28, REACH_PX = 16, MOST_ZOOM = 60, DRAG_PX = 5, CARD_GAP_PX = 16;
  const THUMBNAIL_PX = 34, LARGEST_THUMBNAIL_PX = 96, NAME_FONT = "600 13px system-ui, sans-serif";
  const pictures = new Map();
  const panels = [];
  let chosen = -1;

  /** A loaded thumbnail, or null while it is on its way; everything is drawn again when it comes. */
  function pictureOf(number) {
    const source = data.items[number].picture;
    if (!source) return null;
    if (!pictures.has(number)) {
      const image = new Image();
      image.onload = redrawAll;
      image.src = source;
      pictures.set(number, image);
    }
    const image = pictures.get(number);
    return image.complete && image.naturalWidth ? image : null;
  }

  /** The outline of a mark around a centre: circle, square, triangle up, diamond, triangle down. */
  function outline(context, marker, x, y, r) {
    context.beginPath();
    if (marker === "o") { context.arc(x, y, r, 0, 2 * Math.PI); return; }
    const corners = { s: [[-1, -1], [1, -1], [1, 1], [-1, 1]], "^": [[0, -1.2], [1.1, 0.9], [-1.1, 0.9]],
      D: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]], v: [[0, 1.2], [1.1, -0.9], [-1.1, -0.9]] }[marker];
    corners.forEach(([dx, dy], n) => context[n ? "lineTo" : "moveTo"](x + dx * r, y + dy * r));
    context.closePath();
  }

  class Panel {
    constructor(described) {
      this.described = described;
      this.zoom = 1; this.dx = 0; this.dy = 0;
      this.pointers = new Map();
      this.canvas = document.createElement("canvas");
      this.canvas.tabIndex = 0;
      this.canvas.setAttribute("role", "application");
      this.canvas.setAttribute("aria-label", `${described.title}, a map of ${data.items.length} items. Arrow keys go from item to item.`);
      this.build();
      this.listen();
      new ResizeObserver(() => this.fit()).observe(this.canvas);
    }

    build() {
      const figure = document.createElement("figure"), caption = document.createElement("figcaption");
      const title = document.createElement("b"), trust = document.createElement("span"), zoom = document.createElement("div");
      title.textContent = this.described.title;
      trust.textContent = `true neighbours ${Math.round(100 * this.described.trust)} %`;
      trust.title = "Trustworthiness: how far neighbours on this map are neighbours in truth";
      zoom.className = "zoom";
      for (const [sign, name, act] of [["+", "Zoom in", () => this.zoomAt(1.6)], ["−", "Zoom out", () => this.zoomAt(1 / 1.6)], ["⟲", "Show all", () => this.reset()]]) {
        const button = document.createElement("button");
        button.type = "button"; button.textContent = sign; button.title = name;
        button.setAttribute("aria-label", `${name}: ${this.described.title}`);
        button.addEventListener("click", act);
        zoom.append(button);
      }
      caption.append(title, trust, zoom);
      figure.append(caption, this.canvas);
      document.querySelector("main").append(figure);
    }

    listen() {
      const canvas = this.canvas;
      canvas.addEventListener("pointerdown", event => this.pressed(event));
      canvas.addEventListener("pointermove", event => this.moved(event));
      canvas.addEventListener("pointerup", event => this.released(event));
      canvas.addEventListener("pointercancel", event => this.pointers.delete(event.pointerId));
      canvas.addEventListener("pointerleave", event => { if (event.pointerType === "mouse" && !this.pointers.size) choose(-1); });
      canvas.addEventListener("wheel", event => { event.preventDefault(); this.zoomAt(Math.exp(-event.deltaY / 400), this.place(event)); }, { passive: false });
      canvas.addEventListener("keydown", event => this.typed(event));
    }

    fit() {
      const { clientWidth, clientHeight } = this.canvas, ratio = devicePixelRatio || 1;
      if (!clientWidth) return;
      this.width = clientWidth; this.height = clientHeight; this.ratio = ratio;
      this.canvas.width = Math.round(clientWidth * ratio); this.canvas.height = Math.round(clientHeight * ratio);
      this.draw();
    }

    reset() { this.zoom = 1; this.dx = this.dy = 0; this.draw(); placeCard(this); }

    /** Where an item is on the canvas, in CSS pixels. */
    at(number) {
      const [x, y] = this.described.points[number];
      return [this.dx + this.zoom * (PADDING_PX + x * (this.width - 2 * PADDING_PX)), this.dy + this.zoom * (PADDING_PX + (1 - y) * (this.height - 2 * PADDING_PX))];
    }

    place(event) { const box = this.canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; }

    zoomAt(factor, [x, y] = [this.width / 2, this.height / 2]) {
      const zoom = Math.min(MOST_ZOOM, Math.max(1, this.zoom * factor)), by = zoom / this.zoom;
      this.dx = x - by * (x - this.dx); this.dy = y - by * (y - this.dy); this.zoom = zoom;
      this.stay(); this.draw(); placeCard(this);
    }

    /** Keeps the map from being dragged out of sight. */
    stay() {
      this.dx = Math.min(0, Math.max(this.width * (1 - this.zoom), this.dx));
      this.dy = Math.min(0, Math.max(this.height * (1 - this.zoom), this.dy));
    }

    nearest([x, y], reach = REACH_PX + (this.zoom > 1 ? this.thumbnailPx() / 3 : 0)) {
      let best = -1, least = reach;
      for (let n = 0; n < data.items.length; n++) {
        const [px, py] = this.at(n), away = Math.hypot(px - x, py - y);
        if (away < least) { best = n; least = away; }
      }
      return best;
    }

    pressed(event) {
      this.canvas.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, this.place(event));
      this.start = this.place(event); this.dragged = false;
    }

    moved(event) {
      const to = this.place(event), from = this.pointers.get(event.pointerId);
      if (!from) {
        const number = this.nearest(to);
        this.canvas.classList.toggle("over", number >= 0);
        if (event.pointerType === "mouse") choose(number, this);
        return;
      }
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
      this.pointers.set(event.pointerId, to);
      if (other) {
        const before = Math.hypot(from[0] - other[0], from[1] - other[1]), after = Math.hypot(to[0] - other[0], to[1] - other[1]);
        this.dragged = true;
        this.zoomAt(after / Math.max(before, 1), [(to[0] + other[0]) / 2, (to[1] + other[1]) / 2]);
        return;
      }
      if (Math.hypot(to[0] - this.start[0], to[1] - this.start[1]) > DRAG_PX) this.dragged = true;
      if (this.dragged) { this.dx += to[0] - from[0]; this.dy += to[1] - from[1]; this.stay(); this.draw(); placeCard(this); }
    }

    /** A click opens what the mouse is at; a tap first shows it. */
    released(event) {
      this.pointers.delete(event.pointerId);
      if (this.dragged) return;
      const number = this.nearest(this.place(event));
      const link = number >= 0 && event.pointerType === "mouse" ? data.items[number].link : "";
      choose(number, this);
      if (link) open(link, "_blank", "noopener,noreferrer");
    }

    typed(event) {
      const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (directions[event.key]) this.step(directions[event.key]);
      else if (event.key === "+" || event.key === "=") this.zoomAt(1.6);
      else if (event.key === "-") this.zoomAt(1 / 1.6);
      else if (event.key === "0") this.reset();
      else if (event.key === "Escape") choose(-1);
      else if (event.key === "Enter" && chosen >= 0 && data.items[chosen].link) open(data.items[chosen].link, "_blank", "noopener,noreferrer");
      else return;
      event.preventDefault();
    }

    /** Chooses the next item in a direction: near, and not too far aside. */
    step([sx, sy]) {
      if (chosen < 0) { choose(this.nearest([this.width / 2, this.height / 2], Infinity), this); return; }
      const [x, y] = this.at(chosen);
      let best = -1, least = Infinity;
      for (let n = 0; n < data.items.length; n++) {
        const [px, py] = this.at(n), ahead = (px - x) * sx + (py - y) * sy, aside = Math.abs((px - x) * sy) + Math.abs((py - y) * sx);
        const cost = ahead + 2 * aside;
        if (n !== chosen && ahead > 0.5 && cost < least) { best = n; least = cost; }
      }
      if (best >= 0) { this.show(best); choose(best, this); }
    }

    /** Moves the map so that an item can be seen. */
    show(number) {
      const [x, y] = this.at(number);
      if (x < 0 || x > this.width) this.dx += this.width / 2 - x;
      if (y < 0 || y > this.height) this.dy += this.height / 2 - y;
      this.stay();
    }

    thumbnailPx() { return Math.min(LARGEST_THUMBNAIL_PX, THUMBNAIL_PX * Math.sqrt(this.zoom)); }

    draw() {
      if (!this.width) return;
      const context = this.canvas.getContext("2d");
      context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      context.clearRect(0, 0, this.width, this.height);
      this.drawMarks(context);
      this.drawThumbnails(context);
      this.drawNames(context);
      if (chosen >= 0) this.drawChosen(context);
    }

    drawMarks(context) {
      const r = data.items.length > 1000 ? 3 : data.items.length > 200 ? 4 : 5;
      context.lineWidth = 1; context.strokeStyle = "#1a1b1e";
      data.items.forEach((item, n) => {
        const [x, y] = this.at(n);
        outline(context, item.marker, x, y, r);
        context.fillStyle = item.colour; context.fill(); context.stroke();
      });
    }

    /** One thumbnail to a field of its own size, as far as there are any in sight. */
    drawThumbnails(context) {
      const side = this.thumbnailPx(), taken = new Set();
      for (let n = 0; n < data.items.length; n++) {
        const [x, y] = this.at(n), field = `${Math.round(x / side)}:${Math.round(y / side)}`;
        if (x < 0 || y < 0 || x > this.width || y > this.height || taken.has(field)) continue;
        taken.add(field);
        this.drawThumbnail(context, n, side, 2);
      }
    }

    drawThumbnail(context, number, side, frame) {
      const image = pictureOf(number);
      if (!image) return;
      const [x, y] = this.at(number), cut = Math.min(image.naturalWidth, image.naturalHeight);
      context.fillStyle = data.items[number].colour;
      context.fillRect(x - side / 2 - frame, y - side / 2 - frame, side + 2 * frame, side + 2 * frame);
      context.drawImage(image, (image.naturalWidth - cut) / 2, (image.naturalHeight - cut) / 2, cut, cut, x - side / 2, y - side / 2, side, side);
    }

    drawNames(context) {
      const taken = [];
      context.font = NAME_FONT; context.textAlign = "center"; context.textBaseline = "middle"; context.lineJoin = "round";
      for (const group of this.described.groups) {
        const x = this.dx + this.zoom * (PADDING_PX + group.x * (this.width - 2 * PADDING_PX));
        const y = this.dy + this.zoom * (PADDING_PX + (1 - group.y) * (this.height - 2 * PADDING_PX)) + this.thumbnailPx() / 2 + 12;
        const half = context.measureText(group.name).width / 2 + 4, left = Math.min(this.width - half, Math.max(half, x));
        const box = [left - half, y - 10, left + half, y + 10];
        if (x < 0 || x > this.width || taken.some(o => box[0] < o[2] && o[0] < box[2] && box[1] < o[3] && o[1] < box[3])) continue;
        taken.push(box);
        context.strokeStyle = "#17181b"; context.lineWidth = 4; context.strokeText(group.name, left, y);
        context.fillStyle = group.colour; context.fillText(group.name, left, y);
      }
    }

    drawChosen(context) {
      const [x, y] = this.at(chosen), side = Math.max(44, this.thumbnailPx());
      this.drawThumbnail(context, chosen, side, 3);
      context.strokeStyle = "#fff"; context.lineWidth = 2.5;
      context.beginPath(); context.arc(x, y, data.items[chosen].picture ? side * 0.78 : 11, 0, 2 * Math.PI); context.stroke();
    }
  }

  function redrawAll() { panels.forEach(panel => panel.draw()); }

  /** Chooses an item everywhere; -1 chooses none. */
  function choose(number, panel) {
    if (number === chosen && !(number >= 0 && card.hidden)) return;
    chosen = number;
    card.hidden = number < 0;
    if (number >= 0) { fillCard(data.items[number]); placeCard(panel); }
    redrawAll();
  }

  function fillCard(item) {
    const image = card.querySelector("img"), link = card.querySelector("a");
    image.hidden = !item.picture;
    if (item.picture) { image.src = item.picture; image.alt = item.label || "the picture"; image.onload = () => placeCard(lastPanel); }
    card.querySelector(".label").textContent = item.label;
    card.querySelector(".said").textContent = item.said;
    card.querySelector(".where").textContent = [item.where, item.when].filter(Boolean).join(" · ");
    link.hidden = !item.link;
    if (item.link) link.href = item.link;
  }

  let lastPanel = null;
  /** Puts the card beside the chosen item, on the side where there is room. */
  function placeCard(panel) {
    lastPanel = panel || lastPanel;
    if (card.hidden || !lastPanel || chosen < 0) return;
    const box = lastPanel.canvas.getBoundingClientRect(), [x, y] = lastPanel.at(chosen);
    const aside = CARD_GAP_PX + lastPanel.thumbnailPx() / 2, { offsetWidth, offsetHeight } = card;
    const right = box.left + x + aside, left = box.left + x - aside - offsetWidth;
    card.style.left = `${right + offsetWidth < innerWidth ? right : Math.max(8, left)}px`;
    card.style.top = `${Math.max(8, Math.min(innerHeight - offsetHeight - 8, box.top + y - offsetHeight / 2))}px`;
  }

  const SHAPES = { o: "M6 1a5 5 0 1 0 .01 0z", s: "M1 1h10v10h-10z", "^": "M6 0l6 11h-12z", D: "M6 0l6 6l-6 6l-6-6z", v: "M6 12l6-11h-12z" };
  for (const each of data.legend) {
    const line = document.createElement("li"), sign = document.createElementNS("http://www.w3.org/2000/svg", "svg"), path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    sign.setAttribute("viewBox", "0 0 12 12"); path.setAttribute("d", SHAPES[each.marker]); path.setAttribute("fill", each.colour);
    sign.append(path); line.append(sign, each.name);
    document.getElementById("legend").append(line);
  }
  for (const described of data.panels) panels.push(new Panel(described));
})();
