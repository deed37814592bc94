"""LibreOffice, for the tests that need to see what becomes of a file there. They are marked `office`."""

import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

INSTALL = ("sudo apt-get install libreoffice-writer libreoffice-calc poppler-utils fonts-crosextra-carlito "
           "fonts-crosextra-caladea")


@functools.cache
def missing() -> tuple[str, ...]:
    """What the tests with the mark `office` need and this machine does not have."""
    if programs := tuple(name for name in ("soffice", "pdftoppm", "pdftotext", "fc-list") if not shutil.which(name)):
        return programs
    fonts = subprocess.run(["fc-list", ":", "family"], check=True, capture_output=True, text=True).stdout
    return tuple(f"the typeface {name}" for name in ("Carlito", "Caladea") if name not in fonts)


def convert(paths, kind, to):
    """The files that LibreOffice makes of some files, in order; all in one start, with a profile of its own."""
    profile = Path(tempfile.gettempdir()) / f"policygen-tests-office-{os.getpid()}"
    try:
        subprocess.run(["soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", kind,
                        "--outdir", str(to), *map(str, paths)], check=True, capture_output=True, timeout=300)
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    made = [to / f"{path.stem}.{kind.partition(':')[0]}" for path in paths]
    assert all(path.is_file() for path in made), "LibreOffice gave no file"
    return made


# ---- edits by user-level commands --------------------------------------------------------------------------------

MACRO = """
Dim doc As Object, frame As Object, dispatcher As Object

Sub Main(job As String)
    Dim channel As Integer, entry As String, place As Integer
    dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
    channel = FreeFile()
    Open job For Input As #channel
    Do While Not EOF(channel)
        Line Input #channel, entry
        place = InStr(entry, " ")
        If place = 0 Then
            CarryOut(entry, "")
        Else
            CarryOut(Left(entry, place - 1), Mid(entry, place + 1))
        End If
    Loop
    Close #channel
    StarDesktop.terminate()
End Sub

Function Prop(title As String, given As Variant) As Variant
    Dim one As New com.sun.star.beans.PropertyValue
    one.Name = title
    one.Value = given
    Prop = one
End Function

Sub CarryOut(command As String, given As String)
    Dim wanted As Object, found As Object, n As Integer
    Select Case command
        Case "open"
            doc = StarDesktop.loadComponentFromURL(given, "_blank", 0, Array(Prop("Hidden", True)))
            frame = doc.CurrentController.Frame
        Case "find", "after", "before"
            wanted = doc.createSearchDescriptor()
            wanted.SearchString = given
            wanted.SearchCaseSensitive = True
            found = doc.findFirst(wanted)
            Do While InStr(found.ParaStyleName, "Contents") = 1
                found = doc.findNext(found.End, wanted)
            Loop
            If command = "after" Then found = found.End
            If command = "before" Then found = found.Start
            doc.CurrentController.select(found)
        Case "type"
            dispatcher.executeDispatch(frame, ".uno:InsertText", "", 0, Array(Prop("Text", given)))
        Case "style"
            dispatcher.executeDispatch(frame, ".uno:StyleApply", "", 0, Array(Prop("Style", given), _
                Prop("FamilyName", "ParagraphStyles")))
        Case "save"
            doc.storeToURL(given, Array(Prop("FilterName", "MS Word 2007 XML")))
            doc.close(True)
        Case "track"
            doc.RecordChanges = True
        Case "comment"
            dispatcher.executeDispatch(frame, ".uno:InsertAnnotation", "", 0, Array(Prop("Text", given), _
                Prop("Author", "Ann")))
        Case "times"
            n = CInt(Left(given, InStr(given, " ") - 1))
            For n = n To 1 Step -1
                dispatcher.executeDispatch(frame, ".uno:" & Mid(given, InStr(given, " ") + 1), "", 0, Array())
            Next
        Case "do"
            dispatcher.executeDispatch(frame, ".uno:" & given, "", 0, Array())
    End Select
End Sub
"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">{}
</script:module>
"""


def carry_out(steps, expected):
    """Carry out some steps in LibreOffice, all in one start. `steps` are lines like `open URL`, `after words`, `type
    words`, `do SelectAll`, `save URL`; the files that they save must be there afterwards."""
    profile = Path(tempfile.gettempdir()) / f"policygen-tests-office-{os.getpid()}-macro"
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}"]
    shutil.rmtree(profile, ignore_errors=True)
    try:
        # The first start makes the profile, and its own empty module in the place where the macro has to be.
        subprocess.run([*command, "--terminate_after_init"], check=True, capture_output=True, timeout=300)
        (profile / "user" / "basic" / "Standard" / "Module1.xba").write_text(MODULE.format(escape(MACRO)))
        job = profile / "job.txt"
        job.write_text("\n".join(steps) + "\n", encoding="utf-8")
        subprocess.run([*command, f'macro:///Standard.Module1.Main("{job}")'], check=True, capture_output=True,
                       timeout=500)
        missing = [path.name for path in expected if not path.is_file()]
        assert not missing, f"LibreOffice did not save {', '.join(missing)}"
    finally:
        shutil.rmtree(profile, ignore_errors=True)
