"""Do with LibreOffice what an editor does by hand, and save: run by hand with the Python that has its `uno`.

One JSON list of jobs on stdin: {open?, sheet?, type?: {cell: text}, strike?: [cell], hide_rows?: [row],
hide_sheet?: name, via?: "ods" | "xls", save}. What is typed goes through the same door as the keyboard
(.uno:EnterString), in a Chinese locale. The files in tests/data/workbooks were made so, with 7.4.7.2.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue

FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8", ".xls": "MS Excel 97"}
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>zh-CN</value></prop></item></oor:items>"""


def prop(name, value):
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.5)
    sys.exit("LibreOffice did not start")


def save(doc, path):
    doc.storeToURL(Path(path).absolute().as_uri(), (prop("FilterName", FILTERS[Path(path).suffix]),))


def work(context, job, folder):
    def new(name):
        return context.ServiceManager.createInstanceWithContext(name, context)

    desktop, dispatcher = new("com.sun.star.frame.Desktop"), new("com.sun.star.frame.DispatchHelper")
    url = Path(job["open"]).absolute().as_uri() if "open" in job else "private:factory/scalc"
    doc = desktop.loadComponentFromURL(url, "_blank", 0, ())
    name = job.get("sheet", doc.Sheets.ElementNames[0])
    if not doc.Sheets.hasByName(name):
        doc.Sheets.insertNewByName(name, doc.Sheets.Count)
    sheet = doc.Sheets.getByName(name)
    doc.CurrentController.setActiveSheet(sheet)
    for cell, text in job.get("type", {}).items():
        for command, argument in (
            (".uno:GoToCell", prop("ToPoint", cell)),
            (".uno:EnterString", prop("StringName", text)),
        ):
            dispatcher.executeDispatch(doc.CurrentController.Frame, command, "", 0, (argument,))
    for cell in job.get("strike", []):
        sheet.getCellRangeByName(cell).CharStrikeout = 1
    for row in job.get("hide_rows", []):
        sheet.Rows.getByIndex(row - 1).IsVisible = False
    if "hide_sheet" in job:
        doc.Sheets.getByName(job["hide_sheet"]).IsVisible = False
    if "via" in job:
        between = str(folder / f"between.{job['via']}")
        save(doc, between)
        doc.close(True)
        doc = desktop.loadComponentFromURL(Path(between).as_uri(), "_blank", 0, ())
    save(doc, job["save"])
    doc.close(True)


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    (folder / "profile/user").mkdir(parents=True)
    (folder / "profile/user/registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    pipe = f"peers{time.time_ns()}"
    office = subprocess.Popen(
        ["soffice", "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
         f"--accept=pipe,name={pipe};urp;"]
    )  # fmt: skip
    context = connect(pipe)
    for job in json.load(sys.stdin):
        work(context, job, folder)
    context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context).terminate()
    office.wait(30)
