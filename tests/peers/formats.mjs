// What SheetJS shows for numbers in formats: [[value, code], …] on stdin, the texts on stdout.
import { readFileSync } from "node:fs";
import XLSX from "xlsx";

const shown = JSON.parse(readFileSync(0, "utf8")).map(([value, code]) => XLSX.SSF.format(code, value));
process.stdout.write(JSON.stringify(shown));
