// Writes workbooks as programs built on SheetJS, exceljs and xlsx-populate do. One JSON list of jobs on stdin:
// {writer, open?, sheets?, save}; `open` is saved again untouched, `sheets` are written anew.
// A cell is a text, a number, true or false, or {v, z?, t?, f?, struck?}; t "date" makes v a Date.
import ExcelJS from "exceljs";
import { readFileSync } from "node:fs";
import XLSX from "xlsx";
import XlsxPopulate from "xlsx-populate";

const value = (cell) => (cell?.t === "date" ? new Date(cell.v) : (cell?.v ?? cell));

const sheetjs = (job) => {
  let book;
  if (job.open) {
    book = XLSX.read(readFileSync(job.open), { cellStyles: true, cellDates: job.dates ?? false, cellNF: true });
  } else {
    book = XLSX.utils.book_new();
    for (const sheet of job.sheets) {
      const page = XLSX.utils.aoa_to_sheet(
        sheet.rows.map((row) => row.map((cell) => (cell === null ? null : value(cell)))),
        { cellDates: job.dates ?? false },
      );
      sheet.rows.forEach((row, r) =>
        row.forEach((cell, c) => {
          const written = page[XLSX.utils.encode_cell({ r, c })];
          if (cell?.z) written.z = cell.z;
          if (cell?.f) written.f = cell.f;
        }),
      );
      if (sheet.merges) page["!merges"] = sheet.merges.map(XLSX.utils.decode_range);
      if (sheet.hiddenRows) page["!rows"] = sheet.rows.map((_, r) => ({ hidden: sheet.hiddenRows.includes(r + 1) }));
      XLSX.utils.book_append_sheet(book, page, sheet.name);
    }
    book.Workbook = { Sheets: job.sheets.map((sheet) => ({ name: sheet.name, Hidden: sheet.hidden ?? 0 })) };
  }
  XLSX.writeFile(book, job.save, { cellDates: job.dates ?? false, bookType: job.type ?? "xlsx", bookSST: job.shared ?? false });
};

const exceljs = async (job) => {
  const book = new ExcelJS.Workbook();
  if (job.open) {
    await book.xlsx.readFile(job.open);
  } else {
    for (const sheet of job.sheets) {
      const page = book.addWorksheet(sheet.name, { state: ["visible", "hidden", "veryHidden"][sheet.hidden ?? 0] });
      sheet.rows.forEach((row, r) =>
        row.forEach((cell, c) => {
          if (cell === null) return;
          const written = page.getCell(r + 1, c + 1);
          written.value = cell.f ? { formula: cell.f, result: cell.v } : cell.struck
            ? { richText: [{ text: cell.v }, { text: cell.struck, font: { strike: true } }] }
            : value(cell);
          if (cell.z) written.numFmt = cell.z;
        }),
      );
      (sheet.merges ?? []).forEach((area) => page.mergeCells(area));
      (sheet.hiddenRows ?? []).forEach((row) => (page.getRow(row).hidden = true));
    }
  }
  await book.xlsx.writeFile(job.save);
};

const populate = async (job) => (await XlsxPopulate.fromFileAsync(job.open)).toFileAsync(job.save);

for (const job of JSON.parse(readFileSync(0, "utf8"))) await { sheetjs, exceljs, populate }[job.writer](job);
