"use strict";
// Makes the drawn card a PNG, which phones can keep in their album; it is drawn with the fonts of whoever looks.

const drawn = document.getElementById("picture"), save = document.getElementById("save");

(async () => {
  await drawn.decode();
  const canvas = document.createElement("canvas");
  canvas.width = drawn.naturalWidth;
  canvas.height = drawn.naturalHeight;
  canvas.getContext("2d").drawImage(drawn, 0, 0);
  const picture = canvas.toDataURL("image/png");
  drawn.src = picture;
  save.href = picture;
  save.download = save.download.replace(/svg$/, "png");
})();
